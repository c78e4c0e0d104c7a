/** The translation hardware of a test: the walker of each CPU, asked once for each descriptor. */
import type { AccessKind, FaultKind } from '@racewalk/core';
import type { LitmusTest, VirtualMemory } from '../program/test.js';
import { type Value, wordOf } from '../program/value.js';
import type { TranslationHardware } from './hardware.js';

/** Kinds of faults, by the number that states of threads have. */
export const FAULTS = ['Translation', 'AccessFlag', 'Permission'] as const;

const NUMBER: Readonly<Record<FaultKind, number>> = { translation: 0, 'access-flag': 1, permission: 2 };

/** What the walker makes of a descriptor: a fault, or the descriptor as it leaves it. */
export type Decision = { readonly fault: number } | { readonly fault: null; readonly entry: Value };

export class Mmu {
  readonly #cache: Map<number, Decision>[];
  readonly #walkers;
  readonly #setsFlag;

  constructor(
    readonly test: LitmusTest,
    readonly virtual: VirtualMemory,
    hardware: TranslationHardware,
    /** Version of FEAT_ETS: 0 without. */
    readonly ets: 0 | 2 | 3,
  ) {
    const walker = (i: number, privileged: boolean) =>
      hardware.walker({ ha: virtual.ha[i] === true, hd: virtual.hd[i] === true, privileged });
    this.#walkers = test.threads.map((_, i) => [walker(i, false), walker(i, true)] as const);
    this.#cache = test.threads.map(() => new Map());
    this.#setsFlag = hardware.walker({ ha: true, hd: false, privileged: true });
  }

  get entries(): VirtualMemory['entries'] {
    return this.virtual.entries;
  }

  /** Walk through a descriptor for a thread. `updates`: what the access asks the hardware to record. */
  decide(
    thread: number,
    entry: Value,
    access: AccessKind,
    updates: AccessKind,
    privileged: boolean,
  ): Decision {
    const cache = this.#cache[thread]!;
    const key =
      entry * 8 + (privileged ? 4 : 0) + (access === 'store' ? 2 : 0) + (updates === 'store' ? 1 : 0);
    let decision = cache.get(key);
    if (decision === undefined) {
      decision = this.#walk(thread, entry, access, updates, privileged);
      cache.set(key, decision);
    }
    return decision;
  }

  #walk(
    thread: number,
    entry: Value,
    access: AccessKind,
    updates: AccessKind,
    privileged: boolean,
  ): Decision {
    const walker = this.#walkers[thread]![privileged ? 1 : 0];
    const result = walker.walk(wordOf(entry), access);
    if (!result.ok) return { fault: NUMBER[result.fault] };
    if (updates === access) return { fault: null, entry: result.entry.id };
    const other = walker.walk(wordOf(entry), updates);
    return { fault: null, entry: other.ok ? other.entry.id : result.entry.id };
  }

  /** The descriptor with the access flag that hardware may set without any access; null if there is nothing to set. */
  speculative(entry: Value): Value | null {
    if (!this.virtual.ha.some((on) => on)) return null;
    const result = this.#setsFlag.walk(wordOf(entry), 'load');
    return result.ok && result.entry.id !== entry ? result.entry.id : null;
  }
}
