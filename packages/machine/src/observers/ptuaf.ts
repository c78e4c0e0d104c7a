import type { ObserverOf } from '../world/types.js';

/**
 * PTUAF: an agent reaches a freed page table. Looked for twice: when the hardware or a lockless walker
 * goes through the table, and when it is freed, because a walk cache that still points to it allows a later
 * walk.
 */
export const ptuaf: ObserverOf = (w) => ({
  code: 'PTUAF',
  idle: () => (w.pmds.tables.length === 0 ? 'no page table has a level above it' : null),
  tableReached(s, ptdesc, who, faults) {
    if (s.get(ptdesc.freed) === 0) return;
    faults.fail('PTUAF', `${who} goes through table ${ptdesc.table.name}, which is free`);
  },
  tableFreed(s, ptdesc, faults) {
    for (const [cpu, cell] of ptdesc.walkCaches) {
      if (s.get(cell) === 0) continue;
      faults.fail(
        'PTUAF',
        `table ${ptdesc.table.name} is freed while the walk cache of cpu${cpu} points to it`,
      );
    }
  },
});
