/** Whether the books agree with the entries: map counts, references, and what the child is charged for. */

import type { Ptep } from '@racewalk/core';
import type { FaultSink } from '@racewalk/core/step';
import type { StepView, World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import type { Fork } from './setup.js';

/** What holds references besides mappings. */
type OtherReferences = (folio: string) => number;

const none: OtherReferences = () => 0;

/** For the field `finally` of a race: reports RMAP. `others` are references that are not mappings. */
export function accountsAgree(others: OtherReferences = none) {
  return (w: World, s: Fork, view: StepView, faults: FaultSink): void => {
    const frameOf = (ptep: Ptep) => {
      const pte = w.entryIn((cell) => view.get(cell), ptep);
      return w.arch.values.ptePresent(pte) ? w.frames.at(w.arch.values.ptePfn(pte)) : undefined;
    };
    const mapped = w.tables.flatMap((t) => t.entries.map(frameOf));
    for (const folio of linux(w).folios) {
      const mappings = mapped.filter((frame) => frame?.folio === folio).length;
      const [mapcount, refcount] = [view.get(folio.mapcount), view.get(folio.refcount)];
      const held = mappings + others(folio.name);
      if (mapcount !== mappings) {
        faults.fail('RMAP', `${folio.name} is mapped ${mappings} times and its map count is ${mapcount}`);
      } else if (mappings > 0 && refcount !== held) {
        faults.fail('RMAP', `${folio.name} has ${held} holders and its reference count is ${refcount}`);
      }
    }
    // A batch sets many entries from one value: each leads to the page of its place, unless that was copied since.
    for (const [i, ptep] of s.child.table.entries.entries()) {
      const [before, after] = [s.parent.table.entries[i] as Ptep, ptep].map(frameOf);
      if (before !== after && before?.folio === s.folio && after?.folio === s.folio)
        faults.fail(
          'RMAP',
          `page ${i} of the child is ${after.name}, and that of the parent is ${before.name}`,
        );
    }
    const charged = view.get(s.rss);
    const present = s.child.table.entries.filter((ptep) => frameOf(ptep) !== undefined).length;
    if (charged !== present) {
      faults.fail('RMAP', `the child has ${present} pages and is charged for ${charged}`);
    }
  };
}
