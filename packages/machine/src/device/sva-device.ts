/**
 * A device that walks the page tables of a process itself and keeps what it finds in a TLB of its own
 * (PCIe ATS, an SMMU that takes no part in the CPUs' broadcasts). Invalidations of CPU TLBs do not
 * reach it; the kernel must notify it separately. @kernel drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c
 */

import {
  type AccessKind,
  type Mm,
  type Notifier,
  type NotifierRange,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  RacewalkError,
  type Vma,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, read, retry, type Step, type Word } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import { noFrame } from '../world/no-frame.js';
import type { Machine, World } from '../world/types.js';
import { secondaryUse } from './secondary.js';

/** Faults of one access that the kernel says it has served before the device looks whether anything changes at all. */
const HELPED_IN_VAIN = 3;

/** What such hardware may do. */
export interface SvaOptions {
  /** Walk again where the cached entry forbids the access, as VT-d does. Default false. */
  readonly rewalks?: boolean;
}

/**
 * The kernel's handler of a fault that the device reports: false if it changed nothing, null if the fault
 * cannot be resolved (SIGSEGV).
 */
export type SvaFaultHandler = (m: Machine, ptep: Ptep, access: AccessKind) => Step<boolean | null>;

/** A device that shares the tables of a process. Its walker sets no flags: it faults if one is missing. */
export class SvaDevice implements Notifier {
  readonly mm: Mm;
  /** The device TLB: one word a page of the area, the id of an entry or 0. */
  readonly translations: readonly Cell[];

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
    world.notifiers.push(this);
  }

  /** Frame a word of `translations` leads to, or -1. */
  frameOf = (id: Word): number => (id === 0 ? -1 : this.world.arch.values.ptePfn(pteById(id)));

  /** Whether an entry serves an access as it stands. */
  permits(pte: PteWord, access: AccessKind): boolean {
    const { values: v } = this.world.arch;
    if (!v.pteValid(pte) || !v.pteYoung(pte)) return false;
    return access === 'load' || (v.pteWrite(pte) && v.pteDirty(pte));
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
      if (cached.id === 0 || (refused && this.options.rewalks === true)) {
        cached = yield* this.#walk(ptep, tlb, access);
      }
      if (this.permits(cached, access)) {
        if (yield* this.#use(m, ptep, tlb, cached, access)) return true;
        continue;
      }
      const helped = yield* onFault(m, ptep, access);
      if (helped === null) return false;
      if (!helped) yield* this.#wait(m, ptep, tlb, access);
      else if (words.length > 0) yield* this.#goesRound(ptep, words);
      words = helped && faults >= HELPED_IN_VAIN ? yield* this.#allWords() : [];
    }
  }

  *invalidateRangeStart(): Step<void> {}

  *invalidateRangeEnd(): Step<void> {}

  /** Drop the device's cached translations of the range. */
  *invalidateSecondaryTlbs({ start, end }: NotifierRange): Step<void> {
    const { translations, name, vma } = this;
    const cells = translations.filter((_, i) => vma.start + i >= start && vma.start + i < end);
    const run: AtomicBody = (mem, base) => {
      for (const cell of cells) mem[base + cell] = 0;
      return 0;
    };
    yield* atomic(cells, run, { text: `invalidate ${name} TLB`, does: 'invalidate', blind: cells });
  }

  *#walk(ptep: Ptep, tlb: Cell, access: AccessKind): Step<PteWord> {
    const { world } = this;
    const run: AtomicBody = (mem, base) => {
      const pte = world.entryIn((cell) => mem[base + cell] ?? 0, ptep);
      // What is not valid or not young is never cached.
      const kept = this.permits(pte, 'load');
      mem[base + tlb] = kept ? pte.id : 0;
      return kept ? pte.id : 0;
    };
    const cells = [ptep.cell, ptep.high, tlb].filter((c) => c >= 0);
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
    const refuses = held !== 0 && !this.permits(pteById(held), access) && this.options.rewalks !== true;
    if (!refuses && this.permits(pte, access)) return;
    const halves = ptep.high < 0 ? [pte.id] : [pte.lo | 0, pte.hi | 0];
    const cells = [ptep.cell, ptep.high, tlb].filter((c) => c >= 0);
    yield* retry(cells, [...halves, held], again);
  }

  /** Every word of memory, one after the other. */
  *#allWords(): Step<Word[]> {
    const words: Word[] = [];
    const text = `${this.name} goes round: is anything new`;
    for (let cell = 0; cell < this.world.cells.cells.length; cell++) {
      words.push(yield* read(cell, { text, does: 'look-up' }));
    }
    return words;
  }

  /** A fault was served, and memory is as it was before: it is again and again, unless somebody changes a word. */
  *#goesRound(ptep: Ptep, words: readonly Word[]): Step<void> {
    // The entry comes first: it is what people look for.
    const cells = [...new Set([ptep.cell, ...words.keys()])];
    const values = cells.map((cell) => words[cell] ?? 0);
    yield* retry(cells, values, `${this.name} faults again and again`);
  }

  #cell(page: number): Cell {
    const cell = this.translations[page];
    if (cell === undefined)
      throw new RacewalkError('RACEWALK_OUTSIDE', `page ${page} is outside ${this.vma.table.name}`);
    return cell;
  }
}
