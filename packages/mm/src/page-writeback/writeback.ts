/**
 * Writing a file's pages out: every mapping is made clean and read-only first, so that the next store
 * faults and is known. @kernel mm/page-writeback.c, mm/rmap.c
 */

import { type AddressSpace, addrOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step } from '@racewalk/core/step';
import { type Folio, FolioFlag, FrameFlag, type Machine } from '@racewalk/machine';
import { folioMapcount } from '../rmap/unmap.js';

/** Make the entries of one area that map the folio clean and read-only; answers how many were not. @kernel page_vma_mkclean_one */
export function* pageVmaMkcleanOne(m: Machine, folio: Folio, vma: Vma): Step<number> {
  const { v } = m;
  let cleaned = 0;
  yield* m.k.pageVmaMappedWalk(
    folio,
    vma,
    function* ({ ptep, pte }) {
      if (!v.pteDirty(pte) && !v.pteWrite(pte)) return true;
      const addr = addrOf(ptep.vpn);
      // Empty and flushed before it comes back: nobody may go on storing by the old permission.
      const old = yield* m.pte.ptepClearFlush(vma, addr, ptep);
      yield* m.pte.setPteAt(vma.mm, addr, ptep, v.pteMkclean(v.pteWrprotect(old)));
      cleaned++;
      return true;
    },
    { sync: true },
  );
  return cleaned;
}

/** Who walks the reverse map of a file holds its lock, so that no area comes, goes or moves meanwhile. */
export function* underIMmapLock<T>(m: Machine, mapping: AddressSpace | null, body: () => Step<T>): Step<T> {
  if (mapping !== null) yield* m.lock(mapping.iMmapLock);
  const result = yield* body();
  if (mapping !== null) yield* m.unlock(mapping.iMmapLock);
  return result;
}

/**
 * The same in all areas, in order; answers whether there was anything to clean. A folio that nobody maps
 * is not looked for. @kernel folio_mkclean
 */
export function* folioMkclean(m: Machine, folio: Folio, among: readonly Vma[]): Step<boolean> {
  if ((yield* folioMapcount(folio)) === 0) return false;
  return yield* underIMmapLock(m, among[0]?.mapping ?? null, function* () {
    let cleaned = 0;
    for (const vma of among) cleaned += yield* m.k.pageVmaMkcleanOne(folio, vma);
    return cleaned > 0;
  });
}

/**
 * The folio is clean from here on, and what it holds now is what reaches the disk; the folio lock is
 * held. Answers whether there is anything to write. The device may read it later than this, which would
 * save some stores that come in between; nobody may rely on that. `disk`: where the contents go, one word
 * a page.
 */
export function* startWriteout(folio: Folio, disk: readonly Cell[] = []): Step<boolean> {
  const frames = folio.frames.map((frame) => frame.cell);
  const copies = folio.frames.flatMap(({ data }, i) => {
    const to = disk[i] ?? -1;
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
 * Before I/O: what the entries know goes to the folio, and the folio becomes clean. Answers whether it
 * must be written. @kernel folio_clear_dirty_for_io
 */
export function* folioClearDirtyForIo(m: Machine, folio: Folio, among: readonly Vma[]): Step<boolean> {
  if (yield* m.k.folioMkclean(folio, among)) yield* m.k.folioMarkDirty(folio);
  return yield* startWriteout(folio);
}

/** What stands in the kernel's table. */
export const WRITEBACK = { pageVmaMkcleanOne, folioMkclean, folioClearDirtyForIo } as const;

type WritebackFunctions = typeof WRITEBACK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends WritebackFunctions {}
}
