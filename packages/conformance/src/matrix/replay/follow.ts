/**
 * The schedule of a token on another architecture, or in another variant: the same agents move in the same order, each
 * as far as it got in the original, as long as that can be done.
 */
import { type Path, replay } from '@racewalk/explorer';
import { type BuiltScenario, buildScenario } from '@racewalk/machine';
import { EVENT_KINDS, type TokenData, type Trace, type TraceEvent } from '@racewalk/trace';
import { traceOf } from './record.js';
import { replayToken, type TokenParts } from './replay.js';

/** Steps after which the rest of a schedule is given up. */
const MOST_STEPS = 600;

/** What an agent did, whatever the words are called elsewhere. */
const deed = ({ op, does, kind }: Pick<TraceEvent, 'op' | 'does' | 'kind'>): string =>
  `${op || does} ${kind}`;

/** A run of steps by one agent, and the last of them: how often the agent had done the same by then. */
interface Turn {
  readonly agent: number;
  readonly steps: number;
  readonly last: string;
  readonly nth: number;
}

function turnsOf({ events }: Trace): Turn[] {
  const turns: Turn[] = [];
  const done = new Map<string, number>();
  let steps = 0;
  for (const [i, event] of events.entries()) {
    // A store buffer empties itself here as it must: another machine may have none.
    if (event.flusher === true) continue;
    const key = `${event.agent} ${deed(event)}`;
    const nth = (done.get(key) ?? 0) + 1;
    done.set(key, nth);
    steps += 1;
    const next = events.slice(i + 1).find(({ flusher }) => flusher !== true);
    if (next?.agent === event.agent) continue;
    turns.push({ agent: event.agent, steps, last: deed(event), nth });
    steps = 0;
  }
  return turns;
}

/** A schedule that grows as long as the program can take its steps. */
class Follower {
  path: Path = [];
  readonly #built: BuiltScenario;
  readonly #choices: readonly (readonly number[])[];

  constructor(
    private readonly build: () => BuiltScenario,
    private readonly memory: Trace['memory'] & BuiltScenario['program']['memory'],
    original: Trace,
  ) {
    this.#built = build();
    this.#choices = original.agents.map(({ id }) =>
      original.events.flatMap(({ agent, choice }) => (agent === id && choice !== undefined ? [choice] : [])),
    );
  }

  /** The schedule as a trace; replayed with a program of its own. */
  trace(of: TokenParts, variant: string): Trace {
    const built = this.build();
    const recording = replay(built.program, this.path, { memory: this.memory, stacks: true });
    const { scenario } = of;
    const { memory, path } = this;
    return traceOf({ scenario, built, variant, memory, path, recording, hints: of.hints ?? [] });
  }

  /** Let an agent take one step, and its store reach memory; whether it could. */
  step(agent: number): boolean {
    const before = this.path.length;
    if (!this.#extend([agent]) && !this.#choose(agent)) return false;
    const buffer = this.#built.program.threads.length + agent;
    while (this.path.length < MOST_STEPS && this.#extend([buffer])) {}
    return this.path.length > before;
  }

  /** Let an agent move until it has done `last` for the `nth` time; as many steps as in the original, if it never does. */
  turn({ agent, steps, last, nth }: Turn): void {
    const start = this.path;
    let taken = 0;
    let few = start;
    while (this.path.length < MOST_STEPS && this.step(agent)) {
      taken += 1;
      if (taken === steps) few = this.path;
      if (this.#did(agent, last) >= nth) return;
    }
    if (taken > steps) this.path = few;
  }

  /** Everybody to the end, one after the other. */
  finish(): void {
    for (let moved = true; moved && this.path.length < MOST_STEPS; ) {
      moved = false;
      for (const [agent, { daemon }] of this.#built.program.threads.entries()) {
        if (daemon === true) continue;
        while (this.path.length < MOST_STEPS && this.step(agent)) moved = true;
      }
    }
  }

  /** Add to the path if the program can take it and nothing is broken before. */
  #extend(more: readonly number[]): boolean {
    const path = [...this.path, ...more];
    const { divergence, steps, fault } = replay(this.#built.program, path, { memory: this.memory });
    if (divergence !== undefined) return false;
    const wanted = path.filter((entry) => entry >= 0).length;
    if (fault !== undefined && steps.length < wanted) return false;
    this.path = path;
    return true;
  }

  /** The alternative that the agent took the same time in the original, else the first. */
  #choose(agent: number): boolean {
    const before = this.path.filter((entry, i) => entry === agent && (this.path[i + 1] ?? 0) < 0).length;
    const wanted = this.#choices[agent]?.[before] ?? 0;
    return this.#extend([agent, ~wanted]) || (wanted !== 0 && this.#extend([agent, ~0]));
  }

  #did(agent: number, what: string): number {
    const { steps } = replay(this.#built.program, this.path, { memory: this.memory });
    return steps.filter(({ thread, flusher, effect, kind }) => {
      return (
        thread === agent && !flusher && deed({ ...effect, kind: EVENT_KINDS[kind] ?? 'atomic' }) === what
      );
    }).length;
  }
}

/**
 * Follow a token on another plug-in, or in another variant of the race. Returns what happens there: `fault` is null if
 * nothing breaks.
 *
 * @param token - the schedule
 * @param from - what the token names
 * @param to - the same race there; a hint of the trace, if given
 * @throws RacewalkError as `replayToken`
 */
export function followToken(
  token: TokenData,
  from: TokenParts,
  to: TokenParts & { readonly variant: string },
): Trace {
  const original = replayToken(token, from);
  const build = (): BuiltScenario => buildScenario(to.scenario, to.plugin, to.variant, token.params);
  const follower = new Follower(build, build().program.memory, original);
  for (const turn of turnsOf(original)) follower.turn(turn);
  follower.finish();
  return follower.trace(to, to.variant);
}
