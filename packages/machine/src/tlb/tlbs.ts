/**
 * The TLBs of all CPUs: one for each CPU, shared by whatever runs there. This class owns their words, and everybody
 * who wants to know what a TLB may hold asks it: walkers, flushes, observers, printers.
 *
 * A word says what a CPU may have cached of one page: a set of translations, since a TLB may hold several of
 * one page until they are invalidated. It is filled by the walks of agents on that CPU and, where the architecture
 * fills ahead of any access (`speculativeFill`), by every value that stood in the entry since the last
 * invalidation. Eviction is not in the word: an access may always walk instead. So what a word holds is exactly what a
 * literal TLB, which fills and evicts whenever it likes, could hold; see decision 17.
 *
 * Where one translation may answer for a contiguous block (`blockTranslations`) there is a word for each block
 * besides, with translations in the form of the first entry of the block. Any entry of the block puts them there, and an
 * invalidation of any page of the block takes them away.
 */

import { blockOf, type Mm, PTE_ZERO, type Ptep, type PteWord, type Vpn } from '@racewalk/core';
import type { Cell, Word } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import { walkEntry } from '../entries/leaf-walk.js';
import type { StepView } from '../observers/observer.js';
import type { Ptdesc } from '../world/upper.js';
import { hasMember, membersOf, withMember } from './entry-set.js';
import type { TlbHost } from './host.js';
import { SetAlgebra } from './set-algebra.js';
import { type AreaWords, TlbWords } from './tlb-words.js';

/** The TLBs of a world. */
export class Tlbs extends TlbWords {
  readonly #algebra: SetAlgebra;
  readonly #speculates: boolean;
  readonly #negative: boolean;
  readonly #several: boolean;

  constructor(host: TlbHost, cpus: readonly number[]) {
    // A TLB that writes dirty state back late holds one translation, which it filled itself.
    const plain = host.walker.late === undefined;
    super(host, cpus, plain && host.contPtes > 1 && host.does('blockTranslations'));
    this.#algebra = new SetAlgebra(host.arch.values);
    this.#speculates = plain && host.does('speculativeFill');
    this.#negative = plain && host.does('negativeCaching');
    this.#several = plain && host.does('severalTranslations');
  }

  /** The TLBs get words for the pages of an area. */
  add(area: AreaWords): void {
    this.addWords((set) => this.text(set), area);
  }

  /** An area gets words for translations of its leaf of the upper level, one a CPU: a size of its own. */
  addLeaf(slot: Ptdesc): void {
    this.addLeafWords((set) => this.text(set), slot);
  }

  /** At the start, translations of whole blocks may be there already, as those of a page are as soon as it changes. */
  seal(entries: readonly Ptep[]): void {
    const { spaces } = this.host;
    const { cells } = this.host.cells;
    const get = (cell: Cell): Word => cells[cell]?.initial ?? 0;
    const set = (cell: Cell, value: Word): void => this.host.cells.setInitial(cell, value);
    const view = { get, set };
    for (const { cpu, root } of spaces.keeps ? spaces.before : []) {
      const now = get(spaces.root(cpu));
      set(spaces.root(cpu), root);
      for (const ptep of entries) this.#used(view, cpu, ptep);
      set(spaces.root(cpu), now);
    }
    if (!this.blocks || !this.#speculates) return;
    for (const ptep of entries) {
      if (get(ptep.table.mm.running) === 0) continue;
      this.#store(view, ptep, this.host.entryIn(get, ptep), true);
    }
  }

  /** Whether a CPU may have translations of two sizes for a page: of the page or its block, and of the leaf around it. */
  twoSizes(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn): boolean {
    const leaf = this.leafWord(cpu, mm, vpn);
    if (leaf < 0 || !this.#hasValid(get(leaf))) return false;
    const own = [this.word(cpu, mm, vpn), this.blockWord(cpu, mm, vpn)];
    return own.some((cell) => cell >= 0 && this.#hasValid(get(cell)));
  }

  /** Whether a CPU may have a translation of the block around a page, and one of the page alone. */
  blockAndPage(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn): boolean {
    const { values: v } = this.host.arch;
    const [block, page] = [this.blockWord(cpu, mm, vpn), this.word(cpu, mm, vpn)];
    if (block < 0 || page < 0 || !this.#hasValid(get(block))) return false;
    return membersOf(get(page)).some((pte) => v.pteValid(pte) && !v.pteCont(pte));
  }

  #hasValid(set: Word): boolean {
    return membersOf(set).some(this.host.arch.values.pteValid);
  }

  /**
   * What a CPU may have cached of a page, whoever filled it: every translation with which an access there may be
   * answered, in the order of their values. Look-ups, flushes and observers all use this. Nothing, where user code of the
   * address space does not run: what is left under its tag counts when it is loaded again.
   */
  translations(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn): readonly PteWord[] {
    return membersOf(this.set(get, cpu, mm, vpn));
  }

  /** The same as a set in one word. */
  set(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn): Word {
    const space = this.usedBy(get, cpu, mm, vpn);
    const page = space?.pages.get(vpn);
    if (page === undefined) return 0;
    const leaf = space?.leaves.get(vpn);
    const own = leaf === undefined ? get(page) : this.#withLeaf(get(page), get(leaf.cell), leaf.index);
    if (!this.blocks) return own;
    const index = vpn % this.host.contPtes;
    const block = get(space?.blocks.get(vpn - index) ?? page);
    return block === 0 ? own : this.#algebra.union(own, this.#algebra.shift(block, index));
  }

  #withLeaf(own: Word, leaf: Word, index: number): Word {
    return leaf === 0 ? own : this.#algebra.union(own, this.#algebra.shift(leaf, index));
  }

  /** Whether a CPU may have this translation of a page. */
  holds(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn, cached: PteWord): boolean {
    return hasMember(this.set(get, cpu, mm, vpn), cached.id);
  }

  /** An access on this CPU walked, within its step: the TLB has what the walk found. */
  fill(s: StepView, cpu: number, mm: Mm, vpn: Vpn, cached: PteWord): void {
    this.fillWord(s, this.now(s, cpu, mm, vpn)?.pages.get(vpn) ?? -1, cached);
  }

  /** The same for a word that is known: of a page, or of a leaf. */
  fillWord(s: StepView, cell: Cell, cached: PteWord): void {
    if (cell < 0) return;
    // Where a TLB holds one translation of a page, an access that walks has found none.
    const now = this.#several ? withMember(s.get(cell), cached.id) : cached.id;
    if (now !== s.get(cell)) s.set(cell, now);
  }

  /** An access uses one of the translations, within its step: where a TLB holds one, there is no other. */
  used(s: StepView, cpu: number, mm: Mm, vpn: Vpn, cached: PteWord): void {
    if (this.#several) return;
    const cell = this.now(s, cpu, mm, vpn)?.pages.get(vpn) ?? -1;
    if (s.get(cell) < 0) s.set(cell, cached.id);
  }

  /** Words that a store to this entry changes or looks at, besides the entry itself. */
  storeCells(ptep: Ptep): Cell[] {
    if (!this.#speculates && !this.#negative) return [];
    const { host } = this;
    const { mm } = ptep.table;
    const [above, below] = [host.above(ptep), host.below(ptep)];
    const cells: Cell[] = [mm.running, ...host.spaces.roots(this.cpus)];
    if (host.pmds.wanders) return this.#wanderingCells(ptep, above, below);
    if (below?.follows === true) cells.push(...this.cpus.map((cpu) => this.leafWord(cpu, mm, ptep.vpn)));
    if (above !== undefined) cells.push(above.pmdp.cell, above.pmdp.high, ...above.walkCaches.values());
    if (below !== undefined) cells.push(...below.walkCaches.values());
    for (const p of [ptep, ...(below?.table.entries ?? [])]) {
      if (p !== ptep) cells.push(p.cell, p.high);
      if (host.spaces.followed) cells.push(...this.words(mm, p.vpn, p.vpn + 1));
      else for (const cpu of this.cpus) cells.push(this.word(cpu, mm, p.vpn), this.blockWord(cpu, mm, p.vpn));
    }
    return [...new Set(cells)].filter((cell) => cell >= 0);
  }

  /** The same where an entry above may lead to the table of another area. */
  #wanderingCells(ptep: Ptep, above: Ptdesc | undefined, below: Ptdesc | undefined): Cell[] {
    const { pmds } = this.host;
    const cells: Cell[] = [ptep.table.mm.running];
    for (const slot of below !== undefined ? [below] : above !== undefined ? pmds.slots : []) {
      const { table, pmdp, walkCaches } = slot;
      cells.push(table.mm.running, pmdp.cell, pmdp.high, ...walkCaches.values());
      for (const { vpn } of table.entries) cells.push(...this.words(table.mm, vpn, vpn + 1));
    }
    if (below !== undefined) {
      for (const table of pmds.leafTables) for (const p of table.entries) cells.push(p.cell, p.high);
    }
    if (above === undefined && below === undefined)
      cells.push(...this.words(ptep.table.mm, ptep.vpn, ptep.vpn + 1));
    return [...new Set(cells)].filter((cell) => cell >= 0 && cell !== ptep.cell && cell !== ptep.high);
  }

  /**
   * The entry is about to lose the value `old`, and gets `now` (null: announced only), within a step that has
   * {@link storeCells}. What stood there may be in every TLB from here on.
   */
  stored(s: StepView, ptep: Ptep, old: PteWord, now: PteWord | null): void {
    if (s.get(ptep.table.mm.running) === 0) return;
    const below = this.host.below(ptep);
    if (below !== undefined) {
      this.#storedAbove(s, below, old);
      return;
    }
    this.#store(s, ptep, old, false);
    if (now !== null && this.blocks) this.#store(s, ptep, now, true);
  }

  /** Whether a walk that nobody asked for could put anything into a TLB while the entry has this value. */
  mayFill(ptep: Ptep, pte: PteWord): boolean {
    if (this.host.below(ptep) !== undefined && !this.host.arch.pmd.pmdBad(pte)) return true;
    return this.#cacheable(ptep, pte) !== null;
  }

  /** The same for an entry of the upper level: all that it led to may be in the TLBs, or what it mapped. */
  #storedAbove(s: StepView, below: Ptdesc, old: PteWord): void {
    const { host } = this;
    const { table, pmdp } = below;
    const get = (cell: Cell): Word => s.get(cell);
    if (!host.arch.pmd.pmdBad(old)) {
      const led = below.follows ? host.pmds.ledBy(old) : below;
      if (led === undefined) return;
      if (host.does('walkCaches') && this.#speculates) {
        const bit = host.pmds.bit(below, led);
        for (const [cpu, cell] of below.walkCaches) this.#remember(s, cpu, table.mm, cell, bit);
      }
      for (const p of led.table.entries) {
        if (led === below && !host.pmds.wanders) this.#store(s, p, host.entryIn(get, p), false);
        else this.#storeFor(s, below, p, host.entryIn(get, p), true);
      }
      return;
    }
    const cached = this.#cacheable(pmdp, old);
    if (cached === null) return;
    if (below.follows && this.host.walker.late === undefined) {
      for (const cpu of this.cpus) {
        const cell = this.leafWord(cpu, table.mm, pmdp.vpn);
        if (cell >= 0) put(s, cell, cached.id);
      }
      return;
    }
    for (const p of table.entries) {
      const { id } = host.arch.values.pteAdvancePfn(cached, p.vpn - pmdp.vpn);
      for (const cpu of this.cpus) {
        const cell = this.now(s, cpu, table.mm, p.vpn)?.pages.get(p.vpn) ?? -1;
        if (cell >= 0) put(s, cell, id);
      }
    }
  }

  #store(s: StepView, ptep: Ptep, pte: PteWord, blockOnly: boolean, cpus = this.cpus): void {
    const cached = this.#cacheable(ptep, pte);
    if (cached === null) return;
    const { host } = this;
    const { mm } = ptep.table;
    const { values } = host.arch;
    const spans = this.blocks && values.pteValid(pte) && values.pteCont(pte);
    const inBlock = spans ? values.pteAdvancePfn(cached, -(ptep.vpn % host.contPtes)).id : 0;
    const above = host.above(ptep);
    if (above !== undefined && host.pmds.wanders) {
      for (const slot of blockOnly ? [] : host.pmds.slots) this.#storeFor(s, slot, ptep, pte, false, cpus);
      return;
    }
    const get = (cell: Cell): Word => s.get(cell);
    const leads = above === undefined || !host.arch.pmd.pmdBad(host.entryIn(get, above.pmdp));
    for (const cpu of cpus) {
      const space = this.now(s, cpu, mm, ptep.vpn);
      if (space === undefined) continue;
      // No walker comes here any more, but one that remembers the way.
      if (!leads && !this.remembers(s, cpu, above?.walkCaches.get(cpu) ?? -1)) continue;
      const page = blockOnly ? -1 : (space.pages.get(ptep.vpn) ?? -1);
      if (page >= 0) put(s, page, cached.id);
      const block = spans ? (space.blocks.get(this.first(ptep.vpn)) ?? -1) : -1;
      if (block >= 0) put(s, block, inBlock);
    }
  }

  /** A walk from one entry of the upper level may come to `ptep`, which has or had this value; `leads` if it is known to. */
  #storeFor(s: StepView, slot: Ptdesc, ptep: Ptep, pte: PteWord, leads: boolean, cpus = this.cpus): void {
    const { host } = this;
    const led = host.pmds.of(ptep.table);
    const cached = this.#cacheable(ptep, pte);
    if (led === undefined || cached === null || s.get(slot.table.mm.running) === 0) return;
    const get = (cell: Cell): Word => s.get(cell);
    const comes = leads || host.pmds.ledBy(host.entryIn(get, slot.pmdp)) === led;
    const bit = host.pmds.bit(slot, led);
    for (const cpu of cpus) {
      if (!comes && (s.get(slot.walkCaches.get(cpu) ?? -1) & bit) === 0) continue;
      const page = this.word(cpu, slot.table.mm, slot.table.start + ptep.index);
      if (page >= 0) put(s, page, cached.id);
    }
  }

  /** Whether the walk cache of a CPU leads to a table, under what the CPU has loaded; `bit` is that of the table. */
  remembers(s: StepView, cpu: number, walkCache: Cell, bit = 1): boolean {
    return walkCache >= 0 && (s.get(walkCache) & this.bit(s, cpu, bit)) !== 0;
  }

  /** The same for a table of this address space: a walker of the CPU may come there now, user code or not. */
  reaches(s: StepView, cpu: number, mm: Mm, walkCache: Cell, bit: number): boolean {
    const { spaces } = this.host;
    const root = spaces.root(cpu);
    return (root < 0 || spaces.has(s.get(root), mm)) && this.remembers(s, cpu, walkCache, bit);
  }

  /** The bit in a walk cache of a CPU: that of the table or, where a race follows what is loaded, that of the tag. */
  bit(s: StepView, cpu: number, bit: number): number {
    const { spaces } = this.host;
    const root = spaces.root(cpu);
    return root < 0 ? bit : spaces.bitOf(s.get(root));
  }

  #remember(s: StepView, cpu: number, mm: Mm, walkCache: Cell, bit: number): void {
    const { spaces } = this.host;
    const root = spaces.root(cpu);
    if (root >= 0 && !spaces.has(s.get(root), mm)) return;
    const now = s.get(walkCache) | this.bit(s, cpu, bit);
    if (now !== s.get(walkCache)) s.set(walkCache, now);
  }

  /** Before the start a CPU has used what an entry maps. */
  #used(s: StepView, cpu: number, ptep: Ptep): void {
    const pte = this.host.entryIn((cell) => s.get(cell), ptep);
    if (ptep.table.level !== undefined) return;
    const result = walkEntry(this.host, ptep, pte, 'load');
    if (result.ok) this.fill(s, cpu, ptep.table.mm, ptep.vpn, result.cached);
  }

  /**
   * A CPU is about to lose its root, within a step that sees the tables it leads to: whatever stands there may have been
   * cached while it was loaded, and stays under its tag.
   */
  leaves(s: StepView, cpu: number, entries: readonly Ptep[]): void {
    if (!this.#speculates) return;
    const get = (cell: Cell): Word => s.get(cell);
    for (const ptep of entries) {
      const { mm } = ptep.table;
      if (s.get(mm.running) === 0) continue;
      const below = this.host.below(ptep);
      if (below !== undefined) {
        const leads = !this.host.arch.pmd.pmdBad(this.host.entryIn(get, ptep));
        const cache = below.walkCaches.get(cpu) ?? -1;
        if (leads && cache >= 0 && this.host.does('walkCaches')) this.#remember(s, cpu, mm, cache, 1);
        continue;
      }
      this.#store(s, ptep, this.host.entryIn(get, ptep), false, [cpu]);
    }
  }

  /** What a walk that nobody asked for would put into a TLB, where it need not change the entry; or null. */
  #cacheable(ptep: Ptep, pte: PteWord): PteWord | null {
    const { arch } = this.host;
    if (ptep.table.level !== undefined && !arch.pmd.pmdLeaf(pte)) return null;
    const result = walkEntry(this.host, ptep, pte, 'load');
    if (result.ok) return this.#speculates && result.entry === pte ? result.cached : null;
    // Whatever the entry is in software, the hardware keeps that it was not valid.
    return this.#negative && result.fault === 'translation' && !arch.values.pteValid(pte) ? PTE_ZERO : null;
  }

  /** A CPU drops what it uses now of a page, of which `words` are all words. */
  dropPage(s: StepView, cpu: number, mm: Mm, vpn: Vpn, words: readonly Cell[]): void {
    if (!this.host.spaces.followed) {
      this.drop(s, words);
      return;
    }
    const space = this.now(s, cpu, mm, vpn);
    for (const cell of [space?.pages.get(vpn), space?.blocks.get(this.first(vpn))]) {
      if (cell !== undefined && s.get(cell) !== 0) s.set(cell, 0);
    }
  }

  /** What a CPU may have cached of a range is invalidated; `words` are those of the range. */
  drop(s: StepView, words: readonly Cell[]): void {
    for (const cell of words) if (s.get(cell) !== 0) s.set(cell, 0);
  }

  /** After an invalidation the entries of a block may be read again: words and entries that takes part in. */
  refillCells(ptep: Ptep): readonly Cell[] {
    if (!this.blocks || !this.#speculates) return [];
    const block = blockOf(ptep, this.host.contPtes);
    const above = this.host.above(ptep);
    const leads = above === undefined ? [] : [above.pmdp.cell, above.pmdp.high, ...above.walkCaches.values()];
    return [ptep.table.mm.running, ...leads, ...block.flatMap((p) => [p.cell, p.high])].filter((c) => c >= 0);
  }

  /** These CPUs read the entries of the block around `ptep` again. */
  refill(s: StepView, ptep: Ptep, cpus: readonly number[]): void {
    if (!this.blocks || !this.#speculates) return;
    if (s.get(ptep.table.mm.running) === 0) return;
    const get = (cell: Cell): Word => s.get(cell);
    for (const p of blockOf(ptep, this.host.contPtes))
      this.#store(s, p, this.host.entryIn(get, p), true, cpus);
  }

  /** A set of translations in words. */
  text(set: Word): string {
    if (set === 0) return 'empty';
    return membersOf(set)
      .map((pte) => describePte(this.host.arch, pte))
      .join(' or ');
  }
}

function put(s: StepView, cell: Cell, id: number): void {
  const old = s.get(cell);
  const now = withMember(old, id);
  if (now !== old) s.set(cell, now);
}
