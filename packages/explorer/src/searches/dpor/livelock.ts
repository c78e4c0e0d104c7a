import type { Execution } from '../../execution/execution.js';
import { pathOf } from '../../execution/path.js';
import { executionOf } from '../../models/table.js';
import type { Automata } from '../../program/automata.js';
import { LIVELOCK } from '../../program/messages.js';
import type { Path } from '../../types.js';
import type { Keep } from '../search.js';
import { MOST_AGENTS } from '../stateful/search.js';
import { STATEFUL } from '../stateful/stateful.js';
import { Tally } from '../tally.js';

/** States that are looked at, once in a search, for a livelock that no execution so far shows. */
const STATES = 50_000;

/** What looking came to: the same for every search, or piece of one, over these automata. */
const rounds = new WeakMap<Automata, Path | null>();

/**
 * Whether the execution `x` stands in is a livelock, as far as can be seen. If so, keeps and counts it. Such an execution often
 * has one thread go round while another, which could move, does not: that is not fair, and shows only that there may be a
 * livelock. Then, once, the search over states is asked.
 */
export function foundLivelock(x: Execution, tally: Tally, keep: Keep): boolean {
  const round = x.auto.keyed ? (findLivelock(executionOf(x.auto), pathOf(x)) ?? amongStates(x)) : null;
  if (round === null) return false;
  keep('LIVE', LIVELOCK, round);
  tally.executions++;
  tally.deadlocks++;
  return true;
}

function amongStates(x: Execution): Path | null {
  const known = rounds.get(x.auto);
  if (known !== undefined) return known;
  let round: Path | null = null;
  const keep: Keep = (code, message, path) => {
    if (code === 'LIVE' && message === LIVELOCK) round = path;
  };
  if (x.agents <= MOST_AGENTS)
    STATEFUL.create(executionOf(x.auto), {}).run(new Tally({ bounds: { states: STATES } }), keep);
  rounds.set(x.auto, round);
  return round;
}

/**
 * Look for a state that occurs twice on the schedule `path`, such that every agent that was enabled all the
 * time in between has moved: then a fair scheduler can repeat this for ever. Only keyed threads return to a
 * node. Returns the schedule up to the second occurrence, or null.
 */
function findLivelock(x: Execution, path: Path): Path | null {
  x.reset();
  const seen = new Map<string, number>();
  const moved: number[] = [];
  const could: number[] = [];
  for (let i = 0; ; i++) {
    let mask = 0;
    for (let a = 0; a < x.agents; a++) if (x.enabled(a)) mask |= 1 << a;
    const state = stateOf(x);
    const before = seen.get(state);
    if (before !== undefined && fair(moved, could, before)) return path.slice(0, i);
    seen.set(state, moved.length);
    could.push(mask);
    const agent = path[i];
    if (agent === undefined) return null;
    moved.push(1 << agent);
    x.execute(agent, path[i + 1]! < 0 ? ~path[++i]! : 0);
  }
}

function fair(moved: readonly number[], could: readonly number[], from: number): boolean {
  let always = -1;
  let went = 0;
  for (let i = from; i < moved.length; i++) {
    always &= could[i]!;
    went |= moved[i]!;
  }
  return (always & ~went) === 0;
}

function stateOf(x: Execution): string {
  const { key } = x.model;
  const own = new Int32Array(key.size());
  key.write(own, 0);
  return [x.cur, x.mem.subarray(0, x.cells), own].join(';');
}
