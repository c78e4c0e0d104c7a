import { addrOf, type InvariantCode, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  Device,
  faultingWalker,
  Machine,
  type NotifierRange,
  runAlone,
  SvaDevice,
  UserCpu,
  updatingWalker,
  World,
  wordEntries,
} from '@racewalk/machine';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const EXCLUSIVE = { write: true, exclusive: true };
const SHARED = { write: true, exclusive: false };

/** One page, present or device-exclusive, and a device. */
function world(invariants: InvariantCode[], present = true) {
  const w = new World(toyArch(), { block: 4 }, [1], invariants);
  const vma = w.vma({ pages: 1 });
  const mapped = w.frames.add({ pages: 1, contents: [7] });
  const frame = mapped.frames[0]!;
  const ptep = ptepOf(vma, vma.start);
  const { swap } = w.arch;
  if (present) w.mapFrames(vma, mapped, { dirty: true, young: true });
  else w.setInitial(ptep, swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(frame.pfn)));
  const gpu = new Device(w, vma);
  let memory: Int32Array | undefined;
  const faults: string[] = [];
  const entries = wordEntries(w);
  function run<T>(body: (m: Machine) => Step<T>, cpu = 0): T {
    const r = runAlone(
      w.cells.cells,
      () => body(new Machine(w, cpu, entries)),
      memory === undefined ? {} : { memory },
    );
    memory = r.memory;
    faults.push(...r.faults.map((f) => f.code));
    return r.value;
  }
  const word = (cell: number) => memory?.[cell] ?? 0;
  const range: NotifierRange = { event: 'clear', mm: vma.mm, start: vma.start, end: vma.end };
  /** What each step of `body` says of its outcome, from the state that is. */
  const texts = (body: (m: Machine) => Step<unknown>) =>
    runAlone(w.cells.cells, () => body(new Machine(w, 0, entries)), memory === undefined ? {} : { memory })
      .steps.filter(({ op }) => op.show !== undefined)
      .map(({ op, result }) => op.show?.({ result, before: [], after: [] }));
  return { w, vma, ptep, frame, gpu, run, texts, word, faults, range };
}

describe('a device with its own page table', () => {
  it('faults without a translation, and uses the frame with one', () => {
    const { w, gpu, frame, run, word } = world([]);
    w.seal();
    expect(run((m) => gpu.access(m, 0, 'store'))).toBe(false);
    run((m) => gpu.map(m, 0, frame, SHARED, null));
    expect(run((m) => gpu.access(m, 0, 'store'))).toBe(true);
    expect(word(frame.data)).toBe(8);
    // An atomic needs the page for itself.
    expect(run((m) => gpu.access(m, 0, 'atomic'))).toBe(false);
    expect(word(gpu.busy)).toBe(0);
    expect(() => run((m) => gpu.access(m, 3, 'load'))).toThrow(/outside/);
  });

  it('loses its translations at the start of an invalidation, and is refused an old sample', () => {
    const { w, gpu, frame, run, range } = world([]);
    w.seal();
    const seq = run(() => gpu.intervalReadBegin());
    run((m) => m.notifier.mmuNotifierInvalidateRangeStart(range));
    expect(() => run(() => gpu.intervalReadBegin())).toThrow(/stuck/);
    run((m) => m.notifier.mmuNotifierInvalidateRangeEnd(range));
    expect(run((m) => gpu.map(m, 0, frame, SHARED, seq))).toBe(false);
    expect(run((m) => gpu.map(m, 0, frame, SHARED, null))).toBe(true);
  });

  it('says of a mapping whether it was made', () => {
    const { w, gpu, frame, run, texts, range } = world([]);
    w.seal();
    const seq = run(() => gpu.intervalReadBegin());
    expect(texts((m) => gpu.map(m, 0, frame, SHARED, seq)).at(-1)).toMatch(/^= \S/);
    run((m) => m.notifier.mmuNotifierInvalidateRangeStart(range));
    run((m) => m.notifier.mmuNotifierInvalidateRangeEnd(range));
    expect(texts((m) => gpu.map(m, 0, frame, SHARED, seq)).at(-1)).toBe('→ retry');
  });

  it('ignores its own exclusive events, and nobody else’s', () => {
    const { w, gpu, run, word, range } = world([]);
    w.seal();
    const event = 'exclusive' as const;
    run((m) => m.notifier.mmuNotifierInvalidateRangeStart({ ...range, event, owner: 'gpu' }));
    expect(word(gpu.seq)).toBe(0);
    run((m) => m.notifier.mmuNotifierInvalidateRangeStart({ ...range, event, owner: 'npu' }));
    expect(word(gpu.seq)).toBe(1);
  });
});

describe('OWN of a declared owner', () => {
  it('a CPU uses what a device owns alone', () => {
    const { w, vma, gpu, frame, run, faults } = world(['OWN']);
    gpu.startsWith(0, frame, EXCLUSIVE);
    w.seal();
    run((m) => new UserCpu(m, vma).load(0), 1);
    expect(faults).toEqual(['OWN']);
  });

  it('a device is given what a TLB still maps', () => {
    const { w, vma, gpu, frame, run, faults } = world(['OWN']);
    w.seal();
    run((m) => new UserCpu(m, vma).load(0), 1);
    run((m) => gpu.map(m, 0, frame, EXCLUSIVE, null));
    expect(faults).toEqual(['OWN']);
  });

  it('two devices', () => {
    const { w, vma, gpu, frame, run, faults } = world(['OWN'], false);
    const npu = new Device(w, vma, 'npu');
    npu.startsWith(0, frame, SHARED);
    gpu.startsWith(0, frame, EXCLUSIVE);
    w.seal();
    run((m) => npu.access(m, 0, 'store'));
    run((m) => npu.map(m, 0, frame, EXCLUSIVE, null));
    expect(faults).toEqual(['OWN', 'OWN']);
  });

  it('ends when the device has stopped, and not before', () => {
    const { w, vma, gpu, frame, run, faults, range } = world(['OWN']);
    gpu.startsWith(0, frame, EXCLUSIVE);
    w.seal();
    run(() => gpu.stop(range));
    run((m) => new UserCpu(m, vma).load(0), 1);
    expect(faults).toEqual(['OWN']);
    run(() => gpu.settle());
    run((m) => new UserCpu(m, vma).load(0), 1);
    expect(faults).toEqual(['OWN']);
  });

  it('an address space may use what it owns', () => {
    const { w, vma, frame, run, faults } = world(['OWN']);
    w.startsOwned(frame, vma.mm.name);
    w.seal();
    run((m) => new UserCpu(m, vma).store(0), 1);
    expect(faults).toEqual([]);
  });
});

describe('NOTIF', () => {
  it('between start and end', () => {
    const { w, gpu, frame, run, faults, range } = world(['NOTIF'], false);
    w.seal();
    run((m) => m.notifier.mmuNotifierInvalidateRangeStart(range));
    run((m) => gpu.map(m, 0, frame, EXCLUSIVE, null));
    run((m) => gpu.access(m, 0, 'atomic'));
    expect(faults).toEqual(['NOTIF']);
    run((m) => m.notifier.mmuNotifierInvalidateRangeEnd(range));
    run((m) => gpu.access(m, 0, 'atomic'));
    expect(faults).toEqual(['NOTIF']);
  });

  it('where the entry does not allow it', () => {
    const { w, vma, gpu, ptep, frame, run, faults } = world(['NOTIF']);
    gpu.startsWith(0, frame, SHARED);
    w.seal();
    run((m) => gpu.access(m, 0, 'store'));
    run((m) => m.pte.ptepSetWrprotect(vma.mm, addrOf(vma.start), ptep));
    run((m) => gpu.access(m, 0, 'load'));
    expect(faults).toEqual([]);
    run((m) => gpu.access(m, 0, 'store'));
    run((m) => m.pte.pteClear(vma.mm, addrOf(vma.start), ptep));
    run((m) => gpu.access(m, 0, 'load'));
    expect(faults).toEqual(['NOTIF', 'NOTIF']);
  });
});

describe('a device that walks the tables of the process', () => {
  /** Nothing can be done about a fault. */
  // biome-ignore lint/correctness/useYield: the handler looks at nothing
  function* helpless(): Step<null> {
    return null;
  }

  it('caches what it found, until it is told', () => {
    const { w, vma, ptep, run, range } = world([]);
    const sva = new SvaDevice(w, vma);
    w.seal();
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(true);
    run((m) => m.pte.pteClear(vma.mm, addrOf(vma.start), ptep));
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(true);
    run((m) => m.notifier.archInvalidateSecondaryTlbs(range));
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(false);
  });

  it('says what a walk found', () => {
    const { w, vma, ptep, run, texts } = world([]);
    const sva = new SvaDevice(w, vma);
    w.seal();
    expect(texts((m) => sva.access(m, 0, 'store', helpless)).join()).toMatch(/→ 0x\w+ rw/);
    run((m) => m.pte.pteClear(vma.mm, addrOf(vma.start), ptep));
    expect(texts((m) => sva.access(m, 0, 'store', helpless))).toContain('→ fault');
  });

  it('sets no flags itself', () => {
    const { w, vma, ptep, run } = world([]);
    w.setInitial(ptep, w.arch.values.pteMkold(w.entryIn((c) => w.cells.cells[c]!.initial, ptep)));
    const sva = new SvaDevice(w, vma);
    w.seal();
    expect(run((m) => sva.access(m, 0, 'load', helpless))).toBe(false);
  });

  it('sets accessed and dirty itself, where its walker does, and walks again for a store through a clean one', () => {
    const { w, vma, ptep, run, word } = world([]);
    const { values: v } = w.arch;
    w.setInitial(ptep, v.pteMkold(v.pteMkclean(w.entryIn((c) => w.cells.cells[c]!.initial, ptep))));
    // The hardware of the CPUs is not asked: the walker sets the same beside CPUs that set nothing.
    const cpus = { values: v, walker: faultingWalker(w.arch) };
    const sva = new SvaDevice(w, vma, 'sva', { iotlb: true, walker: updatingWalker(cpus) });
    w.seal();
    const entry = () => w.entryIn(word, ptep);
    expect(run((m) => sva.access(m, 0, 'load', helpless))).toBe(true);
    expect([v.pteYoung(entry()), v.pteDirty(entry())]).toEqual([true, false]);
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(true);
    expect([v.pteYoung(entry()), v.pteDirty(entry())]).toEqual([true, true]);
    expect(word(sva.translations[0]!)).toBe(entry().id);
    expect(word(sva.iotlb[0]!)).toBe(entry().id);
  });

  it('marks nothing in an entry that refuses the access, or is not there', () => {
    const { w, vma, ptep, run, word } = world([]);
    const { values: v } = w.arch;
    const clean = v.pteMkclean(w.entryIn((c) => w.cells.cells[c]!.initial, ptep));
    w.setInitial(ptep, v.pteWrprotect(clean));
    const sva = new SvaDevice(w, vma, 'sva', { walker: updatingWalker(w.arch) });
    w.seal();
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(false);
    expect(v.pteDirty(w.entryIn(word, ptep))).toBe(false);
    // It keeps the translation for loads, and asks again for a store.
    expect(word(sva.translations[0]!)).toBe(w.entryIn(word, ptep).id);
    run((m) => m.pte.pteClear(vma.mm, addrOf(vma.start), ptep));
    expect(run((m) => sva.access(m, 0, 'store', helpless))).toBe(false);
    expect(v.pteNone(w.entryIn(word, ptep))).toBe(true);
  });

  it('waits where the handler finds nothing to do', () => {
    const { w, vma, ptep, run } = world([]);
    w.setInitial(ptep, w.arch.values.pteMkold(w.entryIn((c) => w.cells.cells[c]!.initial, ptep)));
    const sva = new SvaDevice(w, vma);
    w.seal();
    // biome-ignore lint/correctness/useYield: the handler looks at nothing
    function* nothingToDo(): Step<boolean> {
      return false;
    }
    expect(() => run((m) => sva.access(m, 0, 'load', nothingToDo))).toThrow(/stuck/);
  });
});
