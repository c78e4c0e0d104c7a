/**
 * What software does to root registers and to TLBs whose entries have tags. Each is one step of hardware; the protocol
 * around it (masks, generations, lazy mode) is the operating system's.
 *
 * A race follows what is loaded (`world.follow()`), or these change nothing but TLBs.
 */
import { type Mm, type Ptep, ptepOf, RacewalkError, type Vma, type Vpn } from '@racewalk/core';
import {
  type AtomicBody,
  type AtomicOptions,
  atomic,
  type Cell,
  type Note,
  type Step,
} from '@racewalk/core/step';
import type { StepView } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import { rangeText } from '../world/range-text.js';
import { cellsOf, tablesOf } from '../world/table-words.js';
import type { Machine, World } from '../world/types.js';
import { answersIpi } from './interrupts.js';

/** What a write to the root register says besides. */
export interface LoadOptions {
  /**
   * Keep what is cached under the tag (x86: CR3 bit 63, CR3_NOFLUSH). Default true; without tags everything but global
   * translations goes in any case (Intel SDM 3A 4.10.4.1).
   */
  readonly keep?: boolean;
  /** User code runs from here on. Default false: the kernel goes on. */
  readonly user?: boolean;
}

/** The entries of an address space, of every level. */
const entriesOf = (w: World, mm: Mm): Ptep[] =>
  tablesOf(w)
    .filter((table) => table.mm === mm)
    .flatMap((table) => [...table.entries]);

const followed = (m: Machine, op: string): Cell => {
  const root = m.world.spaces.root(m.cpu);
  if (root >= 0) return root;
  throw new RacewalkError(
    'RACEWALK_BAD_SCENARIO',
    `${op} on cpu${m.cpu}, whose address spaces nobody follows`,
    {
      expected: 'world.follow() in the setup, before the first area, and a CPU with a TLB',
    },
  );
};

/** Words of translations without those of the kernel, of one CPU under one tag or under all; and its walk caches. */
function tagged(w: World, cpu: number, tag?: number): { readonly tlb: Cell[]; readonly walk: Cell[] } {
  const tlb = w.vmas
    .filter((vma) => vma.flags.global !== true)
    .flatMap((vma) => w.tlbs.words(vma.mm, vma.start, vma.end, cpu, 'all', tag));
  const walk = w.vmas.map((vma) => w.pmds.of(vma.table)?.walkCaches.get(cpu) ?? -1);
  return { tlb: [...new Set(tlb)], walk: [...new Set(walk)].filter((cell) => cell >= 0) };
}

/**
 * Write the root register of this CPU: from here on walks lead through the tables of `mm` (null: none of the model's), and
 * are cached under `tag`. Until here the tables of the old one may have been walked, by nobody's wish.
 *
 * On x86 this is a serializing instruction: it waits for the stores before it (Intel SDM 3A 8.3). MSR TTBR0_EL1 and the
 * write of satp wait for nothing.
 */
export function* loadSpace(m: Machine, mm: Mm | null, tag = 1, options: LoadOptions = {}): Step<void> {
  const { world } = m;
  const { spaces, tlbs } = world;
  const root = followed(m, 'a root is loaded');
  const now = mm === null ? 0 : spaces.withUser(spaces.rootOf(mm, tag), options.user === true);
  const old = spaces.keeps ? world.mms.map((one) => ({ one, entries: entriesOf(world, one) })) : [];
  const dropped = spaces.keeps
    ? options.keep === false && mm !== null
      ? tagged(world, m.cpu, tag)
      : { tlb: [], walk: [] }
    : tagged(world, m.cpu);
  const kept = spaces.keeps ? tagged(world, m.cpu) : dropped;
  const bit = mm === null ? 0 : spaces.bitOf(now);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => {
    view.at(mem, base);
    const was = view.get(root);
    for (const { one, entries } of old) if (spaces.has(was, one)) tlbs.leaves(view, m.cpu, entries);
    tlbs.drop(view, dropped.tlb);
    for (const cell of dropped.walk) view.set(cell, spaces.keeps ? view.get(cell) & ~bit : 0);
    view.set(root, now);
    return 0;
  };
  const running = spaces.keeps ? world.mms.map((one) => one.running) : [];
  const tables = old.flatMap(({ entries }) => entries.flatMap(cellsOf));
  const cells = [...new Set([root, ...kept.tlb, ...kept.walk, ...tables, ...running])];
  const text = `${spaces.text(now)}${options.keep === false ? ', flushes the tag' : ''}`;
  const note: Note = { op: 'load root', text, does: 'store', on: [root], blind: [root] };
  yield* atomic(cells, run, note, { locked: m.arch.memory === 'tso' });
}

function* setUser(m: Machine, on: boolean, op: string): Step<void> {
  const root = followed(m, op);
  const { spaces } = m.world;
  const run: AtomicBody = (mem, base) => {
    mem[base + root] = spaces.withUser(mem[base + root] ?? 0, on);
    return 0;
  };
  yield* atomic([root], run, { op }, { locked: false });
}

/** User code of what is loaded runs from here on. An exception return: the stores before it are not waited for. */
export const runUser = (m: Machine): Step<void> => setUser(m, true, 'user code runs');

/** User code does not run any more; the root stays: a kernel thread, idle, or the middle of a switch. */
export const stopUser = (m: Machine): Step<void> => setUser(m, false, 'user code stops');

/** What an invalidation by tag takes away. */
export interface Invalidation {
  /** Of these pages only; default all that the model has. */
  readonly vma?: Vma;
  /** First page; default that of the area. */
  readonly start?: Vpn;
  /** Behind the last page. */
  readonly end?: Vpn;
  /**
   * Under this tag; `loaded`: under the one each CPU has loaded at that moment; `any`: under every tag. Default `loaded`.
   * Where nobody follows what is loaded there is one tag for each address space, and all say the same.
   */
  readonly tag?: number | 'loaded' | 'any';
  /**
   * Global translations as well. Default: where a page is named (INVLPG, TLBI VAE1: the ASID is not looked at), and not
   * where none is (TLBI ASIDE1, INVPCID type 1).
   */
  readonly globals?: boolean;
  /** Leaf translations only: walk caches keep what they have. Default false. */
  readonly lastLevel?: boolean;
  /**
   * {@link invalidateOn} begins when the stores of this CPU have arrived, as every flush of an operating system does (DSB ISHST before
   * TLBI; INVLPG and SFENCE.VMA see to it themselves). Default true; false for the instruction alone: a store to the entry
   * may arrive behind it.
   */
  readonly barrier?: boolean;
}

/** A part of a step that invalidates: the words it changes, those it looks at, and what it does. */
export interface InvalidationPart {
  readonly words: readonly Cell[];
  readonly cells: readonly Cell[];
  /** Invalidate on one of the CPUs, within a step that has the cells. */
  readonly run: (s: StepView, cpu: number) => void;
}

/** The words of one CPU that an invalidation may change, by tag. */
interface Target {
  readonly byTag: readonly (readonly Cell[])[];
  readonly globals: readonly Cell[];
  readonly walk: readonly Cell[];
}

/**
 * The part of a step that invalidates on some CPUs. For handlers of interrupts and hypervisors, which look at words of their
 * own in the same step; {@link invalidateOn} is the step itself.
 */
export function invalidation(m: Machine, cpus: readonly number[], what: Invalidation = {}): InvalidationPart {
  const { world } = m;
  const { spaces, tlbs } = world;
  const { vma, tag = 'loaded', lastLevel = false } = what;
  const named = vma !== undefined;
  const globals = what.globals ?? named;
  const areas = world.vmas
    .filter((one) => !named || (one.mm === vma.mm && one.table === vma.table))
    .map((one) => ({
      mm: one.mm,
      table: one.table,
      global: one.flags.global === true,
      start: named ? (what.start ?? one.start) : one.start,
      end: named ? (what.end ?? one.end) : one.end,
    }));
  const n = Math.max(1, spaces.tags);
  const emptiesAll = m.arch.has('pageFlushDropsWalkCaches') || !world.does('walkCaches');
  const walked = lastLevel && !emptiesAll ? [] : emptiesAll || !named ? world.vmas : [vma];
  const above = walked.flatMap((area) => [...world.directories.entriesAbove(area)]);
  for (const { table, vpn } of above) {
    const global = world.vmas.some((one) => one.table === table && one.flags.global === true);
    areas.push({ mm: table.mm, table, global, start: vpn, end: vpn + 1 });
  }
  const targets = new Map<number, Target>();
  for (const cpu of cpus) {
    const words = (pick: (global: boolean) => boolean, t: number): Cell[] => {
      const found = areas
        .filter((a) => pick(a.global))
        .flatMap((a) => tlbs.words(a.mm, a.start, a.end, cpu, 'all', t));
      return [...new Set(found)];
    };
    const walk = walked
      .map((one) => world.pmds.of(one.table)?.walkCaches.get(cpu) ?? -1)
      .filter((c) => c >= 0);
    targets.set(cpu, {
      byTag: Array.from({ length: n }, (_, i) => words((global) => !global, i + 1)),
      globals: globals ? words((global) => global, 1) : [],
      walk: [...new Set(walk)],
    });
  }
  const words = [...targets.values()].flatMap((t) => [...t.byTag.flat(), ...t.globals, ...t.walk]);
  // Entries of a block that are left fill its word again.
  const blocks = named ? blockFirsts(vma, what) : [];
  const refills = blocks.flatMap((ptep) => [...tlbs.refillCells(ptep)]);
  const cells = [...new Set([...words, ...refills, ...spaces.roots(cpus)])];
  const run = (s: StepView, cpu: number): void => {
    const target = targets.get(cpu);
    if (target === undefined) return;
    const root = spaces.root(cpu);
    const loaded = root < 0 || s.get(root) === 0 ? 1 : spaces.tagOf(s.get(root));
    const one = tag === 'loaded' ? loaded : tag;
    for (let t = 1; t <= n; t++) if (one === 'any' || one === t) tlbs.drop(s, target.byTag[t - 1] ?? []);
    tlbs.drop(s, target.globals);
    for (const cell of target.walk) {
      const left = one === 'any' ? 0 : s.get(cell) & ~(1 << (one - 1));
      if (left !== s.get(cell)) s.set(cell, left);
    }
    for (const ptep of blocks) tlbs.refill(s, ptep, [cpu]);
  };
  return { words: [...new Set(words)], cells, run };
}

function blockFirsts(vma: Vma, { start = vma.start, end = vma.end }: Invalidation): Ptep[] {
  const entries: Ptep[] = [];
  for (let vpn = start; vpn < end; vpn++) entries.push(ptepOf(vma, vpn));
  return entries;
}

const textOf = ({ vma, start, end, tag = 'loaded' }: Invalidation): string => {
  const pages =
    vma === undefined ? 'all' : `${vma.table.name}[${rangeText(vma, start ?? vma.start, end ?? vma.end)}]`;
  return `${pages}${typeof tag === 'number' ? ` tag ${tag}` : tag === 'any' ? ' every tag' : ''}`;
};

/**
 * Invalidate on chosen CPUs, in one step. On the own CPU alone it is a local flush; on another it is what the hardware does
 * by itself (a broadcast by tag, a hypervisor); for an interrupt, which waits until the CPU answers, see {@link invalidateByIpi}.
 */
export function* invalidateOn(
  m: Machine,
  cpus: readonly number[],
  what: Invalidation = {},
  note: Note = {},
): Step<void> {
  const part = invalidation(m, cpus, what);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => {
    view.at(mem, base);
    for (const cpu of cpus) part.run(view, cpu);
    return 0;
  };
  const text = `cpu${cpus.join(', cpu')}: flush ${textOf(what)}`;
  yield* atomic(
    part.cells,
    run,
    { text, does: 'invalidate', on: part.words, blind: part.words, ...note },
    { locked: what.barrier ?? true },
  );
}

/** What the handler of an interrupt does: the words it may look at and change, and its body. */
export interface Handler {
  readonly cells: readonly Cell[];
  /** One step, since the handler runs with interrupts off. Returns a number for the sender. */
  readonly run: (s: StepView) => number;
  readonly note?: Note;
}

/**
 * Interrupt a CPU and wait for its handler, in one step: the handler runs with interrupts off, after the stores that the CPU
 * has made. A CPU that a race follows (`contexts.track`) answers while its interrupts are on. The own CPU calls the handler.
 */
export function* interruptCpu(m: Machine, cpu: number, handler: Handler): Step<number> {
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => handler.run(view.at(mem, base));
  const waits: AtomicOptions & { readonly guard: Cell } = cpu === m.cpu ? { guard: -1 } : answersIpi(m, cpu);
  const cells = [...new Set([...handler.cells, waits.guard])].filter((cell) => cell >= 0);
  const text = cpu === m.cpu ? 'own handler' : `IPI cpu${cpu}`;
  return yield* atomic(cells, run, { text, does: 'interrupt', ...handler.note }, waits);
}

/** Interrupt a CPU; its handler invalidates. */
export function* invalidateByIpi(m: Machine, cpu: number, what: Invalidation, note: Note = {}): Step<void> {
  const part = invalidation(m, [cpu], what);
  yield* interruptCpu(m, cpu, {
    cells: part.cells,
    note: { text: `cpu${cpu}: flush ${textOf(what)}`, does: 'invalidate', on: part.words, ...note },
    run(s) {
      part.run(s, cpu);
      return 0;
    },
  });
}
