import { addrOf, type InvariantCode, PTE_ZERO, pteById, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Device, Machine, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { freePage, linux } from '@racewalk/mm';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** A world with one folded block of four pages, mapped writable, clean and old. */
function world(invariants: InvariantCode[], sealed = true) {
  const w = new World(toyArch(), { block: 4 }, [1], invariants);
  linux(w);
  const vma = w.vma({ pages: 4 });
  const folio = linux(w).folio({ pages: 4 });
  linux(w).mapFolio(vma, folio, { folded: true });
  if (sealed) w.seal();
  const entries = wordEntries(w);
  return { w, vma, folio, kernel: () => new Machine(w, 0, entries), user: () => new Machine(w, 1, entries) };
}

const run = <T>(w: World, body: () => Step<T>, memory?: Int32Array) =>
  runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });

describe('freePage', () => {
  it('is reported: a frame freed while a TLB still maps it, and an access to a free frame', () => {
    const { w, vma, folio, kernel, user } = world(['UAF']);
    const frame = folio.frames[1];
    if (frame === undefined) throw new Error('no frame');
    const entry = pteById(w.cells.cells[ptepOf(vma, vma.start + 1).cell]?.initial ?? 0);
    const mapped = run(w, () => freePage(kernel(), frame));
    expect(mapped.faults.map((f) => f.message)).toEqual([`${frame.name} is freed while pte[1] maps it`]);
    const loaded = run(w, () => new UserCpu(user(), vma).load(1)).memory;
    const before = run(w, () => kernel().entries.xchg(ptepOf(vma, vma.start + 1), PTE_ZERO), loaded).memory;
    const freed = run(w, () => freePage(kernel(), frame), before);
    expect(freed.faults.map((f) => f.code)).toEqual(['UAF']);
    const back = run(
      w,
      () => kernel().entries.writeOnce(ptepOf(vma, vma.start + 1), entry),
      freed.memory,
    ).memory;
    expect(run(w, () => new UserCpu(user(), vma).load(1), back).faults.map((f) => f.code)).toEqual(['UAF']);
    expect(run(w, () => freePage(kernel(), frame), freed.memory).faults[0]?.message).toContain('freed twice');
  });

  it('is reported where the table of a device leads to the frame, and so is its next access', () => {
    const { w, vma, folio, kernel } = world(['UAF'], false);
    const [frame] = folio.frames;
    if (frame === undefined) throw new Error('no frame');
    const gpu = new Device(w, vma);
    gpu.startsWith(0, frame, { write: true, exclusive: false });
    w.seal();
    const cleared = run(w, () => kernel().entries.xchg(ptepOf(vma, vma.start), PTE_ZERO)).memory;
    const freed = run(w, () => freePage(kernel(), frame), cleared);
    const access = run(w, () => gpu.access(kernel(), 0, 'load'), freed.memory);
    expect([freed, access].map((r) => r.faults.map((f) => f.code))).toEqual([['UAF'], ['UAF']]);
  });
});

describe('mmu_gather', () => {
  it('flushes before it frees', () => {
    const { w, vma, folio, kernel } = world(['UAF']);
    function* zap(m: Machine): Step<void> {
      const tlb = yield* m.k.tlbGatherMmu(vma.mm);
      const ptep = ptepOf(vma, vma.start + 1);
      const pte = yield* m.pte.ptepGetAndClear(vma.mm, addrOf(ptep.vpn), ptep);
      m.k.tlbRemoveTlbEntry(tlb, vma, ptep);
      const frame = w.frames.at(m.v.ptePfn(pte));
      if (frame === undefined) return;
      if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
      m.k.__tlbRemovePage(tlb, frame);
      yield* m.k.tlbFinishMmu(tlb);
    }
    const labels = run(w, () => zap(kernel())).steps.map((s) => s.op.label);
    expect(labels).toEqual([
      'inc_tlb_flush_pending',
      'ptep_get_and_clear pte[1]',
      'mm_tlb_flush_nested',
      'dsb ishst',
      'tlbi pte[1]',
      'dsb',
      `folio_put_refs ${folio.name} (1)`,
      'dec_tlb_flush_pending',
    ]);
  });
});
