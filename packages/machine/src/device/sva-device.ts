/**
 * A device that walks the page tables of a process itself and keeps what it finds in a TLB of its own
 * (PCIe ATS, an SMMU that takes no part in the CPUs' broadcasts). Invalidations of CPU TLBs do not
 * reach it; the kernel must notify it separately. @kernel drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
 */

import {
  type AccessKind,
  type HardwareWalker,
  type Mm,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  RacewalkError,
  type Vma,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, read, retry, type Step, type Word } from '@racewalk/core/step';
import { allWords, goesRound, HELPED_IN_VAIN } from '../cpu/goes-round.js';
import { describePte } from '../entries/describe.js';
import { MemoryView } from '../observers/view.js';
import type { Directory } from '../world/directory.js';
import type { Notifier, NotifierRange } from '../world/mmu-notifier.js';
import { noFrame } from '../world/no-frame.js';
import type { Machine, World } from '../world/types.js';
import { DeviceWalk, type DeviceWay } from './device-walk.js';
import { secondaryUse } from './secondary.js';

/** What such hardware may do. */
export interface SvaOptions {
  /** Walk again where the cached entry forbids the access, as VT-d does. Default: if it has a `walker`, which sets dirty then. */
  readonly rewalks?: boolean;
  /** It walks from this directory down, and has walk caches. Default: it knows the table. */
  readonly root?: Directory;
  /**
   * Between the device and memory stands a cache of the IOMMU (IOTLB), which answers the device's requests (PCIe ATS). Each of the
   * two can be invalidated alone.
   */
  readonly iotlb?: boolean;
  /**
   * How it walks, where it does more than to look: `updatingWalker(arch)` sets accessed and dirty by itself, in the step in which it reads the
   * entry. Default: it sets nothing, and faults where a mark is missing.
   */
  readonly walker?: HardwareWalker;
}

/**
 * The kernel's handler of a fault that the device reports: false if it changed nothing, null if the fault
 * cannot be resolved (SIGSEGV).
 */
export type SvaFaultHandler = (m: Machine, ptep: Ptep, access: AccessKind) => Step<boolean | null>;

/** A device that shares the tables of a process, or walks tables of its own. */
export class SvaDevice implements Notifier {
  readonly mm: Mm;
  /** The device TLB: one word a page of the area, the id of an entry or 0. */
  readonly translations: readonly Cell[];
  /** The cache of the IOMMU: as many words, or none. */
  readonly iotlb: readonly Cell[];
  readonly #root: DeviceWalk | null;

  constructor(
    readonly world: World,
    readonly vma: Vma,
    readonly name = 'sva',
    readonly options: SvaOptions = {},
  ) {
    this.mm = vma.mm;
    const table = vma.table.name;
    const show = (id: Word) => (id === 0 ? 'empty' : describePte(world.arch, pteById(id)));
    this.translations = Array.from({ length: vma.end - vma.start }, (_, i) =>
      world.word(`${name} TLB:${table}[${i}]`, 0, show, { is: 'device-tlb', device: name, table, index: i }),
    );
    const { iotlb = false, root } = options;
    this.iotlb = iotlb ? this.translations.map((_, i) => world.word(`IOTLB:${table}[${i}]`, 0, show)) : [];
    this.#root = root === undefined ? null : new DeviceWalk(world, root, vma, name);
    world.notifiers.push(this);
  }

  /** Frame a word of `translations` leads to, or -1. */
  frameOf = (id: Word): number => (id === 0 ? -1 : this.world.arch.values.ptePfn(pteById(id)));

  /** Whether an entry serves an access as it stands. */
  permits(pte: PteWord, access: AccessKind): boolean {
    const { values: v } = this.world.arch;
    const { walker } = this.options;
    if (!v.pteValid(pte) || !v.pteYoung(pte)) return false;
    if (walker !== undefined) return walker.permits(pte, access);
    return access === 'load' || (v.pteWrite(pte) && v.pteDirty(pte));
  }

  /**
   * What the entry becomes when it is walked for an access, or null if that leads to no translation. What serves a load only is a
   * translation for loads, and the store faults.
   */
  #walked(pte: PteWord, access: AccessKind): { readonly entry: PteWord; readonly cached: PteWord } | null {
    const { walker } = this.options;
    if (walker === undefined) return this.permits(pte, 'load') ? { entry: pte, cached: pte } : null;
    const asked = walker.walk(pte, access);
    const result = asked.ok ? asked : walker.walk(pte, 'load');
    return result.ok ? result : null;
  }

  /**
   * One access; false if the kernel cannot resolve its fault. If the kernel changes nothing, the access waits
   * until the entry or the device TLB changes; if nothing ever changes them, that is a livelock. So it is if the kernel
   * says time and again that it helped, and leaves every word of memory as it was.
   */
  *access(m: Machine, page: number, access: AccessKind, onFault: SvaFaultHandler): Step<boolean> {
    const ptep = ptepOf(this.vma, this.vma.start + page);
    const tlb = this.#cell(page);
    let words: readonly Word[] = [];
    for (let faults = 1; ; faults++) {
      const asks = { text: `${this.name} TLB look-up page ${page}`, does: 'look-up' } as const;
      let cached = pteById(yield* read(tlb, asks));
      const refused = cached.id !== 0 && !this.permits(cached, access);
      if (cached.id === 0 || (refused && this.#rewalks)) {
        cached = yield* this.#request(m, page, access);
      }
      if (this.permits(cached, access)) {
        if (yield* this.#use(m, ptep, tlb, cached, access)) return true;
        continue;
      }
      const helped = yield* onFault(m, ptep, access);
      if (helped === null) return false;
      if (!helped) yield* this.#wait(m, ptep, tlb, access);
      else if (words.length > 0) yield* goesRound(ptep, words, this.name);
      words = helped && faults >= HELPED_IN_VAIN ? yield* allWords(this.world, this.name) : [];
    }
  }

  get #rewalks(): boolean {
    return this.options.rewalks ?? this.options.walker !== undefined;
  }

  *invalidateRangeStart(): Step<void> {}

  *invalidateRangeEnd(): Step<void> {}

  /** Drop the device's cached translations of the range, in the IOMMU as well, and what its walk caches have. */
  *invalidateSecondaryTlbs(range: NotifierRange): Step<void> {
    const { translations, iotlb, name } = this;
    const cells = [
      ...this.#in(range, translations),
      ...this.#in(range, iotlb),
      ...(this.#root?.caches ?? []),
    ];
    yield* this.#drop(cells, `invalidate ${name} TLB`);
  }

  /** The same for translations of pages alone: walk caches keep what they have (VT-d: invalidation hint IH = 1). */
  invalidateLeaves(range: Pick<NotifierRange, 'start' | 'end'>): Step<void> {
    const cells = [...this.#in(range, this.translations), ...this.#in(range, this.iotlb)];
    return this.#drop(cells, `invalidate ${this.name} TLB, leaves only`);
  }

  /** The device's own TLB alone: it may ask the IOMMU again at once (ATS invalidation). */
  invalidateDeviceTlb(range: Pick<NotifierRange, 'start' | 'end'>): Step<void> {
    return this.#drop(this.#in(range, this.translations), `invalidate ${this.name} device TLB`);
  }

  /** The cache of the IOMMU alone, with its walk caches. */
  invalidateIotlb(range: Pick<NotifierRange, 'start' | 'end'>): Step<void> {
    const cells = [...this.#in(range, this.iotlb), ...(this.#root?.caches ?? [])];
    return this.#drop(cells, 'invalidate IOTLB');
  }

  #in({ start, end }: Pick<NotifierRange, 'start' | 'end'>, words: readonly Cell[]): Cell[] {
    const { vma } = this;
    return words.filter((_, i) => vma.start + i >= start && vma.start + i < end);
  }

  *#drop(cells: readonly Cell[], text: string): Step<void> {
    const run: AtomicBody = (mem, base) => {
      for (const cell of cells) mem[base + cell] = 0;
      return 0;
    };
    yield* atomic(cells, run, { text, does: 'invalidate', blind: cells });
  }

  /** Ask for a translation: of the cache of the IOMMU, where there is one, or by a walk. */
  *#request(m: Machine, page: number, access: AccessKind): Step<PteWord> {
    const ptep = ptepOf(this.vma, this.vma.start + page);
    const tlb = this.#cell(page);
    const iotlb = this.iotlb[page] ?? -1;
    if (iotlb >= 0) {
      const walks = this.options.walker !== undefined;
      const run: AtomicBody = (mem, base) => {
        const held = mem[base + iotlb] ?? 0;
        // Where the walk sets dirty, a clean translation answers no request to store.
        if (held === 0 || (walks && !this.permits(pteById(held), access))) return 0;
        mem[base + tlb] = held;
        return held;
      };
      const text = `${this.name} asks the IOMMU for page ${page}`;
      const held = yield* atomic([iotlb, tlb], run, { text, does: 'look-up' }, { locked: false });
      if (held !== 0) return pteById(held);
    }
    if (this.#root === null) return yield* this.#walk(ptep, tlb, iotlb, access, null);
    const way = yield* this.#root.descend(m);
    return way === null ? pteById(0) : yield* this.#walk(ptep, tlb, iotlb, access, way);
  }

  *#walk(ptep: Ptep, tlb: Cell, iotlb: Cell, access: AccessKind, way: DeviceWay | null): Step<PteWord> {
    const { world } = this;
    const view = new MemoryView();
    const updates = this.options.walker !== undefined;
    const hooks = updates ? world.observers.filter((o) => o.hardwareUpdate !== undefined) : [];
    const ghosts = hooks.flatMap((o) => o.hardwareCells?.() ?? []);
    const run: AtomicBody = (mem, base, faults) => {
      view.at(mem, base);
      if (way?.leads(view, faults) === false) return 0;
      const pte = world.entryIn((cell) => view.get(cell), ptep);
      // What is not valid or not young is never cached.
      const walked = this.#walked(pte, access);
      const kept = walked?.cached.id ?? 0;
      view.set(tlb, kept);
      if (iotlb >= 0) view.set(iotlb, kept);
      if (walked === null || walked.entry === pte) return kept;
      view.set(ptep.cell, ptep.high < 0 ? walked.entry.id : walked.entry.lo | 0);
      if (ptep.high >= 0) view.set(ptep.high, walked.entry.hi | 0);
      for (const o of hooks) o.hardwareUpdate?.(view, ptep, walked.entry, faults);
      return kept;
    };
    const looks = [ptep.cell, ptep.high, ...(way?.cells ?? []), ...ghosts, iotlb, tlb];
    const cells = [...new Set(looks)].filter((c) => c >= 0);
    const show = (o: { readonly result: Word }) =>
      o.result === 0 ? '→ fault' : `→ ${describePte(world.arch, pteById(o.result))}`;
    const text = `${this.name} walks ${ptep.name} for ${access}`;
    const note = { text, does: 'walk', on: cells.slice(0, -1), blind: [tlb] } as const;
    return pteById(yield* atomic(cells, run, note, { show, locked: false }));
  }

  /** False if the translation was invalidated meanwhile. */
  *#use(m: Machine, ptep: Ptep, tlb: Cell, cached: PteWord, access: AccessKind): Step<boolean> {
    const frame = m.world.frames.at(m.v.ptePfn(cached));
    if (frame === undefined) throw noFrame(`${this.name} translates to a frame`);
    const event = { who: this.name, vma: this.vma, vpn: ptep.vpn, access, frame, exclusive: false };
    const still = { cell: tlb, holds: cached.id };
    return yield* secondaryUse(m, event, `${this.name} ${access}, ${ptep.name}`, { while: still });
  }

  *#wait(m: Machine, ptep: Ptep, tlb: Cell, access: AccessKind): Step<void> {
    const again = `${this.name} faults again`;
    const pte = yield* m.entries.readOnce(ptep, again);
    const held = yield* read(tlb, { text: `${again}: TLB`, does: 'look-up' });
    const refuses = held !== 0 && !this.permits(pteById(held), access) && !this.#rewalks;
    if (!refuses && this.#serves(pte, access)) return;
    const halves = ptep.high < 0 ? [pte.id] : [pte.lo | 0, pte.hi | 0];
    const cells = [ptep.cell, ptep.high, tlb].filter((c) => c >= 0);
    yield* retry(cells, [...halves, held], again);
  }

  #serves(pte: PteWord, access: AccessKind): boolean {
    const { walker } = this.options;
    return walker === undefined ? this.permits(pte, access) : walker.walk(pte, access).ok;
  }

  #cell(page: number): Cell {
    const cell = this.translations[page];
    if (cell === undefined)
      throw new RacewalkError('RACEWALK_OUTSIDE', `page ${page} is outside ${this.vma.table.name}`);
    return cell;
  }
}
