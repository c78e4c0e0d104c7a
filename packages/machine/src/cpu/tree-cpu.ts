/**
 * Accesses through directories (`world/directory.ts`): from a root down to the area, one step a level, each from what the
 * CPU has cached of the entry or from memory. A store needs permission at every level, and each level is marked as accessed, where the
 * architecture says so (`tableEntries`). An access that has come through leaves the page cached together with the levels
 * above: from then on only an invalidation of the page takes that away, not one of the levels above.
 */
import {
  type AccessKind,
  type FaultKind,
  type Mm,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  type Vma,
} from '@racewalk/core';
import { type AtomicBody, atomic, read, retry, type Step, type Word } from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import { type Below, Directory } from '../world/directory.js';
import { type MemoWalker, memoWalker } from '../world/memo-walker.js';
import { cellsOf } from '../world/table-words.js';
import type { Machine } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import { UserCpu } from './access.js';
import type { AccessOptions } from './access-options.js';
import type { FaultHandler } from './faults.js';
import { returnFromException, takeException } from './faults.js';
import { hits } from './hit-or-walk.js';
import { GONE, useTranslation } from './use.js';
import type { Above } from './way.js';

/** How an access through directories is answered where it faults. */
export interface TreeOptions extends AccessOptions {
  /** The kernel's handler of a fault on an entry of a directory; without one the access ends. */
  readonly onUpperFault?: FaultHandler;
  /** An access of the kernel to its own mapping: a fault on a page that is mapped is STALE. */
  readonly kernel?: boolean;
}

/** One level that a walk has gone through. */
interface Passed {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly pte: PteWord;
}

/** Where a walk has come to. */
type Came =
  | { readonly to: 'area'; readonly area: Vma; readonly above: Above }
  | { readonly to: 'leaf'; readonly at: Directory; readonly index: number; readonly above: Above | undefined }
  | { readonly to: 'fault'; readonly at: Directory; readonly index: number; readonly kind: FaultKind }
  | { readonly to: 'lost' };

/** In the word of a page that is cached with its way: a store is permitted by the levels above; a load is. */
const STORES = 1;
const LOADS = 2;

/** Accesses of one agent to an area that hangs below directories. Pages are counted from the start of the area. */
export class TreeCpu {
  readonly #walker: MemoWalker;

  /** `root` may depend on the address space that the CPU has loaded, where a race follows that. */
  constructor(
    readonly m: Machine,
    readonly root: Directory | ReadonlyMap<Mm, Directory>,
    readonly area: Vma,
    readonly options: TreeOptions = {},
  ) {
    const { walker } = options;
    this.#walker = walker === undefined ? m.world.walker : memoWalker(walker, m.v.pteValid);
  }

  /** Load; false if a fault ends the access. */
  *load(page: number): Step<boolean> {
    return (yield* this.loadValue(page)) !== null;
  }

  /** The same; returns the contents of the frame (0 where contents are not followed), or null. */
  loadValue(page: number): Step<Word | null> {
    return this.#access(page, 'load', 0);
  }

  /** Store (`value`, where contents are followed). */
  *store(page: number, value: Word = 1): Step<boolean> {
    return (yield* this.#access(page, 'store', value)) !== null;
  }

  *#access(page: number, access: AccessKind, value: Word): Step<Word | null> {
    let before: PteWord | null = null;
    for (;;) {
      const hit = yield* this.#hit(page, access, value);
      if (hit !== GONE) return hit;
      const root = yield* this.#root();
      if (root === null) return yield* this.#ends(page);
      const came = yield* this.#walk(root, access);
      if (came.to === 'lost') continue;
      if (came.to === 'fault') {
        const again: PteWord | null = yield* this.#fault(came, access, before);
        if (again === null) return yield* this.#ends(page);
        before = again;
        continue;
      }
      const held =
        came.to === 'leaf'
          ? yield* this.#leaf(came, access, value)
          : yield* this.#below(came, page, access, value);
      if (held !== GONE) return held ?? (yield* this.#ends(page));
    }
  }

  /** What the CPU has loaded says which root it is. */
  *#root(): Step<Directory | null> {
    const { root, m } = this;
    if (root instanceof Directory) return root;
    const { spaces } = m.world;
    const word = yield* read(spaces.root(m.cpu), { text: `root of cpu${m.cpu}`, does: 'look-up' });
    const mm = spaces.mmOf(word);
    return mm === null ? null : (root.get(mm) ?? null);
  }

  *#walk(root: Directory, access: AccessKind): Step<Came> {
    const { m, area, options } = this;
    const { directories } = m.world;
    let at = root;
    let table: Ptdesc | null = null;
    let way: readonly Passed[] = [];
    for (;;) {
      const index = at.indexFor(area);
      const above: Above | undefined = this.#above(way, table, false);
      const { walker, updates } = options;
      const rest = { ...(walker && { walker }), ...(updates && { updates }), ...(above && { above }) };
      const cpu: UserCpu = new UserCpu(m, at.vma, { faults: false, ...rest });
      const pte: PteWord | null = yield* cpu.translate(index, 'load');
      if (pte === null) return cpu.lost ? { to: 'lost' } : { to: 'fault', at, index, kind: 'translation' };
      const to = directories.at(m.v.ptePfn(pte));
      if (to === undefined) return { to: 'leaf', at, index, above };
      if (access === 'store' && !this.#permits(pte)) return { to: 'fault', at, index, kind: 'permission' };
      way = [...way, { vma: at.vma, ptep: at.ptep(index), pte }];
      table = to.ptdesc;
      const below: Below = to.below;
      if (!(below instanceof Directory)) {
        const last = this.#above(way, table, true);
        return last === undefined ? { to: 'lost' } : { to: 'area', area: below, above: last };
      }
      at = below;
    }
  }

  #permits(pte: PteWord): boolean {
    return this.m.arch.tableEntries?.permit !== true || this.m.v.pteWrite(pte);
  }

  /** What must still lead to a table when it is read: everything above, as this CPU has it cached. */
  #above(way: readonly Passed[], table: Ptdesc | null, last: boolean): Above | undefined {
    if (table === null) return undefined;
    const { world, cpu } = this.m;
    const { tlbs, observers, vmas } = world;
    const words = way.flatMap(({ vma, ptep }) => tlbs.words(vma.mm, ptep.vpn, ptep.vpn + 1, cpu));
    const looks = way.flatMap(({ vma, ptep }) => tlbs.looks(vma.mm, ptep.vpn, ptep.vpn + 1, cpu));
    // Software that walks remembers the way for one walk only.
    const forgets = last && !world.does('walkCaches');
    const who = `the walker of cpu${cpu}`;
    const global = way.some(({ vma }) => vmas.includes(vma) && vma.flags.global === true);
    return {
      cells: [...new Set([...words, ...looks, table.freed])],
      readOnly: !way.every(({ pte }) => this.#permits(pte)),
      leads(s, faults) {
        const get = (cell: number) => s.get(cell);
        for (const { vma, ptep, pte } of way) {
          const set = global || world.spaces.root(cpu) < 0 ? null : vma.mm;
          if (set !== null && !world.spaces.has(s.get(world.spaces.root(cpu)), set)) return false;
          if (!tlbs.holds(get, cpu, vma.mm, ptep.vpn, pte)) return false;
        }
        for (const o of observers) o.tableReached?.(s, table, who, faults);
        if (forgets) tlbs.drop(s, words);
        return true;
      },
    };
  }

  /** The page is cached together with the levels above, and the access goes by that. `GONE` if it walks. */
  *#hit(page: number, access: AccessKind, value: Word): Step<Word> {
    const { m, area } = this;
    const { tlbs, spaces } = m.world;
    const vpn = area.start + page;
    const cell = tlbs.combined(m.cpu, vpn);
    if (cell < 0) return GONE;
    const needs = access === 'store' ? STORES : LOADS;
    const looks = [...new Set([cell, ...tlbs.looks(area.mm, vpn, vpn + 1, m.cpu)])];
    const view = new MemoryView();
    const get = (c: number) => view.get(c);
    const run: AtomicBody = (mem, base) => {
      if ((view.at(mem, base).get(cell) & needs) === 0) return 0;
      const held = tlbs.translations(get, m.cpu, area.mm, vpn);
      return held.find((pte) => this.#walker.permits(pte, access))?.id ?? 0;
    };
    const text = `TLB look-up page ${page}, with the levels above`;
    const when = spaces.when(m.cpu, area);
    const guarded = [...new Set([...looks, when.guard])].filter((c) => c >= 0);
    const note = { text, does: 'look-up', on: looks } as const;
    const show = (o: { readonly result: Word }) => (o.result === 0 ? '→ miss' : '→ may hit');
    const id = yield* atomic(guarded, run, note, { ...when, locked: false, show });
    if (id === 0 || !(yield* hits('TLB'))) return GONE;
    const also = { cells: [cell], holds: (s: { get(c: number): Word }) => (s.get(cell) & needs) !== 0 };
    return yield* useTranslation(m, area, vpn, access, pteById(id), value, when, also);
  }

  *#below(
    { area, above }: Extract<Came, { to: 'area' }>,
    page: number,
    access: AccessKind,
    value: Word,
  ): Step<Word | null> {
    const { m } = this;
    const cell = m.world.tlbs.combined(m.cpu, area.start + page);
    const may = above.readOnly ? LOADS : STORES | LOADS;
    const cpu = new UserCpu(m, area, { ...this.options, above });
    const used = (s: { get(c: number): Word; set(c: number, w: Word): void }): void => {
      if (cell >= 0) s.set(cell, s.get(cell) | may);
    };
    const also = { cells: cell < 0 ? [] : [cell], holds: () => true, used };
    const held = yield* cpu.reach(page, access, value, also);
    return held === null && cpu.lost ? GONE : held;
  }

  /** An entry of a directory that maps a page itself. */
  *#leaf(
    { at, index, above }: Extract<Came, { to: 'leaf' }>,
    access: AccessKind,
    value: Word,
  ): Step<Word | null> {
    const cpu = new UserCpu(this.m, at.vma, { ...this.options, ...(above && { above }) });
    const held = yield* cpu.reach(index, access, value);
    return held === null && cpu.lost ? GONE : held;
  }

  /** A fault on an entry of a directory. Returns what stands there after the handler, or null: the access ends. */
  *#fault(
    { at, index, kind }: Extract<Came, { to: 'fault' }>,
    access: AccessKind,
    before: PteWord | null,
  ): Step<PteWord | null> {
    const { m } = this;
    const { onUpperFault } = this.options;
    if (onUpperFault === undefined) return null;
    const ptep = at.ptep(index);
    yield* takeException();
    const outcome = yield* onUpperFault(m, { vma: at.vma, ptep, access, kind });
    if (outcome !== 'retry') return null;
    yield* returnFromException();
    // The handler has done nothing about it: the same again, until somebody else changes something.
    const now = yield* m.entries.readOnce(ptep, 'faults again');
    if (now !== before) return now;
    const { tlbs } = m.world;
    const cells = [...new Set([...cellsOf(ptep), ...tlbs.looks(at.vma.mm, ptep.vpn, ptep.vpn + 1, m.cpu)])];
    const values: Word[] = [];
    for (const cell of cells)
      values.push(yield* read(cell, { text: `faults again on ${ptep.name}`, does: 'look-up' }));
    yield* retry(cells, values, `faults again and again on ${ptep.name}`);
    return now;
  }

  /** The access ends. For the kernel that must not be, where its page is mapped. */
  *#ends(page: number): Step<null> {
    const { m, area } = this;
    if (this.options.kernel !== true) return null;
    const ptep = ptepOf(area, area.start + page);
    const view = new MemoryView();
    const run: AtomicBody = (mem, base, faults) => {
      const pte = m.world.entryIn((c) => view.at(mem, base).get(c), ptep);
      if (m.v.pteValid(pte)) faults.fail('STALE', `the kernel faults on ${ptep.name}, which maps a page`);
      return 0;
    };
    yield* atomic(
      cellsOf(ptep),
      run,
      { text: `the kernel faults on ${ptep.name}`, does: 'observe' },
      { locked: false },
    );
    return null;
  }
}
