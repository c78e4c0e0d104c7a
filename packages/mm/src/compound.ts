/**
 * Compound pages: which folio a page belongs to is a word, and changes where the folio is split. (include/linux/page-flags.h,
 * include/linux/page_ref.h, mm/huge_memory.c, Linux 6.12) A race that asks says `compoundPages(w, folio)` in its setup; elsewhere a page belongs to its
 * folio for good, and no step asks.
 */
import { type AtomicBody, atomic, type Step, write } from '@racewalk/core/step';
import type { Frame, Machine, World } from '@racewalk/machine';
import type { Folio } from './folio-table.js';
import { type TailPage, tailPage } from './huge_memory/split-tail.js';

/** A tail page, and the folio that it becomes. */
interface CompoundPage extends TailPage {
  readonly own: Folio;
}

declare module '@racewalk/machine/kernel' {
  interface FrameExtension {
    readonly compound?: CompoundPage;
  }
}

/** Follow the heads of the tail pages of a folio: each may become a folio of its own, with a count that is 0 until then. Called by `setup`. */
export function compoundPages(w: World, folio: Folio): void {
  for (const frame of folio.frames.slice(1)) {
    const { name } = frame;
    const count = (what: 'refcount' | 'mapcount') =>
      w.cells.add({ name: `${name}.${what}`, initial: 0, role: { is: what, folio: name } });
    const own: Folio = {
      ...folio,
      name,
      frames: [frame],
      flags: w.word(`${name} flags`),
      refcount: count('refcount'),
      mapcount: count('mapcount'),
      lock: w.lock(`${name}.lock`),
      huge: false,
    };
    Object.assign<Frame, { compound: CompoundPage }>(frame, { compound: { ...tailPage(w), own } });
  }
}

/** The folio of a page, as it is now: a reference is needed for it to stay so. @kernel page_folio, _compound_head */
export function* pageFolio(_m: Machine, { folio, compound, name }: Frame): Step<Folio> {
  if (compound === undefined) return folio;
  const { head } = compound;
  // The address follows from the entry that named the page, so the load is not made before that one: it is made where it stands.
  const look: AtomicBody = (mem, base) => mem[base + head] ?? 0;
  const note = { op: 'compound_head', text: name, does: 'read' } as const;
  return (yield* atomic([head], look, note, { locked: false })) === 0 ? compound.own : folio;
}

/** References may be taken again. What was stored before is seen first. @kernel page_ref_unfreeze, folio_ref_unfreeze */
export function* folioRefUnfreeze(m: Machine, { refcount, name }: Folio, count: number): Step<void> {
  yield* m.k.smpWmb();
  yield* write(refcount, count, { op: 'page_ref_unfreeze', text: `${name} (${count})` });
}

/**
 * Split a folio of which the caller has the only reference and whose pages nothing maps: each tail page becomes a folio, and the caller has a
 * reference to each. False if somebody else has one. @kernel __folio_split, __split_huge_page
 */
export function* splitHugePage(m: Machine, folio: Folio): Step<boolean> {
  if (!(yield* m.k.folioRefFreeze(folio, 1))) return false;
  for (const { compound } of folio.frames.slice(1).reverse()) {
    if (compound === undefined) continue;
    yield* m.k.__splitHugePageTail(compound);
    // Last: until here nobody gets a reference, by whatever head.
    yield* m.k.folioRefUnfreeze(compound.own, 1);
  }
  yield* m.k.folioRefUnfreeze(folio, 1);
  return true;
}

/** Functions that others call by name. */
export const COMPOUND = { pageFolio, folioRefUnfreeze, splitHugePage } as const;

type CompoundFunctions = typeof COMPOUND;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CompoundFunctions {}
}
