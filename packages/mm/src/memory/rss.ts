/** The resident set: how many pages an address space has, mapped or kept by entries that are not present. (mm/memory.c) */
import type { Mm } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import { addTo } from '../words.js';

/** Counters of the address spaces that a race follows. */
interface RssState {
  rss?: Map<Mm, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends RssState {}
}

/** Follow the resident set of an address space, which starts with `pages`; called by `setup`. */
export function followRss(w: World, mm: Mm, pages: number): void {
  w.os.rss ??= new Map();
  w.os.rss.set(mm, w.word(`${mm.name}.rss`, pages));
}

/** The word that counts the pages of an address space, if the race follows it. */
export function mmCounter(w: World, mm: Mm): Cell | undefined {
  return w.os.rss?.get(mm);
}

/** @kernel add_mm_counter */
export function* addMmCounter(m: Machine, mm: Mm, delta: number): Step<void> {
  const cell = mmCounter(m.world, mm);
  if (cell !== undefined) yield* addTo(cell, delta, { op: 'add_mm_counter', text: `${mm.name} (${delta})` });
}

/** Functions that others call by name. */
export const RSS = { addMmCounter } as const;

type RssFunctions = typeof RSS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RssFunctions {}
}
