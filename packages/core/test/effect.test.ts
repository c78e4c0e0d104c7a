/** What a step says of itself, and what follows from its kind. */
import { describe, expect, it } from 'vitest';
import { DOES, labelOf } from '../src/step/effect.js';
import {
  announced,
  atomic,
  awaitWord,
  CellTable,
  choose,
  cmpxchg,
  copyOp,
  effectOf,
  fence,
  lock,
  type Op,
  OpKind,
  or,
  read,
  retry,
  roleOf,
  type Step,
  trylock,
  unlock,
  write,
  xchg,
} from '../src/step/index.js';

function effects(body: (a: number, b: number) => Step<unknown>) {
  const table = new CellTable();
  const [a, b] = [table.add({ name: 'a', initial: 0 }), table.add({ name: 'b', initial: 0 })];
  const run = body(a, b);
  const found: { op: Op; effect: ReturnType<typeof effectOf> }[] = [];
  for (let turn = run.next(); turn.done !== true; turn = run.next(0)) {
    const op = copyOp(announced);
    if (op.kind !== OpKind.KEY) found.push({ op, effect: effectOf(op) });
  }
  return found;
}

describe('an effect', () => {
  it('follows from the kind of the step where nothing is said', () => {
    const found = effects(function* (a, b) {
      yield* read(a);
      yield* write(a, 0);
      yield* xchg(a, 0);
      yield* cmpxchg(a, 0, 0);
      yield* or(a, 0);
      yield* lock(a);
      yield* unlock(a);
      yield* trylock(a);
      yield* awaitWord(a, () => true);
      yield* retry([a], [7]);
      yield* choose(1);
      yield* atomic([a, b], () => 0);
      yield* fence();
    });
    expect(found.map(({ effect }) => effect.does)).toEqual([
      ...['read', 'store', 'exchange', 'exchange', 'update', 'lock', 'unlock', 'lock'],
      ...['wait', 'retry', 'choose', 'update', 'fence'],
    ]);
    expect(found.map(({ op }) => op.kind)).toEqual(Object.values(OpKind).filter((k) => k !== OpKind.KEY));
    expect(found.map(({ effect }) => effect.op).join('')).toBe('');
    expect(found.map(({ effect }) => effect.on.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 0]);
    // A plain store has not looked; everybody else has.
    expect(found.map(({ effect }) => effect.blind.length)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('is what the step says, and the label is made of it', () => {
    const [said] = effects(function* (a, b) {
      yield* atomic([a, b], () => 0, { op: 'tlbi', text: 'pte[0]', does: 'invalidate', on: [b], blind: [b] });
    });
    expect(said?.effect).toEqual({ op: 'tlbi', does: 'invalidate', on: [1], blind: [1] });
    expect(said?.op.label).toBe('tlbi pte[0]');
  });

  it.each([
    ['plain words', 'plain words'],
    [{ op: 'dsb' }, 'dsb'],
    [{ text: 'walk pte[0]' }, 'walk pte[0]'],
    [{ op: 'pte_free', text: 'x', label: 'free table pte' }, 'free table pte'],
    [{}, ''],
  ])('%j is printed as %j', (label, printed) => {
    expect(labelOf(label)).toBe(printed);
  });

  it('is one of a closed list', () => {
    expect(new Set(DOES).size).toBe(DOES.length);
  });
});

describe('a word', () => {
  it('says what it is, or is a ghost or any word', () => {
    const table = new CellTable();
    table.addLock('ptl');
    table.add({ name: 'seen', initial: 0, ghost: true });
    table.add({ name: 'told', initial: 0 });
    table.add({ name: 'count', initial: 0, role: { is: 'counter' } });
    expect(table.cells.map((cell) => roleOf(cell).is)).toEqual(['lock', 'ghost', 'word', 'counter']);
  });
});
