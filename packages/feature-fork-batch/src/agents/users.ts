import type { InvariantCode, Vma } from '@racewalk/core';
import { atomic, choose, type Step, type Word } from '@racewalk/core/step';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import { doUserAddrFault as onFault } from '@racewalk/mm';
import { type Fork, pagesIn } from '../setup.js';
import { afterFork } from './fork.js';

/** The value parents store. */
export const PARENT_VALUE = 70;

/** The value children store. */
export const CHILD_VALUE = 80;

/** Say that an invariant broke, in a step of its own, so that the trace shows where. */
export function* broken(code: InvariantCode, message: string): Step<void> {
  const body = (_mem: Int32Array, _base: number, faults: { fail(c: string, m: string): void }) => {
    faults.fail(code, message);
    return 0;
  };
  yield* atomic([], body, { text: 'compares', does: 'observe' }, { locked: false });
}

/** Fail with COH if user code read something else than it had to. */
export function* expectRead(got: Word | null, wanted: Word, what: string): Step<void> {
  if (got !== wanted) yield* broken('COH', `${what}: reads ${got ?? 'nothing'}, not ${wanted}`);
}

/** Which page a user picks, of so many. */
type Pages = (n: number) => readonly number[];

/** The first page and the last one. */
export const ends: Pages = (n) => (n === 1 ? [0] : [0, n - 1]);

/** A thread of the parent that stores once while fork is under way; where it is refused it gets a copy. */
export function writer<S extends Fork>(
  pages: Pages = ends,
  area: (s: S) => Vma = (s) => s.parent,
): AgentSpec<S> {
  return {
    cpu: 1,
    role: 'user',
    note: 'parent, stores',
    *run(m, s) {
      const targets = pages(pagesIn(m.world));
      const show = (o: { readonly result: Word }) => `→ ${targets[o.result]}`;
      const picked = targets.length > 1 ? yield* choose(targets.length, 'page to store to', show) : 0;
      yield* new UserCpu(m, area(s), { onFault }).store(targets[picked] ?? 0, PARENT_VALUE);
    },
  };
}

/** The child reads a page twice: nobody but itself may change what it sees. */
export function twiceReader<S extends Fork>(page: (n: number) => number): AgentSpec<S> {
  return {
    cpu: 2,
    role: 'user',
    note: 'child, reads twice',
    *run(m, s) {
      yield* afterFork(s);
      const at = page(pagesIn(m.world));
      const cpu = new UserCpu(m, s.child, { onFault });
      const first = yield* cpu.loadValue(at);
      const second = yield* cpu.loadValue(at);
      if (first !== null) yield* expectRead(second, first, `page ${at} of the child changed after fork`);
    },
  };
}
