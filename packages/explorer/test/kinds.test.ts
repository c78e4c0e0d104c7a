import { OpKind } from '@racewalk/core/step';
import { expect, test } from 'vitest';
import { Kind } from '../src/automaton/kinds.js';

test('the explorer numbers the kinds of steps as core does', () => {
  const numbers = Kind as unknown as Record<string, number>;
  for (const [name, number] of Object.entries(OpKind)) expect([name, numbers[name]]).toEqual([name, number]);
  const own = Object.keys(numbers).filter((key) => Number.isNaN(Number(key)));
  expect(own.filter((name) => !(name in OpKind))).toEqual(['GUARDED', 'END', 'THROW']);
});
