/** Final states as herd7 prints them: `0:X1=1; [x]=2; Fault(P0:L0,x,D-MMU:Translation);`. */
import { type FaultPlace, type FinalState, type Place, valueAt } from '../program/condition.js';
import type { Symbols } from '../program/symbols.js';
import { bitsOf, type Value } from '../program/value.js';
import type { Entries } from '../vmsa/entry.js';

/** A value: a descriptor, an address by name, a place in the code, or a number. */
export function showValue(value: Value, symbols: Symbols, entries: Entries | null): string {
  const entry = entries?.show(value, symbols);
  if (entry) return entry;
  const bits = bitsOf(value);
  const target = symbols.target(bits);
  const label = symbols.labelAt(bits);
  if (label !== undefined) return `label:"${label}"`;
  if (target === null) return String(BigInt.asIntN(64, bits));
  const name = symbols.names[target.variable] ?? '?';
  const whole = target.is === 'virtual' ? name : target.is === 'entry' ? `PTE(${name})` : `PA(${name})`;
  return target.offset === 0n ? whole : `${whole}+${target.offset}`;
}

/** One state. */
export function showState(
  places: readonly Place[],
  state: FinalState,
  symbols: Symbols,
  entries: Entries | null,
): string {
  const values: string[] = [];
  const taken: string[] = [];
  const missing: string[] = [];
  for (const place of places) {
    if (place.is !== 'fault')
      values.push(`${place.name}=${showValue(valueAt(place, state), symbols, entries)}`);
    else {
      const text = showFault(place, state);
      (text.startsWith('~') ? missing : taken).push(text);
    }
  }
  const atoms = [...values, ...taken.sort(), ...missing];
  return atoms.map((atom) => `${atom};`).join(' ');
}

/** A fault that was asked for, with what it turned out to be; or that there was none. */
function showFault(place: FaultPlace, state: FinalState): string {
  const thread = `P${place.thread}${place.label === null ? '' : `:${place.label}`}`;
  const [first] = state.faults(place);
  const variable = first?.variable ?? place.variable;
  const where = variable === null ? thread : `${thread},${variable}`;
  if (first !== undefined) return `Fault(${where},${place.type ?? `D-MMU:${first.type}`})`;
  return `~Fault(${where}${place.type === null ? '' : `,${place.type}`})`;
}
