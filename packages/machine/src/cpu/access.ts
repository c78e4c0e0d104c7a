/**
 * User code: loads and stores at virtual addresses, and the hardware walker that translates them.
 *
 * An access is at least two steps: a walk that fills the TLB (and updates access and dirty state in the
 * same step in which it read the entry), and the use of the translation. Between the two, or between
 * two accesses, anything may happen, including an invalidation: then the access walks again. Fills are
 * made on demand only. A fill that is never used only sets the access flag. Eviction is the choice, at every
 * later access, to walk although the TLB has an entry.
 */
import {
  type AccessKind,
  blockOf,
  describePte,
  type FaultKind,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  pteWord,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  choose,
  read,
  type ShowOutcome,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { walkEntry } from '../entries/leaf-walk.js';
import type { UseEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import { type FaultHandler, returnFromException, takeException } from './faults.js';
import { evictLate, keepOrEvict } from './late-dirty.js';
import { walkUpper } from './upper.js';

/** What the hardware of this agent may do beyond the plain walk. */
export interface AccessOptions {
  /**
   * The TLB may hold an entry for the whole contiguous block, read from a sibling, so a page whose own
   * entry is no longer valid may still be reached as long as a sibling's is. Default false.
   */
  readonly spans?: boolean;
  /**
   * The part of the fault handler that a race provides: copy on write, `page_mkwrite`, swap-in. Called first;
   * returns the outcome of the fault.
   */
  readonly onFault?: FaultHandler;
  /** Handle faults as the kernel does; if false, an access that faults ends. Default true. */
  readonly faults?: boolean;
  /**
   * The TLB may refuse: an access that a cached translation forbids may fault without a walk.
   * Default false: the hardware then always walks first, so no fault is spurious.
   */
  readonly staleFaults?: boolean;
}

const FAULTS: readonly FaultKind[] = ['translation', 'access-flag', 'permission'];

/** Result of a use whose translation was removed; no frame holds this value. */
const GONE = -0x80000000;

/** Result of a walk whose upper-level translation was invalidated: the walk restarts at the upper level. */
const FROM_THE_TOP = -0x40000000;

/** Names the alternatives of a choice. */
const showsOf =
  (...names: readonly string[]): ShowOutcome =>
  (o) =>
    `→ ${names[o.result] ?? o.result}`;

/** The CPU of one agent, as user code uses it. */
export class UserCpu {
  /** Pages this agent has walked for: from the second access on, the TLB may hit. */
  readonly #walked = new Set<Vpn>();
  /** This agent has walked the upper level: from then on, the walk cache may hit. */
  #climbed = false;

  constructor(
    readonly m: Machine,
    readonly vma: Vma,
    readonly options: AccessOptions = {},
  ) {}

  /** Load from a page of the area; false if it ends in SIGSEGV. Pages are counted from the area's start. */
  *load(page: number): Step<boolean> {
    return (yield* this.loadValue(page)) !== null;
  }

  /** The same; returns the contents of the frame (0 where contents are not followed), or null for SIGSEGV. */
  loadValue(page: number): Step<Word | null> {
    return this.#access(this.vma.start + page, 'load', 0);
  }

  /** Store to a page of the area (`value`, where contents are followed); false if it ends in SIGSEGV. */
  *store(page: number, value: Word = 1): Step<boolean> {
    return (yield* this.#access(this.vma.start + page, 'store', value)) !== null;
  }

  *#access(vpn: Vpn, access: AccessKind, value: Word): Step<Word | null> {
    const { m } = this;
    const tlb = m.world.tlbCell(m.cpu, this.vma.mm, vpn);
    let cached = this.#walked.has(vpn) ? yield* this.#lookUp(vpn, access, tlb) : 0;
    let lastFault = -1;
    for (;;) {
      if (cached === 0) {
        cached = yield* this.#walk(vpn, access, tlb);
        this.#walked.add(vpn);
      }
      if (cached > 0) {
        const held = yield* this.#use(vpn, access, tlb, pteById(cached), value);
        if (held !== GONE) {
          if (access === 'store') yield* keepOrEvict(m, ptepOf(this.vma, vpn), tlb, pteById(cached));
          return held;
        }
        cached = 0;
        continue;
      }
      const fault = FAULTS[-cached - 1] ?? 'translation';
      cached = 0;
      if (this.options.faults === false) return null;
      yield* takeException();
      const ptep = ptepOf(this.vma, vpn);
      const { onFault } = this.options;
      const outcome =
        onFault === undefined ? 'default' : yield* onFault(m, { vma: this.vma, ptep, access, kind: fault });
      if (outcome === 'sigsegv') return null;
      if (outcome === 'retry') {
        yield* returnFromException();
        continue;
      }
      const stale = this.options.staleFaults === true && this.#walked.has(vpn);
      const { faultHandler } = m.world;
      if (faultHandler === null) return null;
      const seen = yield* faultHandler(m, this.vma, ptep, access, lastFault, stale ? tlb : -1);
      if (seen < 0) return null;
      yield* returnFromException();
      lastFault = seen;
      if (stale) cached = yield* this.#lookUp(vpn, access, tlb);
    }
  }

  /** Look up the TLB. Returns the id it has, 0 for a walk, or -1 - the index of the fault. */
  *#lookUp(vpn: Vpn, access: AccessKind, tlb: Cell): Step<number> {
    const { arch, world } = this.m;
    const found = yield* read(tlb, { text: `TLB look-up ${this.#page(vpn)}`, does: 'look-up' });
    if (found === 0) return 0;
    if (world.walker.permits(pteById(found), access)) {
      // The entry may have been evicted: hit, or walk again.
      if ((yield* choose(2, 'TLB hit or walk', showsOf('hit', 'walk'))) === 0) return found;
      yield* evictLate(this.m, ptepOf(this.vma, vpn), tlb, pteById(found));
      return 0;
    }
    if (this.options.staleFaults !== true) return 0;
    if ((yield* choose(2, 'TLB refuses or walk', showsOf('refuses', 'walk'))) !== 0) return 0;
    if (arch.has('faultDropsTlb')) yield* this.#drop(vpn, tlb);
    return -1 - FAULTS.indexOf('permission');
  }

  /** The fault itself invalidates the translation it came from. */
  *#drop(vpn: Vpn, tlb: Cell): Step<void> {
    const run: AtomicBody = (mem, base) => {
      mem[base + tlb] = 0;
      return 0;
    };
    const text = `fault drops ${this.#page(vpn)} from the TLB`;
    yield* atomic([tlb], run, { text, does: 'drop', blind: [tlb] }, { locked: false });
  }

  #page(vpn: Vpn): string {
    return `page ${vpn - this.vma.start}`;
  }

  /** One walk. Returns the id now cached, or -1 - the index of the fault. */
  *#walk(vpn: Vpn, access: AccessKind, tlb: Cell): Step<number> {
    const { m, vma } = this;
    const ptep = ptepOf(vma, vpn);
    const block = m.contPtes > 1 ? blockOf(ptep, m.contPtes) : [ptep];
    const landing = m.arch.has('hwAccess') || m.arch.has('hwDirty') ? block.length : 1;
    // "The bits may land on any entry of the block": the choice is made before the walk.
    const shows = showsOf(...block.map((p) => p.name));
    const j = landing > 1 ? yield* choose(landing, 'entry the update lands on', shows) : 0;
    const lands = landing > 1 ? (block[j] ?? ptep) : ptep;
    const found = yield* this.#walkLevels(ptep, lands, access, tlb);
    if (found !== -1 || this.options.spans !== true || block.length === 1) return found;
    // A sibling read earlier may have left a translation that spans the block.
    const sibling = block[yield* choose(block.length, 'entry the TLB read for the block', shows)] ?? ptep;
    if (sibling === ptep) return found;
    return yield* this.#walkStep(sibling, sibling, access, tlb, ptep);
  }

  /** Through the upper level, if the race has one, to the entry that maps the page. */
  *#walkLevels(ptep: Ptep, lands: Ptep, access: AccessKind, tlb: Cell): Step<number> {
    const { m } = this;
    const ptdesc = m.world.pmds.of(ptep.table);
    if (ptdesc === undefined) return yield* this.#walkStep(ptep, lands, access, tlb, ptep);
    const { pmdp } = ptdesc;
    for (;;) {
      const pmd = yield* walkUpper(m, ptdesc, this.#climbed);
      this.#climbed = true;
      const toTable = pmd === null || !m.p.pmdBad(pmd);
      if (!toTable && !m.p.pmdLeaf(pmd)) return -1 - FAULTS.indexOf('translation');
      const found = toTable
        ? yield* this.#walkStep(ptep, lands, access, tlb, ptep, ptdesc)
        : yield* this.#walkStep(pmdp, pmdp, access, tlb, ptep);
      if (found !== FROM_THE_TOP) return found;
    }
  }

  /**
   * Walk through `from`, updating `lands` (or `from`, if `lands` is not part of a live block), for an
   * access to the page of `target`. One step: every action of the kernel comes before or after it.
   */
  *#walkStep(
    from: Ptep,
    lands: Ptep,
    access: AccessKind,
    tlb: Cell,
    target: Ptep,
    ptdesc?: Ptdesc,
  ): Step<number> {
    const { world, v, arch, cpu } = this.m;
    const upper = ptdesc?.walkCaches.get(cpu) ?? -1;
    const huge = from.table !== target.table;
    const hooks = world.observers.filter((o) => o.hardwareUpdate !== undefined);
    const ghosts = hooks.flatMap((o) => o.hardwareCells?.() ?? []);
    const view = new MemoryView();
    const get = (cell: Cell) => view.get(cell);
    const put = (ptep: Ptep, pte: PteWord) => {
      view.set(ptep.cell, ptep.high < 0 ? pte.id : pte.lo | 0);
      if (ptep.high >= 0) view.set(ptep.high, pte.hi | 0);
    };
    const run: AtomicBody = (mem, base, faults) => {
      view.at(mem, base);
      if (ptdesc !== undefined) {
        if (upper >= 0 && view.get(upper) === 0) return FROM_THE_TOP;
        for (const o of world.observers) o.tableReached?.(view, ptdesc, `the walker of cpu${cpu}`, faults);
      }
      const entry = world.entryIn(get, from);
      // The entry that mapped the page was removed, or now points to a table.
      if (huge && !this.m.p.pmdLeaf(entry)) return FROM_THE_TOP;
      if (!huge && from !== target && !(v.pteValid(entry) && v.pteCont(entry))) return -1;
      const result = walkEntry(world, from, entry, access);
      if (!result.ok) return -1 - FAULTS.indexOf(result.fault);
      if (result.entry !== entry) {
        const other = lands === from ? entry : world.entryIn(get, lands);
        const inBlock = lands !== from && v.pteValid(other) && v.pteCont(other) && v.pteCont(entry);
        const there = inBlock ? walkEntry(world, lands, other, access) : result;
        const where = inBlock && there.ok ? lands : from;
        const now = inBlock && there.ok ? there.entry : result.entry;
        put(where, now);
        for (const o of hooks) o.hardwareUpdate?.(view, where, now, faults);
      }
      const cached = from === target ? result.cached : v.pteAdvancePfn(result.cached, target.vpn - from.vpn);
      if (tlb >= 0) view.set(tlb, cached.id);
      return cached.id;
    };
    const entries = [from.cell, from.high, lands.cell, lands.high];
    const cells = [...new Set([...entries, tlb, upper, ptdesc?.freed ?? -1, ...ghosts])].filter(
      (c) => c >= 0,
    );
    const name = from === target ? from.name : `${target.name} through ${from.name}`;
    const show = (o: { result: number; before: readonly number[]; after: readonly number[] }) => {
      if (o.result === FROM_THE_TOP) return 'the walk cache is empty, walks from the top';
      if (o.result < 0) return `→ ${FAULTS[-o.result - 1] ?? ''} fault`;
      const text = (values: readonly number[], ptep: Ptep) => {
        const at = (c: Cell) => values[cells.indexOf(c)] ?? 0;
        return describePte(
          arch,
          ptep.high < 0 ? pteById(at(ptep.cell)) : pteWord(at(ptep.cell), at(ptep.high)),
        );
      };
      for (const p of new Set([from, lands])) {
        const [was, is] = [text(o.before, p), text(o.after, p)];
        if (was !== is) return `${p.name}: ${was} → ${is} (hardware)`;
      }
      return `→ ${text(o.after, from)}`;
    };
    const on = cells.filter((c) => c === upper || entries.includes(c));
    const blind = [tlb].filter((c) => c >= 0);
    const note = { text: `walk ${name} for ${access}`, does: 'walk', on, blind } as const;
    return yield* atomic(cells, run, note, { locked: false, show });
  }

  /** Use a translation if the TLB still has it. Returns the contents of the frame, or GONE. */
  *#use(vpn: Vpn, access: AccessKind, tlb: Cell, cached: PteWord, value: Word): Step<Word> {
    const { world, v, cpu } = this.m;
    const frame = world.frames.at(v.ptePfn(cached));
    const data = frame?.data ?? -1;
    const view = new MemoryView();
    const { vma } = this;
    const event: UseEvent | null = frame === undefined ? null : { cpu, vma, vpn, access, cached, frame };
    const run: AtomicBody = (mem, base, faults) => {
      view.at(mem, base);
      if (tlb >= 0 && view.get(tlb) !== cached.id) return GONE;
      if (event === null) {
        faults.fail(
          'UAF',
          `cpu${cpu} reaches a frame that belongs to nobody: ${describePte(world.arch, cached)}`,
        );
        return 0;
      }
      for (const o of world.observers) o.use?.(view, event, faults);
      if (data < 0) return 0;
      const held = view.get(data);
      if (access === 'store') view.set(data, value);
      return held;
    };
    const looks = event === null ? [] : world.observers.flatMap((o) => o.useCells?.(event) ?? []);
    const cells = [...new Set([tlb, frame?.cell ?? -1, data, ...looks])].filter((c) => c >= 0);
    const on = [tlb, frame?.cell ?? -1, data].filter((c) => c >= 0);
    const blind = access === 'store' && data >= 0 ? [data] : [];
    const note = { text: `${access} ${this.#page(vpn)}`, does: 'use', on, blind } as const;
    const done = data < 0 ? '' : access === 'store' ? `= ${value}` : null;
    const show = (o: { result: number }) =>
      o.result === GONE ? 'translation is gone, walks again' : (done ?? `→ ${o.result}`);
    return yield* atomic(cells, run, note, { locked: false, show });
  }
}
