/**
 * Checked mode: finds out on a few hundred executions whether the author of a program keeps the promises that every
 * search believes. A race is no flaw; a broken promise makes any verdict worthless.
 */
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { isHiddenState } from '../errors.js';
import { pathOf } from '../execution/path.js';
import { explore } from '../explore.js';
import { executionOf } from '../models/table.js';
import { Automata, RestartSignal } from '../program/automata.js';
import { Kind } from '../program/kinds.js';
import { replay } from '../replay/replay.js';
import { Prng } from '../searches/sampling/prng.js';
import type { Path } from '../types.js';
import { crossCheck } from './cross-check.js';
import { type Flaw, Flaws } from './flaw.js';
import { type Histories, watched } from './watched.js';

/** Options of {@link checkProgram}. */
export interface CheckOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** Executions that are watched; default 60. */
  readonly executions?: number;
  /**
   * Makes the program anew, as `setup` makes it. Then its agents are run in another order, too: what one of them leaves
   * behind in an object of JavaScript's is not yet there for those that come first.
   */
  readonly again?: () => Program;
}

/** Steps of a watched execution. */
const MAX_STEPS = 2_000;
/** Schedules that are picked at random and run with all threads at once, as the author wrote them. */
const WALKS = 6;
const WALK_STEPS = 300;
/** Executions in which the last agent goes first. */
const LAST_FIRST = 10;

/** The same threads, the last of them first. */
const reversed = ({ symmetric: _, ...program }: Program): Program => ({
  ...program,
  threads: [...program.threads].reverse(),
});

/** The first promise of its author that `program` breaks, or null if none is seen to be broken. */
export function checkProgram(program: Program, options: CheckOptions = {}): Flaw | null {
  const memory = options.memory ?? program.memory;
  const flaws = new Flaws();
  const histories: Histories = new Map();
  const own = watched(program, flaws, histories);
  const bounds = { executions: options.executions ?? 60, steps: MAX_STEPS };
  try {
    const report = explore(own, { memory, bounds, stopAtFirst: false, checkDeterminism: false });
    if (report.verdict === 'nondeterministic') flaws.note('RACEWALK_HIDDEN_STATE', report.detail);
    if (flaws.first === null) for (const path of walks(own, memory)) replay(own, path, { memory });
    if (flaws.first === null && options.again !== undefined) {
      const other = watched(reversed(options.again()), flaws, histories);
      explore(other, {
        memory,
        bounds: { executions: LAST_FIRST, steps: MAX_STEPS },
        stopAtFirst: false,
        checkDeterminism: false,
      });
    }
  } catch (error) {
    if (!isHiddenState(error)) throw error;
    flaws.note('RACEWALK_HIDDEN_STATE', error.message);
  }
  return flaws.first ?? crossCheck(program, memory);
}

/** Threads that take no step at all; daemons may. */
export function idleThreads(program: Program, memory: MemoryModelName): string[] {
  const auto = new Automata(program, memory);
  auto.start();
  const idle = auto.roots.filter((root) => auto.ops[root]!.kind === Kind.END);
  return idle.map((root) => program.threads[auto.thread[root]!]!.name);
}

/** A few schedules, each step of any agent that can move. */
function walks(program: Program, memory: MemoryModelName): Path[] {
  const auto = new Automata(program, memory);
  auto.start();
  const paths: Path[] = [];
  const random = new Prng(1);
  while (paths.length < WALKS) {
    try {
      const x = executionOf(auto);
      for (let moved = true; moved && x.depth < WALK_STEPS && x.faultCode === ''; ) {
        const able = Array.from({ length: x.agents }, (_, a) => a).filter((a) => x.enabled(a));
        const agent = able[random.below(Math.max(able.length, 1))];
        moved = agent !== undefined;
        if (agent !== undefined) x.execute(agent, random.below(Math.max(x.alternatives(agent), 1)));
      }
      paths.push(pathOf(x));
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
  return paths;
}
