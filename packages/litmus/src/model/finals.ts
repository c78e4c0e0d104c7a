/** Final states: each combination of ends of the threads with the last values of memory. */
import type { FaultPlace, FinalState } from '../program/condition.js';
import type { Value } from '../program/value.js';
import { FAULTS } from '../vmsa/mmu.js';
import { type Fault, unpackFault } from './access.js';
import type { Model } from './run.js';
import { type Layout, MOST_FAULTS, type State, view } from './state.js';

/** The end of a thread as conditions can see it. */
export interface End {
  readonly registers: readonly Value[];
  readonly faults: readonly Fault[];
}

/** Different ends by key. */
export type Ends = ReadonlyMap<string, End>;

/** The ends that differ in what the test shows or asks. */
export function endsOf(model: Model, id: number, states: readonly State[], layout: Layout): Ends {
  const registers = model.test.asked[id] ?? [];
  const ends = new Map<string, End>();
  for (const s of states) {
    const faults = [...s.subarray(layout.faults, layout.faults + MOST_FAULTS)].filter((one) => one !== 0);
    const key = `${registers.map((register) => view(s, layout.register(register))).join()}!${faults.join()}`;
    if (ends.has(key)) continue;
    const values = model.test.threads[id]!.registers.map((_, register) => view(s, layout.register(register)));
    ends.set(key, { registers: values, faults: faults.map(unpackFault) });
  }
  return ends;
}

/** Every combination. */
export function finalsOf(
  model: Model,
  ends: readonly Ends[],
  words: ReadonlyMap<number, Value>,
  use: (state: FinalState) => void,
): void {
  const { test, places } = model;
  const chosen: End[] = [];
  const state: FinalState = {
    register: (thread, register) => chosen[thread]?.registers[register] ?? 0,
    word: (address) => {
      const place = places.known(address);
      if (place === undefined) return test.memory.get(address) ?? 0;
      return words.get(place) ?? places.initial(place);
    },
    fault: (asked) => (chosen[asked.thread]?.faults ?? []).some((one) => matches(model, asked, one)),
    faults: (asked) =>
      (chosen[asked.thread]?.faults ?? [])
        .filter((one) => matches(model, asked, one))
        .map(({ page, kind }) => ({ variable: test.symbols.names[page] ?? '?', type: FAULTS[kind] ?? '?' })),
  };
  const choose = (thread: number): void => {
    if (thread === ends.length) {
      use(state);
      return;
    }
    for (const end of ends[thread]?.values() ?? []) {
      chosen[thread] = end;
      choose(thread + 1);
    }
  };
  choose(0);
}

/** Whether a fault is what a place asks for; what the place leaves out is any. */
function matches(
  { test }: Model,
  { thread, label, variable, type }: FaultPlace,
  { pc, page, kind }: Fault,
): boolean {
  if (label !== null && test.threads[thread]?.labels.get(label) !== pc) return false;
  if (variable !== null && test.symbols.names[page] !== variable) return false;
  return type === null || type.replace(/^(?:[DI]-)?MMU:?/, '') === '' || type.endsWith(FAULTS[kind] ?? '?');
}
