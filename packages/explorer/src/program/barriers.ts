/** What a barrier asks, and which words may return what they held before: what the memory models need to know. */
import { Barrier, type WordRole } from '@racewalk/core/step';

const OLD_LOADS = 1;
const OLD_STORES = 2;
const NEW_LOADS = 4;
const NEW_STORES = 8;

/** Whether a barrier waits until the stores before it have reached memory. */
const drainsStores = (barrier: number): boolean =>
  barrier === Barrier.FULL || ((barrier & OLD_STORES) !== 0 && (barrier & NEW_LOADS) !== 0);

/** Whether stores after a barrier reach memory after those before it. */
const ordersStores = (barrier: number): boolean =>
  barrier === Barrier.FULL || ((barrier & OLD_STORES) !== 0 && (barrier & NEW_STORES) !== 0);

/** Whether what a barrier orders has the loads before it among the earlier accesses. */
const afterLoads = (barrier: number): boolean => barrier === Barrier.FULL || (barrier & OLD_LOADS) !== 0;

/** Whether what a barrier orders has the loads behind it among the later accesses. */
const beforeLoads = (barrier: number): boolean => barrier === Barrier.FULL || (barrier & NEW_LOADS) !== 0;

/** Questions about one of `Barrier`, or other bits of it. */
export const barriers = { drainsStores, ordersStores, afterLoads, beforeLoads } as const;

const IN_PLACE: ReadonlySet<WordRole['is']> = new Set([
  'ghost',
  'lock',
  'cpu',
  'tlb',
  'device-tlb',
  'walk-cache',
]);

/** Whether a load of such a word may return what it held before: memory, and no state of a CPU, lock, or observer. */
export const mayBeOld = (role: WordRole): boolean => !IN_PLACE.has(role.is);
