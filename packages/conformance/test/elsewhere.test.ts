/** A counterexample says where the same race holds, by what was run and nothing else. */
import type { Trace } from '@racewalk/trace';
import { expect, it } from 'vitest';
import { withElsewhere } from '../src/matrix/report/elsewhere.js';

const trace = (...hints: string[]) => ({ hints }) as unknown as Trace;
const cell = (arch: string, verdict: 'holds' | 'violates' | 'bounded', variant = 'upstream') => ({
  ...{ test: 't', arch, variant, verdict },
  ...(verdict === 'violates' ? { trace: trace('a hint of its own') } : {}),
});

it('names the architectures that hold, and keeps other hints', () => {
  const cells = withElsewhere([
    cell('a', 'violates'),
    cell('b', 'holds'),
    cell('c', 'bounded'),
    cell('d', 'holds'),
    cell('e', 'holds', 'mutant:m'),
  ]);
  const hints = cells[0]?.trace?.hints ?? [];
  expect(hints).toHaveLength(2);
  expect(hints[0]).toBe('a hint of its own');
  expect(hints[1]).toMatch(/\bb and d\b/);
  expect(hints[1]).not.toMatch(/\b[ce]\b|NaN/);
  expect(cells[1]).toEqual(cell('b', 'holds'));
});

it('says it once, however often it is asked, and not at all where it holds nowhere', () => {
  const [once] = withElsewhere([cell('a', 'violates'), cell('b', 'holds')]);
  const [twice] = withElsewhere([once!, cell('b', 'holds')]);
  expect(twice).toEqual(once);
  const [alone] = withElsewhere([once!]);
  expect(alone?.trace?.hints).toEqual(['a hint of its own']);
});
