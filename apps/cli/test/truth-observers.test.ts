import { type MatrixCell, plan, runCell } from '@racewalk/conformance/matrix';
import type { Scenario } from '@racewalk/machine';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import * as races from './truth/observer-races.js';
import { ARCHS, verdictOf } from './truth/verdict.js';

describe.each(ARCHS)('observers on %s', (arch) => {
  test.each(races.ALONE)('%s', (id, run, expected) => {
    expect(verdictOf(races.alone(id, run), arch)).toBe(expected);
  });

  test('STALE when all is over, whether somebody says so or not', () => {
    expect(verdictOf(races.zapWithoutPromise, arch)).toBe('STALE');
    expect(verdictOf(races.zapWithFlush, arch)).toBe('holds');
  });

  test('PERM when all is over, on the second CPU, too', () => {
    expect(verdictOf(races.protect(false), arch)).toBe('PERM');
    expect(verdictOf(races.protect(true), arch)).toBe('holds');
  });

  test('a fresh mapping made before the operation is complete is not stale', () => {
    expect(verdictOf(races.staleRefault(true), arch)).toBe('holds');
    expect(verdictOf(races.staleRefault(false), arch)).toBe('STALE');
  });

  test('COH: an older frame behind an address of which a newer one is known', () => {
    expect(verdictOf(races.replace(true), arch)).toBe('holds');
    expect(verdictOf(races.replace(false), arch)).toBe('COH');
  });

  test('MISS: a walk of the reverse map passes by what moves, unless it is locked out', () => {
    expect(verdictOf(races.movedPastWalk(false), arch)).toBe('MISS');
    expect(verdictOf(races.movedPastWalk(true), arch)).toBe('holds');
  });

  test('ABA: a re-check passes on a value that was replaced and came back', () => {
    expect(verdictOf(races.recheck(true), arch)).toBe('ABA');
    expect(verdictOf(races.recheck(false), arch)).toBe('holds');
    expect(verdictOf(races.recheckHidden, arch)).toBe('holds');
  });
});

describe('a race and its invariants', () => {
  const run = async (scenario: Scenario) => {
    const arch = CATALOGUE.archs.filter(({ id }) => id === 'x86-64');
    const [cell] = plan(arch, [scenario], { variant: 'upstream' }).cells;
    return runCell(cell as MatrixCell, { shrinkStates: 0 });
  };

  test('a code that the race does not list is an error, with the place', async () => {
    const { verdict, detail } = await run(races.unlisted);
    expect(verdict).toBe('error');
    expect(detail).toContain('RACEWALK_UNLISTED_INVARIANT');
    expect(detail).toContain('fails with MADEUP, which it does not list: no such code');
    expect(detail).toMatch(/observer-races\.ts:\d+/);
    expect(detail).toContain('expected LIVE, UAF');
  });

  test('an invariant that nothing can break there is an error, with what is missing', async () => {
    const { verdict, detail } = await run(races.idleInvariant);
    expect(verdict).toBe('error');
    expect(detail).toContain('RACEWALK_IDLE_INVARIANT');
    expect(detail).toContain('lists NOTIF, which nothing in it can break: no secondary MMU is registered');
    expect(detail).toMatch(/observer-races\.ts:\d+/);
  });
});
