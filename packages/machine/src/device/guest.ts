/**
 * A CPU that runs a guest: an address of the guest is translated by the guest's tables to a guest frame, and that by the second
 * stage to a frame of the machine. Both stages have translations in the TLB of the CPU, each under the tag of its own
 * address space (ASID, VMID), and each may be invalidated by itself. Software between the two sees no combined
 * translation: an access takes effect only if both are still there when it is made.
 */
import { type AccessKind, type Pfn, ptepOf, RacewalkError, type Vma } from '@racewalk/core';
import type { Cell, Step, Word } from '@racewalk/core/step';
import { UserCpu } from '../cpu/access.js';
import type { AccessOptions } from '../cpu/access-options.js';
import { newTries } from '../cpu/refused.js';
import { GONE } from '../cpu/use.js';
import type { Machine, World } from '../world/types.js';

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
      const first = yield* this.#first.translate(page, access, tries[0]);
      if (first === null) return null;
      const vpn = guest.start + page;
      const also = {
        cells: tlbs.words(guest.mm, vpn, vpn + 1, m.cpu),
        holds: (s: { get(cell: Cell): Word }) => tlbs.holds((c) => s.get(c), m.cpu, guest.mm, vpn, first),
      };
      const held = yield* this.#second.reach(this.#index(m.v.ptePfn(first)), access, value, also, tries[1]);
      if (held !== GONE) return held;
    }
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
