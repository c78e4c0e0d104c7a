/** Run a test: its final states and what its condition says of them. */

import { type Memory, rulesOf } from '../model/rules.js';
import { search } from '../model/search.js';
import { showState } from '../print/state.js';
import { holds } from '../program/condition.js';
import type { LitmusTest } from '../program/test.js';
import type { TranslationHardware } from '../vmsa/hardware.js';
import { Mmu } from '../vmsa/mmu.js';

/** How a test is run. */
export interface RunOptions {
  readonly memory: Memory;
  /** FEAT_ETS2: translations come after DSB, and faults after earlier accesses. */
  readonly ets2: boolean;
  /** The plug-in's table and walker, for tests of virtual memory. */
  readonly hardware: TranslationHardware | null;
  /** Rounds of loops in which a thread stores; default 2, as herd7. */
  readonly unroll?: number;
  /** States of threads that are visited at most; default 20 million. */
  readonly most?: number;
}

/** What a run has found. */
export interface Result {
  readonly test: LitmusTest;
  /** Final states as they are printed, in order, each once. */
  readonly states: readonly string[];
  /** How many of these satisfy the condition's formula, and how many do not. */
  readonly positive: number;
  readonly negative: number;
  /** Whether the condition holds with its quantifier. */
  readonly ok: boolean;
  readonly observation: 'Never' | 'Sometimes' | 'Always';
  /** Why states may be missing, in words; null if the search was complete. */
  readonly bound: string | null;
  /** States of threads, and memories, that the search has visited. */
  readonly visited: number;
  readonly memories: number;
}

const DEFAULT_UNROLL = 2;
const DEFAULT_MOST = 20_000_000;

/** Run a test under a memory model. */
export function runTest(test: LitmusTest, options: RunOptions): Result {
  const { memory, ets2, hardware, unroll = DEFAULT_UNROLL, most = DEFAULT_MOST } = options;
  const entries = test.virtual?.entries ?? null;
  const mmu = mmuOf(test, hardware, ets2);
  const found = new Map<string, boolean>();
  const { formula, quantifier } = test.condition;
  const rules = rulesOf(test.isa, memory);
  const { bound, states, memories } = search(test, { rules, mmu, unroll, most }, (state) => {
    if (test.filter !== null && !holds(test.filter, state)) return;
    found.set(showState(test.shown, state, test.symbols, entries), holds(formula, state));
  });
  const positive = [...found.values()].filter((yes) => yes).length;
  const negative = found.size - positive;
  return {
    test,
    states: [...found.keys()].sort(),
    positive,
    negative,
    ok: quantifier === 'exists' ? positive > 0 : quantifier === 'forall' ? negative === 0 : positive === 0,
    observation: positive === 0 ? 'Never' : negative === 0 ? 'Always' : 'Sometimes',
    bound,
    visited: states,
    memories,
  };
}

function mmuOf(test: LitmusTest, hardware: TranslationHardware | null, ets2: boolean): Mmu | null {
  const { virtual } = test;
  if (virtual === null || hardware === null) return null;
  // A test can ask for more than the option does, not for less.
  const ets = Math.max(virtual.ets, ets2 ? 2 : 0);
  return new Mmu(test, virtual, hardware, ets === 3 ? 3 : ets === 2 ? 2 : 0);
}
