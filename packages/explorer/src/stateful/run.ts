import type { Program } from '@racewalk/core/step';
import type { Automata } from '../automaton/automata.js';
import { RacewalkError } from '../errors.js';
import { Machine } from '../memory/machine.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import type { Checkpoint, Path } from '../types.js';
import { FairCycles } from './fair.js';
import { StateKey } from './key.js';
import { Masks } from './masks.js';
import { MOST_AGENTS, StatefulSearch } from './search.js';

/** A stateful search of a program, livelocks included; can be paused and goes on where it stood. */
export class StatefulRun {
  readonly program: Program;
  readonly search: StatefulSearch;
  #fair: FairCycles | null = null;

  constructor(auto: Automata) {
    this.program = auto.program;
    const m = new Machine(auto);
    if (m.agents > MOST_AGENTS) {
      throw new RacewalkError(
        'E_OPTION',
        `strategy stateful knows at most ${MOST_AGENTS} threads and store buffers, here are ${m.agents}`,
        { hint: 'use dpor' },
      );
    }
    this.search = new StatefulSearch(m);
  }

  get auto(): Automata {
    return this.search.m.auto;
  }

  get bytesPerState(): number {
    return this.search.key.store.bytes / Math.max(1, this.search.states);
  }

  /** `onLivelock` is told a schedule that comes back to a state and keeps nobody waiting. */
  run(tally: Tally, onFault: OnFault, onLivelock: (round: Path) => void): Stop {
    const { search } = this;
    const stop = search.run(tally, onFault);
    if (stop !== 'exhausted' || !search.cyclic) return stop;
    this.#fair ??= fairCycles(new Machine(this.auto));
    const { stop: end, round } = this.#fair.run(tally);
    tally.steps = search.steps;
    if (round !== null) {
      onLivelock(round);
      tally.executions++;
      tally.deadlocks++;
    }
    return end;
  }
}

function fairCycles(m: Machine): FairCycles {
  return new FairCycles(m, new StateKey(m, new Masks(m.auto.foots, m.cells), 0));
}

/**
 * Searches to be continued, by the checkpoint that was handed out for them. A checkpoint that has been through JSON
 * is not found here any more: its search starts anew.
 */
export const pausedRuns = new WeakMap<Checkpoint, StatefulRun>();
