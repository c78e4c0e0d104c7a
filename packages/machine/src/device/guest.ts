/**
 * A CPU that runs a guest: an address of the guest is translated by the guest's tables to a guest frame, and that by the second
 * stage to a frame of the machine. Both stages have translations in the TLB of the CPU, each under the tag of its own
 * address space (ASID, VMID), and each may be invalidated by itself: an access takes effect only if both are still there when
 * it is made. Where a race asks for it (`combineStages`), an access leaves a translation of both together besides, and later ones may
 * go by that alone; an invalidation by guest frame (`invalidateIpa`) leaves it, where a plug-in says so (`combinesStages`).
 */
import {
  type AccessKind,
  type Pfn,
  type PteWord,
  pteById,
  ptepOf,
  RacewalkError,
  type Vma,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, read, type Step, type Word } from '@racewalk/core/step';
import { UserCpu } from '../cpu/access.js';
import type { AccessOptions } from '../cpu/access-options.js';
import { hits } from '../cpu/hit-or-walk.js';
import { newTries } from '../cpu/refused.js';
import { GONE, useTranslation } from '../cpu/use.js';
import type { StepView } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Machine, World } from '../world/types.js';
import { cachedOfGuest, type GuestTables, wayToTables } from './guest-tables.js';

/** First guest frame: far above every frame of the machine, so that the two cannot be taken for each other. */
export const GUEST_FRAMES: Pfn = 0x800000;

/** The two stages of a guest. */
export interface Stages {
  /** The guest's own tables; null while its MMU is off, and its addresses are guest frames. */
  readonly guest: Vma | null;
  /** The second stage (stage 2, EPT, NPT): page `i` of the area translates guest frame `GUEST_FRAMES + i`. */
  readonly second: Vma;
  /** How the guest's kernel answers faults of the first stage, and which walker it has. */
  readonly guestOptions?: AccessOptions;
  /** How the hypervisor answers those of the second. */
  readonly secondOptions?: AccessOptions;
  /** The guest's tables lie in a page of the second stage, by which walks reach them. Default: they are always there. */
  readonly tables?: GuestTables;
}

/** At the start page `at + i` of the guest's area leads to guest frame `GUEST_FRAMES + frame + i`. Called by `setup`. */
export function mapGuestFrames(
  w: World,
  guest: Vma,
  { at = 0, frame = 0, pages = 1, dirty = false } = {},
): void {
  const { values: v } = w.arch;
  for (let i = 0; i < pages; i++) {
    const plain = v.pfnPte(GUEST_FRAMES + frame + i, v.mkProt({ ...guest.prot, write: false }));
    const young = v.pteMkyoung(plain);
    const writable = guest.prot.write ? v.pteMkwrite(dirty ? v.pteMkdirty(young) : young) : young;
    w.setInitial(
      ptepOf(guest, guest.start + at + i),
      dirty ? v.pteMkdirty(writable) : v.pteMkclean(writable),
    );
  }
}

/** From now on what CPUs have of the two stages may be cached together. Called by `setup`. */
export function combineStages(w: World, guest: Vma, second: Vma): void {
  w.tlbs.combine(w, guest);
  w.tlbs.takesCombined(second, guest);
}

/**
 * Invalidate pages of the second stage on every CPU, by guest frame (TLBI IPAS2E1IS; INVEPT and HFENCE.GVMA elsewhere). What is
 * cached of both stages together goes as well, but where `combinesStages`: there it takes an invalidation of the whole VMID
 * (`m.tlb.flushTlbMm` and every other flush of `m.tlb` do it). Complete when it returns.
 */
export function* invalidateIpa(m: Machine, second: Vma, start = second.start, end = second.end): Step<void> {
  const { tlbs } = m.world;
  const kept =
    m.arch.combinesStages === true ? tlbs.cpus.flatMap((cpu) => tlbs.alsoTaken(second.mm, cpu)) : [];
  const cells = tlbs.words(second.mm, start, end).filter((cell) => !kept.includes(cell));
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => {
    tlbs.drop(view.at(mem, base), cells);
    return 0;
  };
  const text = `${second.table.name}, by guest frame`;
  yield* atomic(cells, run, { op: 'flush', text, does: 'invalidate', on: cells, blind: cells });
}

/** The walk has to begin anew. */
const LOST = 'lost';

type Tries = ReturnType<typeof newTries>;

/** A combined translation in one word: the entry of the second stage, its page, and whether stores are permitted. */
const PAGES = 64;
const packed = (id: number, page: number, stores: boolean): Word =>
  (id * PAGES + page) * 2 + (stores ? 1 : 0);

/** Accesses of a guest on one CPU. Pages are counted from the start of the guest's area. */
export class GuestCpu {
  readonly #first: UserCpu | null;
  readonly #second: UserCpu;

  constructor(
    readonly m: Machine,
    readonly stages: Stages,
  ) {
    const { guest, second, guestOptions, secondOptions } = stages;
    this.#first = guest === null ? null : new UserCpu(m, guest, guestOptions);
    this.#second = new UserCpu(m, second, secondOptions);
  }

  /** Load; false if the guest's kernel, or the hypervisor, ends the access. */
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
    const { m, stages } = this;
    const { guest } = stages;
    const { tlbs } = m.world;
    const tries = [newTries(), newTries()] as const;
    for (;;) {
      if (this.#first === null || guest === null) {
        const held = yield* this.#second.reach(page, access, value, undefined, tries[1]);
        if (held !== GONE) return held;
        continue;
      }
      const vpn = guest.start + page;
      const combined = tlbs.combined(m.cpu, vpn);
      if (combined >= 0) {
        const hit = yield* this.#both(combined, page, access, value);
        if (hit !== GONE) return hit;
      }
      const first = yield* this.#translateFirst(guest, page, access, tries);
      if (first === LOST) continue;
      if (first === null) return null;
      const index = this.#index(m.v.ptePfn(first));
      const also = {
        cells: [...new Set([...tlbs.words(guest.mm, vpn, vpn + 1, m.cpu), combined])].filter((c) => c >= 0),
        used: (s: StepView, cached: PteWord) => {
          if (combined < 0) return;
          const stores = this.#permits(first, 'store') && this.#permits(cached, 'store');
          s.set(combined, packed(cached.id, index, stores));
        },
        holds: (s: { get(cell: Cell): Word }) => tlbs.holds((c) => s.get(c), m.cpu, guest.mm, vpn, first),
      };
      const held = yield* this.#second.reach(index, access, value, also, tries[1]);
      if (held !== GONE) return held;
    }
  }

  /** The guest's own translation; `LOST` if the way to its tables has gone in between. */
  *#translateFirst(
    guest: Vma,
    page: number,
    access: AccessKind,
    tries: readonly [Tries, Tries],
  ): Step<PteWord | null | typeof LOST> {
    const { m, stages } = this;
    const { tables, second, guestOptions } = stages;
    if (this.#first === null) return null;
    if (tables === undefined) return yield* this.#first.translate(page, access, tries[0]);
    const cached = yield* cachedOfGuest(m, guest, guest.start + page, (pte) => this.#permits(pte, access));
    if (cached !== null) return cached;
    const way = yield* this.#second.translate(tables.page, tables.access ?? 'load', tries[1]);
    if (way === null) return null;
    const cpu = new UserCpu(m, guest, { ...guestOptions, above: wayToTables(m, second, tables, way) });
    const found = yield* cpu.translate(page, access, tries[0]);
    return found === null && cpu.lost ? LOST : found;
  }

  #permits(pte: PteWord, access: AccessKind): boolean {
    return this.m.world.walker.permits(pte, access);
  }

  /** By what is cached of both stages together; `GONE` if the access walks. */
  *#both(cell: Cell, page: number, access: AccessKind, value: Word): Step<Word> {
    const { m, stages } = this;
    const word = yield* read(cell, { text: `TLB look-up page ${page}, both stages`, does: 'look-up' });
    if (word === 0 || (access === 'store' && (word & 1) === 0)) return GONE;
    if (!(yield* hits('TLB'))) return GONE;
    const entry = Math.floor(word / 2);
    const { second } = stages;
    const also = { cells: [cell], holds: (s: StepView) => s.get(cell) === word, instead: true } as const;
    const when = m.world.spaces.when(m.cpu, second);
    const cached = pteById(Math.floor(entry / PAGES));
    return yield* useTranslation(
      m,
      second,
      second.start + (entry % PAGES),
      access,
      cached,
      value,
      when,
      also,
    );
  }

  #index(gfn: Pfn): number {
    const index = gfn - GUEST_FRAMES;
    const { second } = this.stages;
    if (index >= 0 && second.start + index < second.end) return index;
    throw new RacewalkError('RACEWALK_OUTSIDE', `guest frame ${index} is outside ${second.table.name}`, {
      expected: 'entries of the guest that mapGuestFrames has made',
    });
  }
}
