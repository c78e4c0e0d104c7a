/** With what the TLB of a CPU may answer an access. */
import {
  type AccessKind,
  blockOf,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import type { ShowOutcome } from '@racewalk/core/step';
import type { MemoryView } from '../observers/view.js';
import type { MemoWalker } from '../world/memo-walker.js';
import type { Machine } from '../world/types.js';

/** Names the alternatives of a choice. */
export const showsOf =
  (...names: readonly string[]): ShowOutcome =>
  (o) =>
    `→ ${names[o.result] ?? o.result}`;

/** What a walk would come to: whether it ends well, and what it caches where it need not change the entry. */
export interface WalkOutcome {
  readonly ok: boolean;
  readonly cached: PteWord | undefined;
}

/** For what an access looks up the TLB: for any answer, for one that allows it, or not at all. */
export type LooksUp = 'any' | 'allows' | 'not';

/** A walk of which nothing is known yet. */
export const ANY_WALK: WalkOutcome = Object.freeze({ ok: true, cached: undefined });

const NONE: readonly PteWord[] = Object.freeze([]);

/** Result of a translation that the TLB could answer, minus the number of the answers; see {@link codeOf}. */
export const ANSWERS = -0x20000000;

/** Several ways in which a TLB may answer. Numbered, so that a step can return one. */
const known: (readonly PteWord[])[] = [];
const numbers = new Map<string, number>();

/** The answers as the result of a step. */
function codeOf(answers: readonly PteWord[]): number {
  const key = answers.map((pte) => pte.id).join();
  let number = numbers.get(key);
  if (number === undefined) {
    number = known.push(answers) - 1;
    numbers.set(key, number);
  }
  return ANSWERS - number;
}

/** The answers that a step returned. */
export const answersOf = (code: number): readonly PteWord[] => known[ANSWERS - code] ?? NONE;

/** Whether the hardware takes a fault on what it has cached, without a walk. */
export const refuses = (walker: MemoWalker, cached: PteWord, access: AccessKind): boolean =>
  !walker.permits(cached, access) && !walker.walk(cached, access).ok;

/** What the hardware does with a translation, in a word. */
export function answerText(walker: MemoWalker, cached: PteWord, access: AccessKind): string {
  if (walker.permits(cached, access)) return 'hit';
  return refuses(walker, cached, access) ? 'refuses' : 'updates a sibling of';
}

/** The other entries from which a translation of the page may have come. */
export function siblingsOf({ contPtes, world }: Machine, vma: Vma, vpn: Vpn): readonly Ptep[] {
  if (contPtes === 1 || !world.does('blockTranslations')) return [];
  return blockOf(ptepOf(vma, vpn), contPtes).filter((p) => p.vpn !== vpn);
}

/**
 * With what the TLB may answer, as the result of a step, and 0 where it has no answer. As far as it matters: one translation to each frame, one that refuses, and one of the
 * block that is to be made dirty first. What the walk would come to by itself, without a change to the entry, is
 * left out: the access does the same either way.
 */
export function answerCode(
  m: Machine,
  walker: MemoWalker,
  vma: Vma,
  view: MemoryView,
  vpn: Vpn,
  access: AccessKind,
  walk: WalkOutcome,
  looksUp: LooksUp,
): number {
  const { tlbs, arch } = m.world;
  const held = tlbs.translations((c) => view.get(c), m.cpu, vma.mm, vpn);
  if (held.length === 0 || (held.length === 1 && held[0] === walk.cached)) return 0;
  const frames = walk.cached === undefined ? [] : [arch.values.ptePfn(walk.cached)];
  let updated = walk.ok || siblingsOf(m, vma, vpn).length === 0;
  let refused = looksUp === 'allows' || !(walk.ok && m.world.does('staleRefusals'));
  const answers = held.filter((pte) => {
    if (walker.permits(pte, access)) {
      const pfn = arch.values.ptePfn(pte);
      if (frames.includes(pfn)) return false;
      frames.push(pfn);
      return true;
    }
    // A translation of the block that has to be made dirty first: the update goes to the entry it came from.
    const update = walker.walk(pte, access).ok;
    if (update ? updated : refused) return false;
    if (update) updated = true;
    else refused = true;
    return true;
  });
  return answers.length === 0 ? 0 : codeOf(answers);
}
