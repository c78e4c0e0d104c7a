import type { Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { type GupOps, getUserPagesRemote } from './get-user-pages.js';
import { lockPage, putPage, trylockPage, unlockPage } from './page-lock.js';
import { type ProtectOptions, type Rmap, tryToProtect } from './try-to-protect.js';

/** How a range is made exclusive. */
export interface MakeOptions extends GupOps, ProtectOptions {
  /** Wait for the page's lock rather than give the page up. Default false: `trylock_page`. */
  readonly waitForLock?: boolean;
}

/**
 * Give a device the pages of a range for itself. First all pages are found and pinned, then each is
 * locked and its mappings are taken down; a page that is busy, or is not behind the address any more, is
 * null in the answer. The others are returned locked and with a reference: until the caller gives
 * them back, no CPU fault can take them away. @kernel make_device_exclusive_range
 */
export function* makeDeviceExclusiveRange(
  m: Machine,
  vma: Vma,
  start: number,
  npages: number,
  owner: string,
  rmap: Rmap,
  options: MakeOptions = {},
): Step<(Frame | null)[]> {
  const pages: (Frame | null)[] = [];
  for (let i = 0; i < npages; i++) {
    pages.push(yield* getUserPagesRemote(m, { vma, address: start + i }, options));
  }
  for (const [i, page] of pages.entries()) {
    if (page === null) continue;
    if (options.waitForLock === true) yield* lockPage(m, page);
    else if (!(yield* trylockPage(m, page))) {
      yield* putPage(m, page);
      pages[i] = null;
      continue;
    }
    if (yield* tryToProtect(m, page, { vma, address: start + i }, owner, rmap, options)) continue;
    yield* unlockPage(m, page);
    yield* putPage(m, page);
    pages[i] = null;
  }
  return pages;
}
