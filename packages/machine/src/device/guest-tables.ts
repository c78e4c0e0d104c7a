/**
 * The tables of a guest lie in its own memory: to read an entry of theirs, a walk first translates the guest frame of the table
 * by the second stage. What it finds stays in the TLB, like that of any other page, and the walk has no effect if it is invalidated in
 * between. A translation that the TLB has of the guest's address needs none of it.
 */
import { type AccessKind, type PteWord, pteById, type Vma, type Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { hits } from '../cpu/hit-or-walk.js';
import type { Above } from '../cpu/way.js';
import type { UseEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';

/** Where the tables of a guest lie. */
export interface GuestTables {
  /** Page of the second stage, counted from its start. */
  readonly page: number;
  /**
   * What a walk is to the second stage: a `store` where it may set access and dirty state (with EPT accessed and dirty flags every walk
   * counts as one). Default `load`.
   */
  readonly access?: AccessKind;
}

/** A translation of the guest's address that the TLB has and the access may go by; null: it walks. */
export function* cachedOfGuest(
  m: Machine,
  guest: Vma,
  vpn: Vpn,
  permits: (pte: PteWord) => boolean,
): Step<PteWord | null> {
  const { tlbs, spaces } = m.world;
  const view = new MemoryView();
  const looks = tlbs.looks(guest.mm, vpn, vpn + 1, m.cpu);
  const run: AtomicBody = (mem, base) => {
    view.at(mem, base);
    return tlbs.translations((c) => view.get(c), m.cpu, guest.mm, vpn).find(permits)?.id ?? 0;
  };
  const when = spaces.when(m.cpu, guest);
  const cells = [...new Set([...looks, when.guard])].filter((c) => c >= 0);
  const note = {
    text: `TLB look-up page ${vpn - guest.start} of the guest`,
    does: 'look-up',
    on: looks,
  } as const;
  const id = yield* atomic(cells, run, note, { ...when, locked: false });
  return id !== 0 && (yield* hits('TLB')) ? pteById(id) : null;
}

/** What a walk of the guest's tables hangs on: the translation of the page they lie in, and that page. */
export function wayToTables(
  m: Machine,
  second: Vma,
  { page, access = 'load' }: GuestTables,
  cached: PteWord,
): Above {
  const { world, cpu, v } = m;
  const { tlbs } = world;
  const vpn = second.start + page;
  const frame = world.frames.at(v.ptePfn(cached));
  const event: UseEvent | null =
    frame === undefined ? null : { cpu, vma: second, vpn, access, cached, frame };
  const looks = event === null ? [] : world.observers.flatMap((o) => o.useCells?.(event) ?? []);
  const words = [...tlbs.words(second.mm, vpn, vpn + 1, cpu), ...tlbs.looks(second.mm, vpn, vpn + 1, cpu)];
  return {
    cells: [...new Set([...words, ...looks, frame?.cell ?? -1])].filter((c) => c >= 0),
    readOnly: false,
    leads(s, faults) {
      if (!tlbs.holds((c) => s.get(c), cpu, second.mm, vpn, cached)) return false;
      if (event === null)
        faults.fail('UAF', `cpu${cpu} walks a table of the guest in a frame that belongs to nobody`);
      else for (const o of world.observers) o.use?.(s, event, faults);
      return true;
    },
  };
}
