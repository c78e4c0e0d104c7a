/** Whether every invariant that a race lists can break there. */
import { RacewalkError } from '@racewalk/core';
import { RACE } from '../error-codes.js';
import type { World } from '../world/types.js';
import { definedAt, type Scenario } from './scenario.js';
import { codesOf } from './variant.js';

/**
 * Refuse a race that lists an invariant which nothing in it can break: no observer has anything to look at, no mutant
 * names it, and the race makes no check of its own at the end. Throws `RACEWALK_IDLE_INVARIANT`.
 */
export function checkInvariants(scenario: Scenario, world: World): void {
  if (scenario.finally !== undefined) return;
  const broken = new Set(Object.values(scenario.mutants).flatMap(codesOf));
  for (const code of scenario.invariants) {
    if (code === 'LIVE' || broken.has(code)) continue;
    const idle = world.observers.filter((o) => o.code === code).map((o) => o.idle?.() ?? null);
    if (idle.includes(null)) continue;
    const why = idle[0] ?? 'no observer of this machine knows it';
    const at = definedAt(scenario);
    const place = at === null ? '' : ` (${at})`;
    throw new RacewalkError(
      'RACEWALK_IDLE_INVARIANT',
      `scenario ${scenario.id}${place} lists ${code}, which nothing in it can break: ${why}`,
      { hint: RACE.codes.RACEWALK_IDLE_INVARIANT.todo },
    );
  }
}
