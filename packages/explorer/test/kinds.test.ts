import { OpKind } from '@racewalk/core/step';
import { expect, test } from 'vitest';
import { Kind } from '../src/program/kinds.js';

test('the explorer numbers the kinds of steps as core does', () => {
  expect({
    READ: Kind.READ,
    WRITE: Kind.WRITE,
    XCHG: Kind.XCHG,
    CMPXCHG: Kind.CMPXCHG,
    OR: Kind.OR,
    LOCK: Kind.LOCK,
    UNLOCK: Kind.UNLOCK,
    TRYLOCK: Kind.TRYLOCK,
    AWAIT: Kind.AWAIT,
    RETRY: Kind.RETRY,
    CHOOSE: Kind.CHOOSE,
    ATOMIC: Kind.ATOMIC,
    FENCE: Kind.FENCE,
    KEY: Kind.KEY,
  }).toEqual(OpKind);
  const own = [Kind.GUARDED, Kind.END, Kind.THROW];
  expect(Math.min(...own)).toBeGreaterThan(Math.max(...Object.values(OpKind)));
});
