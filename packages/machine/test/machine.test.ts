import { addrOf, blockOf, type InvariantCode, pteById, ptepOf } from '@racewalk/core';
import { OpKind, type Step } from '@racewalk/core/step';
import { FrameFlag, Machine, type Params, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** A world with one folded block of four pages, mapped writable, clean and old. */
function world(invariants: InvariantCode[], params: Params = { block: 4 }) {
  const w = new World(toyArch(), params, [1], invariants);
  const vma = w.vma({ pages: 4 });
  const mapped = w.frames.add({ pages: 4 });
  w.mapFrames(vma, mapped, { folded: true });
  w.seal();
  const entries = wordEntries(w);
  return { w, vma, mapped, kernel: () => new Machine(w, 0, entries), user: () => new Machine(w, 1, entries) };
}

const run = <T>(w: World, body: () => Step<T>, memory?: Int32Array) =>
  runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });

describe('user accesses', () => {
  it('walk, update the entry, fill the TLB, and reach the frame', () => {
    const { w, vma, mapped, user } = world(['DIRTY']);
    const r = run(w, () => new UserCpu(user(), vma).store(2));
    expect(r.value).toBe(true);
    const entry = pteById(r.memory[ptepOf(vma, vma.start).cell] ?? 0);
    // The update landed on entry 0, the first choice: any entry of the block may take it.
    expect(w.arch.values.pteDirty(entry)).toBe(true);
    const frame = mapped.frames[2];
    expect((r.memory[frame?.cell ?? 0] ?? 0) & FrameFlag.WRITTEN).toBe(FrameFlag.WRITTEN);
    expect(r.memory[w.tlbs.word(1, vma.mm, vma.start + 2)]).not.toBe(0);
  });

  it('say of each choice of the hardware which way it went', () => {
    const { w, vma, user } = world([]);
    const texts = (answer: number) => {
      const { steps } = runAlone(
        w.cells.cells,
        function* (): Step<void> {
          const cpu = new UserCpu(user(), vma);
          yield* cpu.load(1);
          yield* cpu.load(1);
        },
        { choose: (n) => Math.min(answer, n - 1) },
      );
      const shown = steps.filter(({ op }) => op.kind === OpKind.CHOOSE);
      return shown.map(({ op, result }) => op.show?.({ result, before: [], after: [] }));
    };
    const [first, last] = [texts(0), texts(9)];
    expect([...first, ...last].filter((text) => !/^→ \S/.test(text ?? ''))).toEqual([]);
    expect(first.at(-1)).toMatch(/^→ hit/);
    expect(last.at(-1)).toMatch(/^→ pte\[3\]$/);
  });

  it('end in SIGSEGV where nothing is mapped', () => {
    const w = new World(toyArch(), { block: 4 }, [1], []);
    const vma = w.vma({ pages: 4 });
    w.seal();
    expect(run(w, () => new UserCpu(new Machine(w, 1, wordEntries(w)), vma).load(0)).value).toBe(false);
  });
});

describe('observers', () => {
  it('STALE: a translation that outlives an unmap', () => {
    const { w, vma, kernel, user } = world(['STALE']);
    const before = run(w, () => new UserCpu(user(), vma).load(1)).memory;
    function* unmap(m: Machine, flush: boolean): Step<void> {
      const ptep = ptepOf(vma, vma.start + 1);
      yield* m.entries.xchg(ptep, pteById(0), 'clear');
      if (flush) yield* m.tlb.flushTlbPage(vma, addrOf(ptep.vpn));
      yield* m.completes('unmapped', vma);
    }
    expect(run(w, () => unmap(kernel(), true), before).faults).toEqual([]);
    expect(run(w, () => unmap(kernel(), false), before).faults.map((f) => f.code)).toEqual(['STALE']);
  });

  it('PERM: a writable translation that outlives a write-protect', () => {
    const { w, vma, kernel, user } = world(['PERM']);
    const before = run(w, () => new UserCpu(user(), vma).store(1)).memory;
    function* protect(m: Machine): Step<void> {
      yield* m.entries.update(ptepOf(vma, vma.start + 1), m.v.pteWrprotect, 'protect');
      yield* m.completes('read-only', vma);
    }
    expect(run(w, () => protect(kernel()), before).faults.map((f) => f.code)).toEqual(['PERM']);
    const loaded = run(w, () => new UserCpu(user(), vma).load(1)).memory;
    expect(run(w, () => protect(kernel()), loaded).faults).toEqual([]);
    // An entry that permits stores at that moment is none that was to be protected, unless no store is to be possible.
    expect(run(w, () => kernel().completes('read-only', vma), before).faults).toEqual([]);
    const strict = run(w, () => kernel().completes('unwritable', vma), before).faults;
    expect(strict.map((f) => f.code)).toEqual(['PERM']);
  });

  it('CONT: one entry of a live block changed alone, and a change without break', () => {
    const { w, vma, kernel } = world(['CONT']);
    const v = w.arch.values;
    const ptep = ptepOf(vma, vma.start + 2);
    const single = v.pteMknoncont(pteById(w.cells.cells[ptep.cell]?.initial ?? 0));
    const alone = run(w, () => kernel().entries.writeOnce(ptep, single, 'setPte'));
    expect(alone.faults.map((f) => f.code)).toEqual(['CONT']);
    function* convert(m: Machine, flush: boolean): Step<void> {
      for (const p of blockOf(ptep, 4)) yield* m.entries.xchg(p, pteById(0), 'clear');
      if (flush) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
      for (const p of blockOf(ptep, 4)) {
        yield* m.entries.writeOnce(p, v.pteAdvancePfn(single, p.index - ptep.index), 'setPte');
      }
    }
    expect(run(w, () => convert(kernel(), true)).faults).toEqual([]);
    expect(run(w, () => convert(kernel(), false)).faults[0]?.message).toMatch(/break before make/);
  });

  it('TORN: a reader that puts two mappings together', () => {
    const { w, vma, kernel } = world(['TORN']);
    const ptep = ptepOf(vma, vma.start);
    const v = w.arch.values;
    const good = pteById(w.cells.cells[ptep.cell]?.initial ?? 0);
    expect(run(w, () => kernel().obtained(ptep, good)).faults).toEqual([]);
    expect(run(w, () => kernel().obtained(ptep, v.pteAdvancePfn(good, 1))).faults.map((f) => f.code)).toEqual(
      ['TORN'],
    );
    expect(run(w, () => kernel().obtained(ptep, v.pteMkdirty(good))).faults[0]?.message).toMatch(
      /was ever dirty/,
    );
  });

  it('ENC: a value the plug-in calls malformed', () => {
    const arch = toyArch({
      malformed: (p) => (toyArch().values.pteSpecial(p) ? 'special is not allowed' : null),
    });
    const w = new World(arch, { block: 4 }, [1], ['ENC']);
    const vma = w.vma({ pages: 4 });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const bad = arch.values.pteMkspecial(
      arch.values.pfnPte(1, arch.values.mkProt({ read: true, write: false })),
    );
    const r = run(w, () => m.entries.writeOnce(ptepOf(vma, vma.start), bad, 'setPte'));
    expect(r.faults.map((f) => f.code)).toEqual(['ENC']);
  });
});
