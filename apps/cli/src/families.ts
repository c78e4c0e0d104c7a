/**
 * The race tests of the catalogue by family, each loaded when it is asked for: a page that shows one counterexample needs one family.
 */
import type { Scenario } from '@racewalk/machine';
import { withOrder } from './in-order.js';

export { ARCHS } from './archs.js';

type Load = () => Promise<readonly Scenario[]>;

/** Families that have a package of their own. A family may be in two. */
const OWN: Readonly<Record<string, Load>> = {
  contpte: async () => [
    ...(await import('@racewalk/feature-contpte-teardown')).contpteTeardownRaces,
    ...(await import('@racewalk/feature-contpte-fold')).contpteFoldRaces,
  ],
  'access-flags': async () => (await import('@racewalk/feature-access-flags')).accessFlagRaces,
  'fork-batch': async () => (await import('@racewalk/feature-fork-batch')).forkBatchRaces,
  'as-dirty': async () => (await import('@racewalk/feature-as-dirty')).asDirtyRaces,
  'device-exclusive': async () => (await import('@racewalk/feature-device-exclusive')).deviceExclusiveRaces,
  zap: async () => (await import('@racewalk/feature-zap')).zapRaces,
  mremap: async () => (await import('@racewalk/feature-mremap')).mremapRaces,
  reclaim: async () => (await import('@racewalk/feature-reclaim')).reclaimRaces,
  switch: async () => (await import('@racewalk/feature-switch-mm')).switchMmRaces,
  thp: async () => (await import('@racewalk/feature-thp')).thpRaces,
};

/** Races of all other families, which share packages. */
const shared: Load = async () => [
  ...(await import('@racewalk/catalogue')).catalogueRaces,
  ...(await import('@racewalk/feature-zap')).zapRaces,
];

/**
 * Race tests among which `test` is, if there is one of that name; all of the catalogue if no name is given.
 *
 * @param test - `family/name`
 */
export async function racesFor(test?: string): Promise<readonly Scenario[]> {
  if (test !== undefined) {
    const own = OWN[test.split('/')[0] ?? ''];
    const near = (await (own ?? shared)()).map(withOrder);
    if (near.some(({ id }) => id === test)) return near;
  }
  const all = await Promise.all([...Object.values(OWN), shared].map((load) => load()));
  return [...new Set(all.flat().map(withOrder))];
}
