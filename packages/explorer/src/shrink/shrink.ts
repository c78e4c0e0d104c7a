import type { Program } from '@racewalk/core/step';
import { RacewalkError } from '../errors.js';
import type { Execution } from '../execution/execution.js';
import { follow } from '../execution/path.js';
import { executionOf } from '../models/table.js';
import { Automata, RestartSignal } from '../program/automata.js';
import { MOST_STATES, StateSearch } from '../searches/bfs/search.js';
import { Tally } from '../searches/tally.js';
import type { Counterexample, ShrinkOptions, ShrunkCounterexample } from '../types.js';
import { attempt, type Candidate, moveBlocks } from './blocks.js';

/**
 * Makes a counterexample as easy to read as the time allows: a schedule that ends in a fault with the same
 * code and has fewer preemptions or, with as many, fewer steps. First blocks of steps are moved about, then
 * the states are searched in order of cost; if that ends in time, the result is `optimal`.
 *
 * @throws RacewalkError `E_PATH` if the schedule does not lead to that fault.
 */
export function shrink(
  program: Program,
  counterexample: Counterexample,
  options: ShrinkOptions = {},
): ShrunkCounterexample {
  const auto = new Automata(program, options.memory ?? program.memory);
  auto.start();
  const until = performance.now() + (options.ms ?? 2000);
  for (;;) {
    try {
      return shrinkOn(executionOf(auto), counterexample, until);
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

function shrinkOn(x: Execution, counterexample: Counterexample, until: number): ShrunkCounterexample {
  const { code } = counterexample;
  const start = attempt(x, counterexample.path, code);
  if (start === null) {
    // A livelock never ends, so there is nothing to run on to.
    if (code === 'LIVE' && follow(x, counterexample.path) !== null)
      return { ...counterexample, optimal: false };
    throw new RacewalkError('E_PATH', `the schedule does not lead to a fault ${code}`, {
      hint: 'record it again',
    });
  }
  const now = performance.now();
  const quick = moveBlocks(x, start, code, now + (until - now) / 4);
  // Only a cheaper fault is of use, so the search may stop at the cost of the one in hand.
  const tally = new Tally({
    bounds: {
      ms: Math.max(0, until - performance.now()),
      preemptions: quick.preemptions,
      states: MOST_STATES,
    },
  });
  const search = new StateSearch(x, tally, (found) => found === code);
  const stop = search.run();
  if (stop === 'fault') return finish(x, code, search.found!.path, true);
  return finish(x, code, quick.path, false);
}

function finish(x: Execution, code: string, path: Candidate['path'], optimal: boolean): ShrunkCounterexample {
  const cost = follow(x, path)!;
  return { code, message: x.faultMessage, path, ...cost, optimal };
}
