/** What the models of a teardown share: a block of valid entries, how it is cleared, and what may not be forgotten. */
import { CellTable, cmpxchg, localKey, type Program, read, type Step, xchg } from '@racewalk/core/step';

/** Valid. */
export const V = 1;
/** Young and dirty. */
export const YD = 6;
/** Dirty. */
export const D = 4;

/** The words of a teardown of `n` entries beside `w` walkers. */
export function block(n: number, w: number) {
  const table = new CellTable();
  const each = (name: string, count: number, initial: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => table.add({ name: `${name}[${i}]`, initial }));
  const pte = each('pte', n, V);
  const result = table.add({ name: 'result', initial: 0 });
  return { table, each, pte, result, hits: each('hit', w, 0) };
}

/** No walker set the dirty bit behind the back of the software thread. */
export const remembers =
  (hits: readonly number[], result: number): NonNullable<Program['final']> =>
  (mem, base, faults) => {
    if (hits.some((hit) => mem[base + hit] === 1) && !(mem[base + result]! & D)) {
      faults.fail('DIRTY', 'a walker set the dirty bit and the software thread never saw it');
    }
  };

/**
 * Clears the entries one by one: access and dirty go into the last entry that is still valid, what cannot be pushed is
 * kept, and all is gathered once at the end. Returns what was gathered; uses the keys 1, 2, 4 and 5.
 */
export function* clearOnce(pte: readonly number[]): Step<number> {
  let acc = 0;
  for (let i = 0; i < pte.length; i++) {
    yield* localKey(1, i, acc);
    const old = (yield* xchg(pte[i]!, 0)) & YD;
    if (old !== 0 && !(yield* push(pte, i, acc, old))) acc |= old;
  }
  for (let k = 0; k < pte.length; k++) {
    yield* localKey(2, k, acc);
    acc |= (yield* read(pte[k]!)) & YD;
  }
  return acc;
}

/** Whether an entry after `i` was left to push `old` to. */
function* push(pte: readonly number[], i: number, acc: number, old: number): Step<boolean> {
  for (let k = pte.length - 1; k > i; k--) {
    yield* localKey(4, i, acc, old, k);
    let v = yield* read(pte[k]!);
    while (v & V) {
      yield* localKey(5, i, acc, old, k, v);
      const seen = yield* cmpxchg(pte[k]!, v, v | old);
      if (seen === v) return true;
      v = seen;
    }
  }
  return false;
}
