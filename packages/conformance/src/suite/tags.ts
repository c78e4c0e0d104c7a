/** Whether a translation outlives the load of another address space, tried on a machine of one CPU. */
import type { ArchPlugin } from '@racewalk/core';
import { entriesOf, loadSpace, Machine, runAlone, UserCpu, World } from '@racewalk/machine';
import { makeEntry } from '../laws/entries.js';

/** Loads one address space, another, and the first again, and says whether its translation is still there. */
export function keepsTags(arch: ArchPlugin): boolean {
  // Such a TLB holds one translation, and nobody follows what is loaded.
  if (arch.walker.late !== undefined) return false;
  const w = new World(arch, {}, [0], []);
  w.follow({ tags: 2 });
  const [one, two] = [w.mm('one'), w.mm('two')];
  const vma = w.vma({ mm: one, pages: 1 });
  w.vma({ mm: two, pages: 1, name: 'other' });
  const [frame] = w.frames.add({ name: 'page', pages: 1 }).frames;
  const [ptep] = vma.table.entries;
  if (frame === undefined || ptep === undefined) throw new RangeError('an area of one page has one entry');
  w.setInitial(ptep, makeEntry(arch, frame.pfn, { young: true, write: true, dirty: true }));
  w.seal();
  const m = new Machine(w, 0, entriesOf(w), 'tags');
  const { memory } = runAlone(w.cells.cells, function* () {
    yield* loadSpace(m, one, 1, { user: true });
    yield* new UserCpu(m, vma).load(0);
    if (arch.has('spaceTags')) yield* loadSpace(m, two, 2, { user: true });
    else yield* loadSpace(m, two, 1, { user: true });
    yield* loadSpace(m, one, 1, { user: true });
  });
  return w.tlbs.translations((cell) => memory[cell] ?? 0, 0, one, vma.start).length > 0;
}
