/** Pages that the kernel may allocate: those a race has set aside, for each CPU by itself. */
import { RacewalkError } from '@racewalk/core';
import type { Frame, Machine, World } from '@racewalk/machine';
import { RACE } from '../error-codes.js';
import type { Folio } from '../folio-table.js';
import { unused } from './unused.js';

/** What a race has set aside, by CPU. */
interface SparePageState {
  sparePages?: Map<number, readonly Folio[]>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends SparePageState {}
}

const left = unused('pages', (m): readonly Folio[] | undefined => m.world.os.sparePages?.get(m.cpu));

/** Set pages aside for what runs on a CPU: folios of one page, reference count 1, not mapped. Called by `setup`. */
export function sparePages(w: World, cpu: number, pages: readonly Folio[]): void {
  w.os.sparePages ??= new Map();
  w.os.sparePages.set(cpu, pages);
}

/** What this agent may allocate from now on, in this order. */
export function hasPages(m: Machine, pages: readonly Folio[]): void {
  left.set(m, pages);
}

/** Whether the race has any: without pages there is no copy on write. */
export const hasSparePages = (w: World): boolean => w.os.sparePages !== undefined;

/** Allocate a page. @kernel folio_prealloc */
export function folioPrealloc(m: Machine): Frame {
  const page = left.of(m).shift()?.frames[0];
  if (page === undefined) {
    throw new RacewalkError('RACEWALK_NO_SPARE_PAGE', `cpu${m.cpu} of this race needs more spare pages`, {
      hint: RACE.codes.RACEWALK_NO_SPARE_PAGE.todo,
    });
  }
  return page;
}

/** Put back a page that was not used. */
export function notUsed(m: Machine, page: Frame): void {
  left.of(m).unshift(page.folio);
}

/** Functions that others call by name. */
export const SPARE_PAGES = { folioPrealloc } as const;

type SparePageFunctions = typeof SPARE_PAGES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SparePageFunctions {}
}
