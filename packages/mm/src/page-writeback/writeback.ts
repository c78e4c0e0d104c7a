/** Writing a folio out. (mm/page-writeback.c, Linux 6.12) */
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { FrameFlag, type Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { FolioFlag } from '../page-flags.js';

/**
 * The folio is clean from here on, and what it holds now is what reaches the disk: `folio_test_clear_dirty` and the
 * I/O in one step. The folio lock is held. True if it was dirty. The device may read it later than this and so
 * include some later stores; no code may rely on that.
 */
export function* startWriteout(folio: Folio): Step<boolean> {
  const frames = folio.frames.map((frame) => frame.cell);
  const copies = folio.frames.flatMap(({ data }, i) => {
    const to = folio.backing.disk[i] ?? -1;
    return data < 0 || to < 0 ? [] : [{ from: data, to }];
  });
  const run: AtomicBody = (mem, base) => {
    const flags = mem[base + folio.flags] ?? 0;
    if ((flags & FolioFlag.DIRTY) === 0) return 0;
    mem[base + folio.flags] = flags & ~FolioFlag.DIRTY;
    for (const cell of frames) mem[base + cell] = (mem[base + cell] ?? 0) & ~FrameFlag.WRITTEN;
    for (const { from, to } of copies) mem[base + to] = mem[base + from] ?? 0;
    return 1;
  };
  const show = (o: { readonly result: number }) => (o.result === 1 ? '→ written out' : '→ clean');
  const cells = [folio.flags, ...frames, ...copies.flatMap(({ from, to }) => [from, to])];
  return (yield* atomic(cells, run, { text: `write out ${folio.name}`, does: 'copy' }, { show })) === 1;
}

/**
 * Before I/O: move the dirty state of the entries to the folio, and make the folio clean. Returns whether it
 * must be written. Here it is written at once. @kernel folio_clear_dirty_for_io
 */
export function* folioClearDirtyForIo(m: Machine, folio: Folio): Step<boolean> {
  if (yield* m.k.folioMkclean(folio)) yield* m.k.folioMarkDirty(folio);
  return yield* startWriteout(folio);
}

/** Write a folio back, whether anybody has told it that it is dirty or not. @kernel write_cache_pages */
export function* writeCachePages(m: Machine, folio: Folio): Step<void> {
  yield* m.lock(folio.lock);
  yield* m.k.folioClearDirtyForIo(folio);
  yield* m.unlock(folio.lock);
}

/** Functions that others call by name. */
export const WRITEBACK = { folioClearDirtyForIo, writeCachePages } as const;

type WritebackFunctions = typeof WRITEBACK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends WritebackFunctions {}
}
