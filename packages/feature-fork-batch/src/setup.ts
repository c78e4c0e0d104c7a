/** What the tests start from: a process with one folio, and the empty address space of its child. */

import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Frame, MapSpec, World } from '@racewalk/machine';
import { ANON_EXCLUSIVE, type Folio, followRss, linux, mmCounter, PageFlag, sparePages } from '@racewalk/mm';

/** A process that is about to fork. */
export interface Fork {
  readonly parent: Vma;
  /** Covers the same pages of an address space in which nobody runs until fork returns. */
  readonly child: Vma;
  /** What the parent maps, page by page. */
  readonly folio: Folio;
  /** Anonymous pages the child is charged for. */
  readonly rss: Cell;
}

/** How a setup differs from one folded folio of the model's block size. */
export interface ForkSpec extends MapSpec {
  /** Pages of the area. Default: the parameter `block`. */
  readonly size?: number;
  /** Follow contents: page `i` starts with `i + 1`. Default true. */
  readonly contents?: boolean;
  /** How many pages each of these CPUs may need for copies; CPU 0 is the one that forks. */
  readonly spares?: Readonly<Record<number, number>>;
  /** Flags of the parent's pages. Default anonymous and exclusive. */
  readonly frameFlags?: number;
}

/** Pages in the area: the parameter `block`, whether or not the architecture folds. */
export function pagesIn(w: World): number {
  const { block } = w.params;
  return typeof block === 'number' ? block : 2;
}

/** First page of either area: aligned to any block. */
const START = 0x200;

/** The two areas, still empty. */
export function areas(w: World, pages: number): { parent: Vma; child: Vma; rss: Cell } {
  const parent = w.vma({ pages, start: START, mm: w.mm('parent') });
  const child = w.vma({ pages, start: START, mm: w.mm('child', false), name: 'child' });
  followRss(w, child.mm, 0);
  return { parent, child, rss: mmCounter(w, child.mm) ?? -1 };
}

/** Pages nobody uses yet: so many for each CPU. */
export function setAside(w: World, wanted: Readonly<Record<number, number>>): void {
  for (const [cpu, count] of Object.entries(wanted)) {
    const pages = Array.from({ length: count }, (_, i) =>
      linux(w).folio({ name: `spare${cpu}.${i}`, pages: 1, refcount: 1, mapcount: 0, contents: [0] }),
    );
    sparePages(w, Number(cpu), pages);
  }
}

/** Map one anonymous folio into the parent, writable, clean and old unless `spec` says otherwise. */
export function forkSetup(w: World, spec: ForkSpec = {}): Fork {
  const pages = spec.size ?? pagesIn(w);
  const { parent, child, rss } = areas(w, pages);
  const contents = Array.from({ length: pages }, (_, i) => i + 1);
  const folio = linux(w).folio({
    pages,
    frameFlags: spec.frameFlags ?? ANON_EXCLUSIVE,
    ...(spec.contents === false ? {} : { contents }),
  });
  linux(w).mapFolio(parent, folio, { folded: pages > 1 && pages === w.contPtes, ...spec });
  setAside(w, spec.spares ?? {});
  return { parent, child, folio, rss };
}

/** Entry `i` of an area. */
export const entryAt = (vma: Vma, i: number): Ptep => ptepOf(vma, vma.start + i);

/** Flags of an anonymous page that two processes have. */
export const ANON_SHARED = PageFlag.ANON;

/** Page `i` of the parent's folio. */
export function frameAt(s: Pick<Fork, 'folio'>, i: number): Frame {
  const frame = s.folio.frames[i];
  if (frame === undefined) throw new RangeError(`${s.folio.name} has no page ${i}`);
  return frame;
}
