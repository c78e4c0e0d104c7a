/** Races with the plug-ins on which they are explored in order. */
import type { Scenario } from '@racewalk/machine';
import { IN_ORDER } from './in-order-list.js';

const made = new WeakMap<Scenario, Scenario>();

/** A race that says where its weak order has more executions than the suite explores. The same object every time. */
export function withOrder(race: Scenario): Scenario {
  const archs = IN_ORDER[race.id];
  if (archs === undefined) return race;
  const known = made.get(race) ?? Object.freeze({ ...race, inOrderOn: archs.split(' ') });
  made.set(race, known);
  return known;
}
