/** Accesses that the TLB refuses, or that fault: what they do before they are tried again. */

import type { Ptep, PteWord, Vma, Vpn } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  type FaultSink,
  read,
  retry,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';
import type { Helped } from './goes-round.js';

/** What refused the access last, -1 for nothing, and how often in a row. */
export interface Refused {
  /** Id of the translation, or -1. */
  by: number;
  /** How often in a row. */
  times: number;
  /**
   * A walk has faulted in an area whose upper level is followed: what it found by way of the walk cache may be out of date, and
   * the handler has now seen to it. Later walks of this access do not ask the walk cache: a CPU that goes on doing so
   * faults again and again, to no effect, until the flush.
   */
  walked: boolean;
  /** It has faulted, where a fault does not recur: no cached translation refuses it again (`faultDoesNotRecur`). */
  spent: boolean;
}

/** What one access remembers from one try to the next. */
export interface Tries {
  readonly refused: Refused;
  /** What the handler of its last fault left, or -1. */
  lastFault: number;
  /** Handlers of the race that said it may try again. */
  readonly helped: Helped;
}

/** An access that begins. */
export const newTries = (): Tries => ({
  refused: { by: -1, times: 0, walked: false, spent: false },
  lastFault: -1,
  helped: { times: 0, words: [] },
});

/** The access takes a fault. */
export function faulted({ arch, world }: Machine, { table }: Vma, refused: Refused): void {
  refused.walked = world.pmds.of(table)?.follows === true;
  refused.spent = arch.faultDoesNotRecur === true;
}

/**
 * How often the same refusal may come before the access waits for it to go: the handler has then found nothing to do. That an
 * entry was not valid may be cached anew, whenever it is emptied and set again; and where the level above is followed, the
 * handler may have found that another level maps the page by now.
 */
export const mayRefuse = (valid: boolean, follows: boolean): number => (valid && !follows ? 1 : 3);

/** How a page of an area is called. */
export const pageText = (vma: Vma, vpn: Vpn): string => `page ${vpn - vma.start}`;

/**
 * A TLB holds a page and a leaf around it at once: the CPU may take a TLB conflict abort, or put the two together. (Arm ARM
 * DDI 0487, "TLB maintenance", "Using break-before-make" and FEAT_BBM.)
 */
export function twoSizes({ cpu }: Machine, { name }: Ptep, faults: FaultSink): void {
  faults.fail('CONT', `the TLB of cpu${cpu} has translations of two sizes for ${name}: TLB conflict abort`);
}

/** The handler found nothing to do, and the same translation refuses again: wait until it is gone. */
export function* refusedAgain(m: Machine, vma: Vma, vpn: Vpn, cached: PteWord): Step<void> {
  const { tlbs } = m.world;
  const cells = tlbs.looks(vma.mm, vpn, vpn + 1, m.cpu);
  const values: Word[] = [];
  const text = `faults again on ${pageText(vma, vpn)}: TLB`;
  for (const cell of cells) values.push(yield* read(cell, { text, does: 'look-up' }));
  const get = (cell: Cell): Word => values[cells.indexOf(cell)] ?? 0;
  if (!tlbs.holds(get, m.cpu, vma.mm, vpn, cached)) return;
  yield* retry(cells, values, `the TLB still refuses ${pageText(vma, vpn)}`);
}

/** The fault itself invalidates what is cached of the page it came from. */
export function* dropPage(m: Machine, vma: Vma, vpn: Vpn): Step<void> {
  const { tlbs } = m.world;
  const words = tlbs.words(vma.mm, vpn, vpn + 1, m.cpu);
  const cells = tlbs.looks(vma.mm, vpn, vpn + 1, m.cpu);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => {
    tlbs.dropPage(view.at(mem, base), m.cpu, vma.mm, vpn, words);
    return 0;
  };
  const text = `fault drops ${pageText(vma, vpn)} from the TLB`;
  yield* atomic(cells, run, { text, does: 'drop', on: words, blind: words }, { locked: false });
}
