import type { Program } from '@racewalk/core/step';
import { RacewalkError } from '../errors.js';
import type { Execution } from '../execution/execution.js';
import { follow } from '../execution/path.js';
import { executionOf } from '../models/table.js';
import { RestartSignal } from '../program/automata.js';
import { learnedOf } from '../program/learned.js';
import { StateSearch } from '../searches/bfs/search.js';
import { Tally } from '../searches/tally.js';
import type { Counterexample, ShrinkOptions, ShrunkCounterexample } from '../types.js';
import { Attempts, type Candidate } from './attempts.js';
import { improve } from './blocks.js';

/** States searched if the caller does not say how many. */
const STATES = 300_000;

/** Small changes that are tried for every thousand states that may be searched. */
const TRIES = 20;

/**
 * Makes a counterexample as easy to read as the bounds allow: a schedule that ends in a fault with the same code and
 * has fewer preemptions or, with as many, fewer steps. First small changes are tried, then the states are searched in
 * order of cost up to the cost in hand; if that search ends, the result is `optimal`.
 *
 * The bound on states makes the result the same on every machine; one on time does not.
 *
 * @throws RacewalkError `E_PATH` if the schedule does not lead to that fault.
 */
export function shrink(
  program: Program,
  counterexample: Counterexample,
  options: ShrinkOptions = {},
): ShrunkCounterexample {
  const auto = learnedOf(program, options.memory ?? program.memory);
  auto.start();
  const until = performance.now() + (options.ms ?? Number.POSITIVE_INFINITY);
  for (;;) {
    try {
      return shrinkOn(executionOf(auto), counterexample, options.states ?? STATES, until);
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

function shrinkOn(
  x: Execution,
  counterexample: Counterexample,
  states: number,
  until: number,
): ShrunkCounterexample {
  const { code } = counterexample;
  const attempts = new Attempts(x, code, 100 + (TRIES * states) / 1000, until);
  const start = attempts.exactly(counterexample.path);
  if (start === null) {
    // A livelock never ends, so there is nothing to run on to.
    if (code === 'LIVE' && follow(x, counterexample.path) !== null)
      return { ...counterexample, optimal: false };
    throw new RacewalkError('E_PATH', `the schedule does not lead to a fault ${code}`, {
      hint: 'record it again',
    });
  }
  const quick = improve(attempts, start);
  const ms = until - performance.now();
  const tally = new Tally({ bounds: { states, ...(Number.isFinite(ms) ? { ms: Math.max(0, ms) } : {}) } });
  const search = new StateSearch(x, tally, (found) => found === code, quick);
  const stop = search.run();
  if (stop === 'fault') return finish(x, code, search.found!.path, !x.auto.loadsEarly);
  // The search over states makes no load early.
  return finish(x, code, quick.path, stop === 'exhausted' && !x.auto.loadsEarly);
}

function finish(x: Execution, code: string, path: Candidate['path'], optimal: boolean): ShrunkCounterexample {
  const cost = follow(x, path)!;
  return { code, message: x.faultMessage, path, ...cost, optimal };
}
