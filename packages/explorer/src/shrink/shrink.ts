import type { Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from '../automaton/automata.js';
import { RacewalkError } from '../errors.js';
import { Machine } from '../memory/machine.js';
import { follow } from '../memory/path.js';
import { StateSearch } from '../search/bfs.js';
import { Tally } from '../tally.js';
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
      return shrinkOn(new Machine(auto), counterexample, until);
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

function shrinkOn(m: Machine, counterexample: Counterexample, until: number): ShrunkCounterexample {
  const { code } = counterexample;
  const start = attempt(m, counterexample.path, code);
  if (start === null) {
    // A livelock never ends, so there is nothing to run on to.
    if (code === 'LIVE' && follow(m, counterexample.path) !== null)
      return { ...counterexample, optimal: false };
    throw new RacewalkError('E_PATH', `the schedule does not lead to a fault ${code}`, {
      hint: 'record it again',
    });
  }
  const now = performance.now();
  const quick = moveBlocks(m, start, code, now + (until - now) / 4);
  // A fault that costs as much as the one in hand need not be found again, only ruled out.
  const tally = new Tally({
    bounds: { ms: Math.max(0, until - performance.now()), preemptions: quick.preemptions },
  });
  const search = new StateSearch(m, tally, (found) => found === code);
  const stop = search.run();
  if (stop === 'fault') return finish(m, code, search.found!.path, true);
  return finish(m, code, quick.path, false);
}

function finish(m: Machine, code: string, path: Candidate['path'], optimal: boolean): ShrunkCounterexample {
  const cost = follow(m, path)!;
  return { code, message: m.faultMessage, path, ...cost, optimal };
}
