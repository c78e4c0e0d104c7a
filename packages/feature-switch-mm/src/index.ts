import type { Scenario } from '@racewalk/machine';
import { iommuQueue } from './races/iommu-queue.js';
import { lazyFlush } from './races/lazy-flush.js';
import { lazyTable } from './races/lazy-table.js';
import { maskBeforeLoad } from './races/mask-before-load.js';
import { needsThisCpu } from './races/needs-this-cpu.js';
import { postedKick } from './races/posted-kick.js';
import { ranBefore } from './races/ran-before.js';
import { rolloverTlbi } from './races/rollover-tlbi.js';
import { tagReuse } from './races/tag-reuse.js';

/** The races of switches of address spaces, for the suite. */
export const switchMmRaces: readonly Scenario[] = Object.freeze([
  lazyFlush,
  maskBeforeLoad,
  ranBefore,
  tagReuse,
  rolloverTlbi,
  lazyTable,
  postedKick,
  iommuQueue,
  needsThisCpu,
]);
