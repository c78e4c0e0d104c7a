import { addrOf, type InvariantCode, PTE_ZERO, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  CpuContext,
  type FrameRun,
  freeTable,
  localIrqRestore,
  localIrqSave,
  Machine,
  type Params,
  rcuReadLock,
  rcuReadUnlock,
  runAlone,
  smpCallFunction,
  synchronizeRcu,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { exchangeToy, interruptingToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const interrupting = interruptingToy();
const broadcasting = exchangeToy();

interface State {
  readonly w: World;
  readonly vma: Vma;
  readonly mapped: FrameRun;
}

function build(
  arch = interrupting,
  params: Params = {},
  invariants: InvariantCode[] = ['UAF', 'PTUAF'],
): State {
  const w = new World(arch, { block: 1, ...params }, [1], invariants);
  const vma = w.vma({ pages: 1 });
  const mapped = w.frames.add({ pages: 1 });
  w.mapFrames(vma, mapped, { young: true });
  w.contexts.track(2);
  w.pmds.add(vma);
  w.seal();
  return { w, vma, mapped };
}

const on = (s: State, cpu: number) => new Machine(s.w, cpu, wordEntries(s.w));
const run = <T>(s: State, body: () => Step<T>) => runAlone(s.w.cells.cells, body);
const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((p) => p.op.label);

describe('interrupts', () => {
  const flush = (s: State) => on(s, 0).tlb.flushTlbRange(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));
  const behindIrqsOff = (s: State, then: () => Step<void>) => () =>
    (function* () {
      yield* localIrqSave(on(s, 2));
      yield* then();
    })();

  it('hold up a flush by IPI while they are off', () => {
    const s = build();
    expect(() =>
      run(
        s,
        behindIrqsOff(s, () => flush(s)),
      ),
    ).toThrow(/stuck at "IPI cpu2: flush pte\[0\]"/);
    expect(labels(run(s, () => flush(s)).steps)).toEqual([
      'IPI cpu2: flush pte[0]',
      'IPI cpu1: flush pte[0]',
    ]);
  });

  it('hold up neither a broadcast nor a hypercall', () => {
    const far = build(broadcasting);
    expect(
      run(
        far,
        behindIrqsOff(far, () => flush(far)),
      ).faults,
    ).toEqual([]);
    const guest = build(interrupting, { flush: 'paravirt' });
    const { steps } = run(
      guest,
      behindIrqsOff(guest, () => flush(guest)),
    );
    expect(labels(steps)).toEqual(['local_irq_save', 'hypercall cpu1: flush pte[0]']);
  });

  it('hold up a call of all CPUs and a grace period; a read section holds up the second only', () => {
    const s = build(interrupting, { flush: 'paravirt' });
    expect(() =>
      run(
        s,
        behindIrqsOff(s, () => smpCallFunction(on(s, 0), 'sync')),
      ),
    ).toThrow(/IPI cpu2: sync/);
    expect(() =>
      run(
        s,
        behindIrqsOff(s, () => synchronizeRcu(on(s, 0))),
      ),
    ).toThrow(/cpu2 is quiescent/);
    const reading = function* (body: () => Step<void>): Step<void> {
      yield* rcuReadLock(on(s, 2));
      yield* body();
      yield* rcuReadUnlock(on(s, 2));
    };
    expect(run(s, () => reading(() => smpCallFunction(on(s, 0), 'sync'))).faults).toEqual([]);
    expect(() => run(s, () => reading(() => synchronizeRcu(on(s, 0))))).toThrow(/cpu2 is quiescent/);
  });

  it('are words of the CPUs that a race follows, and of no others', () => {
    const s = build();
    const cell = s.w.contexts.cell(2);
    const { memory } = run(s, () => localIrqSave(on(s, 2)));
    expect(memory[cell]).toBe(CpuContext.IRQS_OFF);
    const both = function* () {
      yield* localIrqSave(on(s, 2));
      yield* localIrqRestore(on(s, 2));
    };
    expect(run(s, both).memory[cell]).toBe(0);
    expect(() => run(s, () => localIrqSave(on(s, 0)))).toThrow(/cpu0, which nobody follows/);
  });

  it('are asked of several CPUs in any order', () => {
    const s = build();
    s.w.contexts.track(3);
    const last = runAlone(s.w.cells.cells, () => smpCallFunction(on(s, 0), 'sync'), { choose: (n) => n - 1 });
    expect(labels(last.steps).slice(1)).toEqual(['IPI cpu3: sync', 'IPI cpu2: sync']);
  });
});

describe('the upper level', () => {
  it('is walked before the table, remembered, and forgotten with a flush', () => {
    const s = build();
    const pmd = s.w.pmds.of(s.vma.table)!;
    const user = new UserCpu(on(s, 1), s.vma);
    const loads = run(s, () => user.load(0));
    expect(labels(loads.steps).slice(0, 2)).toEqual(['TLB look-up page 0', 'walk pmd:pte']);
    expect(loads.memory[pmd.walkCaches.get(1)!]).toBe(1);
    const flush = (lastLevel: boolean) =>
      runAlone(
        s.w.cells.cells,
        () => on(s, 0).tlb.flushTlbRange(s.vma, addrOf(s.vma.start), addrOf(s.vma.end), lastLevel),
        { memory: loads.memory },
      ).memory[pmd.walkCaches.get(1)!];
    expect(flush(false)).toBe(0);
    expect(flush(true)).toBe(1);
  });

  it('reports a table that is freed under a walk cache, or walked when free', () => {
    const s = build();
    const pmd = s.w.pmds.of(s.vma.table)!;
    const body = function* () {
      const user = new UserCpu(on(s, 1), s.vma);
      yield* user.load(0);
      yield* freeTable(on(s, 0), pmd);
    };
    expect(run(s, body).faults.map((f) => f.code)).toEqual(['PTUAF']);
    s.w.cells.setInitial(pmd.freed, 1);
    expect(run(s, () => new UserCpu(on(s, 1), s.vma).load(0)).faults[0]?.code).toBe('PTUAF');
  });

  it('ends an access in SIGSEGV where it is empty', () => {
    const s = build();
    s.w.setInitial(s.vma.table.entries[0]!, PTE_ZERO);
    s.w.setInitial(s.w.pmds.of(s.vma.table)!.pmdp, PTE_ZERO);
    expect(run(s, () => new UserCpu(on(s, 1), s.vma).load(0)).value).toBe(false);
  });
});

describe('frames', () => {
  it('can be put where a race wants them', () => {
    const w = new World(broadcasting, { block: 1 }, [], []);
    const high = w.frames.add({ pages: 1, pfn: 0x100041 });
    const next = w.frames.add({ pages: 1 });
    expect([high.frames[0]?.pfn, next.frames[0]?.pfn]).toEqual([0x100041, 0x40]);
    expect(w.frames.at(0x100041)).toBe(high.frames[0]);
  });
});
