/**
 * The probable cause, in a few sentences.
 */
import type { Trace } from '../schema.js';
import { breakBeforeMake } from './break-before-make.js';
import { lateStore } from './late-store.js';
import { lockHeld } from './lock-held.js';
import { lostUpdate } from './lost-update.js';
import { missingFlush, unfinishedFlush } from './missing-flush.js';
import type { HintRule } from './rule.js';
import { staleRefusal } from './stale-refusal.js';
import { staleValue } from './stale-value.js';
import { tornRead } from './torn-read.js';
import { useAfterFree } from './use-after-free.js';

/** The rules of {@link hints}, most telling first. */
export const HINT_RULES: readonly HintRule[] = Object.freeze([
  lostUpdate,
  staleValue,
  missingFlush,
  unfinishedFlush,
  breakBeforeMake,
  tornRead,
  useAfterFree,
  lockHeld,
  staleRefusal,
  lateStore,
]);

// The entries of a block fail alike: the first says it for all.
const PER_RULE = 1;

function ask(rule: HintRule, trace: Trace): readonly string[] {
  try {
    return rule(trace).slice(0, PER_RULE);
  } catch {
    return [];
  }
}

/**
 * What probably went wrong. Says nothing about an execution without a fault, except what `extra` says. Hints
 * are guesses from what the steps say of themselves: they help a reader and decide nothing. Never throws.
 *
 * @param extra - sentences to add (for instance that the race holds elsewhere), or further rules
 * @returns sentences without repetition, those of the rules first; steps are counted from 1
 */
export function hints(trace: Trace, extra: readonly (string | HintRule)[] = []): string[] {
  const found = trace.fault ? HINT_RULES.flatMap((rule) => ask(rule, trace)) : [];
  const more = extra.flatMap((item) => (typeof item === 'string' ? [item] : ask(item, trace)));
  return [...new Set([...found, ...more])];
}
