/**
 * A device with page tables of its own (a GPU with shared virtual memory), and the driver's part of the
 * notifier contract. Translations are made by the driver and taken back by `invalidateRangeStart`.
 *
 * The driver's lock is not modelled as a lock: each of its critical sections is one step.
 * @kernel drivers/gpu/drm/nouveau/nouveau_svm.c, mm/mmu_notifier.c
 */
import { type AccessKind, hex, type Mm, type Pfn, RacewalkError, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import type { SecondaryUseEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Frame } from '../world/frames.js';
import type { Notifier, NotifierRange } from '../world/mmu-notifier.js';
import { noFrame } from '../world/no-frame.js';
import type { Machine, World } from '../world/types.js';
import { secondaryUse } from './secondary.js';

/** What a device may do with a page. */
export interface DeviceMapping {
  readonly write: boolean;
  /** Nobody else uses the page, so the device's atomics are atomic for all. */
  readonly exclusive: boolean;
}

/** What a device does to memory. An atomic is a load and a store in one step. */
export type DeviceAccess = AccessKind | 'atomic';

const START = 'invalidate_range_start';

const COUNTER = Object.freeze({ is: 'counter' });

/** Far more invalidations than any race makes while a driver holds a sample. */
const SEQ_WRAPS = 8;

const wordOf = (frame: Frame, { write, exclusive }: DeviceMapping): Word =>
  frame.pfn * 4 + (write ? 2 : 0) + (exclusive ? 1 : 0);

const mappingOf = (word: Word): DeviceMapping => ({ write: (word & 2) !== 0, exclusive: (word & 1) !== 0 });

const pfnOf = (word: Word): Pfn => (word === 0 ? -1 : Math.floor(word / 4));

function show(word: Word): string {
  if (word === 0) return 'none';
  const { write, exclusive } = mappingOf(word);
  return `${hex(pfnOf(word))} ${write ? 'rw' : 'ro'}${exclusive ? ' exclusive' : ''}`;
}

/** Whether a translation permits an access. */
function permits(word: Word, access: DeviceAccess): boolean {
  const { write, exclusive } = mappingOf(word);
  return word !== 0 && (access === 'load' || write) && (access !== 'atomic' || exclusive);
}

/** One device and the area of an address space it works on. Made by a race's `setup`. */
export class Device implements Notifier {
  readonly mm: Mm;
  /** The device's own page table: one word a page of the area. */
  readonly translations: readonly Cell[];
  /** How many invalidations have begun, modulo 8. @kernel mmu_interval_notifier.invalidate_seq */
  readonly seq: Cell;
  /** How many are under way. */
  readonly active: Cell;
  /** Accesses in flight: translated, and not finished. */
  readonly busy: Cell;

  constructor(
    readonly world: World,
    readonly vma: Vma,
    readonly name = 'gpu',
  ) {
    this.mm = vma.mm;
    const table = vma.table.name;
    this.translations = Array.from({ length: vma.end - vma.start }, (_, i) =>
      world.word(`${name}:${table}[${i}]`, 0, show, { is: 'device-entry', device: name, table, index: i }),
    );
    this.seq = world.word(`${name}.invalidate_seq`, 0, undefined, COUNTER);
    this.active = world.word(`${name}.invalidations under way`, 0, undefined, COUNTER);
    this.busy = world.word(`${name}.accesses in flight`, 0, undefined, COUNTER);
    world.notifiers.push(this);
  }

  /** Frame a word of `translations` leads to, or -1. */
  frameOf(word: Word): Pfn {
    return pfnOf(word);
  }

  /** The device has the page from the start; called by `setup`. */
  startsWith(page: number, frame: Frame, mapping: DeviceMapping): void {
    this.world.cells.setInitial(this.#cell(page), wordOf(frame, mapping));
    if (mapping.exclusive) this.world.startsOwned(frame, this.name);
  }

  /**
   * Wait until no invalidation is under way; translations looked up from here on may be installed. @kernel
   * mmu_interval_read_begin
   */
  intervalReadBegin(): Step<number> {
    const { seq, active } = this;
    return atomic(
      [active, seq],
      (mem, base) => mem[base + seq] ?? 0,
      { op: 'mmu_interval_read_begin', text: this.name, does: 'wait' },
      {
        guard: active,
        test: (n) => n === 0,
        show: (o) => `→ ${o.result}`,
      },
    );
  }

  /**
   * Give the device a page. Returns false and does nothing if an invalidation began since `seq`; with `null`
   * the driver does not check. @kernel mmu_interval_read_retry, and the update it protects
   */
  *map(m: Machine, page: number, frame: Frame, mapping: DeviceMapping, seq: number | null): Step<boolean> {
    const { world } = m;
    const cell = this.#cell(page);
    const watching = mapping.exclusive ? world.observers : [];
    const view = new MemoryView();
    const run: AtomicBody = (mem, base, faults) => {
      if (seq !== null && mem[base + this.seq] !== seq) return 0;
      mem[base + cell] = wordOf(frame, mapping);
      for (const o of watching) o.granted?.(view.at(mem, base), frame, this.name, faults);
      return 1;
    };
    const ghosts = watching.flatMap((o) => o.grantedCells?.(frame) ?? []);
    const cells = [...new Set([cell, ...(seq === null ? [] : [this.seq]), ...ghosts])];
    const asks = seq === null ? '' : 'mmu_interval_read_retry, ';
    const label = `${asks}${this.name} maps page ${page}`;
    const says = (o: { readonly result: Word }) =>
      o.result === 0 ? '→ retry' : `= ${show(wordOf(frame, mapping))}`;
    const op = seq === null ? '' : 'mmu_interval_read_retry';
    return (
      (yield* atomic(
        cells,
        run,
        { op, label, on: seq === null ? [cell] : [cell, this.seq] },
        { show: says },
      )) !== 0
    );
  }

  /**
   * One access by the device; false if it faults. Two steps: it is translated and in flight, and it is made;
   * in between an invalidation waits for it. Contents: a store and an atomic add 1.
   */
  *access(m: Machine, page: number, access: DeviceAccess): Step<boolean> {
    const cell = this.#cell(page);
    const { busy, name } = this;
    const begin: AtomicBody = (mem, base) => {
      const word = mem[base + cell] ?? 0;
      if (!permits(word, access)) return 0;
      mem[base + busy] = (mem[base + busy] ?? 0) + 1;
      return word;
    };
    const note = {
      text: `${name} translates page ${page} for ${access}`,
      does: 'look-up',
      on: [cell],
    } as const;
    const word = yield* atomic([cell, busy], begin, note, {
      show: (o) => (o.result === 0 ? '→ fault' : `→ ${show(o.result)}`),
    });
    if (word === 0) return false;
    const frame = m.world.frames.at(pfnOf(word));
    if (frame === undefined) throw noFrame(`${name} translates to a frame`);
    const event: SecondaryUseEvent = {
      who: name,
      vma: this.vma,
      vpn: this.vma.start + page,
      access: access === 'load' ? 'load' : 'store',
      frame,
      exclusive: mappingOf(word).exclusive,
    };
    yield* secondaryUse(m, event, `${name} ${access}, page ${page}`, { busy });
    return true;
  }

  /** Stop, and wait until it has stopped. Events caused by this device's own driver are ignored. */
  *invalidateRangeStart(range: NotifierRange): Step<void> {
    if (this.ignores(range)) return;
    yield* this.stop(range);
    yield* this.settle();
  }

  /** The range may be looked up again. */
  *invalidateRangeEnd(range: NotifierRange): Step<void> {
    if (this.ignores(range)) return;
    const { active } = this;
    const run: AtomicBody = (mem, base) => {
      mem[base + active] = (mem[base + active] ?? 0) - 1;
      return 0;
    };
    yield* atomic([active], run, {
      op: 'invalidate_range_end',
      label: `invalidate_range_end: ${this.name}`,
      does: 'notify',
    });
  }

  /** Whether the driver made this event itself: it asked for exclusive access. */
  ignores({ event, owner }: NotifierRange): boolean {
    return event === 'exclusive' && owner === this.name;
  }

  /** Remove the translations: from here on the device starts no new access. */
  *stop(range: NotifierRange): Step<void> {
    const { seq, active } = this;
    const pages = this.#cells(range);
    const run: AtomicBody = (mem, base) => {
      // It wraps, so that a driver that loops forever returns to an earlier state.
      mem[base + seq] = ((mem[base + seq] ?? 0) + 1) % SEQ_WRAPS;
      mem[base + active] = (mem[base + active] ?? 0) + 1;
      for (const cell of pages) mem[base + cell] = 0;
      return 0;
    };
    yield* atomic([seq, active, ...pages], run, {
      op: START,
      label: `${START}: ${this.name} stops`,
      does: 'invalidate',
      on: pages,
      blind: pages,
    });
  }

  /** Wait until nothing is in flight (unless told not to); then it owns only what it still translates. */
  *settle(wait = true): Step<void> {
    const { world, busy, name, translations } = this;
    const frames = world.frames.all;
    const ghosts = frames.flatMap((frame) => world.observers.flatMap((o) => o.revokedCells?.(frame) ?? []));
    const view = new MemoryView();
    const run: AtomicBody = (mem, base) => {
      // Without a ghost nobody is told, and the step lists no translation.
      if (ghosts.length === 0) return 0;
      view.at(mem, base);
      const kept = translations.map((cell) => pfnOf(view.get(cell)));
      for (const frame of frames) {
        if (kept.includes(frame.pfn)) continue;
        for (const o of world.observers) o.revoked?.(view, frame, name);
      }
      return 0;
    };
    const looks = ghosts.length === 0 ? [] : [...ghosts, ...translations];
    const label = `${START}: ${name} is ${wait ? 'idle' : 'not waited for'}`;
    const note = { op: START, label, does: wait ? 'wait' : 'observe', on: wait ? [busy] : [] } as const;
    if (wait) yield* atomic([busy, ...looks], run, note, { guard: busy, test: (n) => n === 0 });
    else yield* atomic(looks, run, note);
  }

  #cell(page: number): Cell {
    const cell = this.translations[page];
    if (cell === undefined)
      throw new RacewalkError('RACEWALK_OUTSIDE', `page ${page} is outside ${this.vma.table.name}`);
    return cell;
  }

  /** The words of the pages of a range. */
  #cells({ start, end }: NotifierRange): Cell[] {
    const from = this.vma.start;
    return this.translations.filter((_, page) => from + page >= start && from + page < end);
  }
}
