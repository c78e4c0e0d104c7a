/** The weak order of the explorer against every schedule there is, on one program. */
import { E } from '../../../src/execution/events.js';
import type { Execution } from '../../../src/execution/execution.js';
import { pathOf } from '../../../src/execution/path.js';
import { explore } from '../../../src/explore.js';
import { executionOf } from '../../../src/models/table.js';
import { Automata, RestartSignal } from '../../../src/program/automata.js';
import { Kind } from '../../../src/program/kinds.js';
import { replay } from '../../../src/replay/replay.js';
import { StatefulSearch } from '../../../src/searches/stateful/search.js';
import { Tally } from '../../../src/searches/tally.js';
import type { Code } from '../code.js';
import { executions } from '../compare.js';
import { inPieces } from '../pieces.js';
import { addAwaited, type Everything, hasOrs, prefixes } from '../prefixes.js';
import { toProgram } from '../steps.js';
import { inLegs } from '../throws.js';
import {
  initial,
  instructionOf,
  isComplete,
  type Move,
  moves,
  type Rules,
  stateKey,
  take,
  traceKey,
  type World,
} from './world.js';

/** Every trace prefix under `rules`; null if there are more than `limit`. */
function enumerate(rules: Rules, limit: number, watch?: (w: World) => void): Everything | null {
  const next = (w: World): World[] => moves(rules, w).flatMap((move) => take(rules, w, move) ?? []);
  const complete = (w: World) => isComplete(rules, w);
  return prefixes({ first: initial(rules), next, traceKey, stateKey, isComplete: complete }, limit, watch);
}

/** An OR counts as a store on every cell that some reachable step waits for. */
function rulesFor(code: Code, limit: number): Rules | null {
  const awaited = new Set<number>();
  const loose: Rules = { code, awaited: new Set() };
  if (!hasOrs(code)) return loose;
  const watch = (w: World): void => {
    w.threads.forEach(({ regs }, t) => void addAwaited(awaited, code, instructionOf(loose, w, t), regs));
  };
  return enumerate(loose, limit, watch) === null ? null : { code, awaited };
}

/** The schedule of an execution in the enumerator's words. */
function movesOf(x: Execution): Move[] {
  return Array.from({ length: x.depth }, (_, d): Move => {
    const e = d << E.SHIFT;
    const agent = x.events[e + E.AGENT]!;
    if (agent >= x.threads) return [agent % x.threads, 0, Math.trunc(x.events[e + E.AUX]! / x.threads)];
    return [agent, x.kindAt(d) === Kind.CHOOSE ? x.events[e + E.CHOICE]! : 0, -1];
  });
}

function follow(rules: Rules, path: readonly Move[]): World {
  return path.reduce((w, move, i) => {
    const next = take(rules, w, move);
    if (next === null) throw new Error(`step ${i} of ${path.join(' ')} is not possible`);
    return next;
  }, initial(rules));
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));

/** What a comparison came to. */
export interface WeakComparison {
  readonly wrong: string;
  readonly traces: number;
  readonly finals: number;
}

/** Compare `dpor` trace by trace and `stateful` by end states; null if the program is too large. */
export function compareWeak(code: Code, limit: number): WeakComparison | null {
  const rules = rulesFor(code, limit);
  const all = rules === null ? null : enumerate(rules, limit);
  if (rules === null || all === null) return null;
  const { paths, blocked } = executions(code, 'weak', movesOf);
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  for (const path of paths) {
    const end = follow(rules, path);
    traces.add(traceKey(end));
    (isComplete(rules, end) ? finals : deadlocks).add(stateKey(end));
  }
  const counts = { traces: all.traces.size, finals: all.finals.size };
  if (blocked > 0) return { ...counts, wrong: `${blocked} blocked` };
  if (paths.length !== traces.size)
    return { ...counts, wrong: `${paths.length} executions of ${traces.size} traces` };
  if (!sameSet(traces, all.traces))
    return { ...counts, wrong: `${traces.size} traces of ${all.traces.size}` };
  if (!sameSet(finals, all.finals)) return { ...counts, wrong: 'final states differ' };
  if (!sameSet(deadlocks, all.deadlocks)) return { ...counts, wrong: 'deadlocks differ' };
  const ends = new Set([...all.finals, ...all.deadlocks].map((state) => state.split(';')[0]!));
  for (const keyed of [false, true]) {
    const found = endsOf(code, keyed);
    if (!sameSet(found, ends))
      return { ...counts, wrong: `stateful${keyed ? ', keyed' : ''}: ${found.size} ends of ${ends.size}` };
  }
  return { ...counts, wrong: replayed(code) || inParts(code, paths.length) };
}

/** Executions that are replayed, and programs that are searched in parts, have at most so many executions. */
const FEW = 24;

/** The plain implementation takes the same schedules and comes to the same ends. */
function replayed(code: Code): string {
  const ends = executions(code, 'weak', (x) => [pathOf(x), x.mem.slice(0, x.cells).join()] as const).paths;
  const program = toProgram(code, 'weak');
  for (const [path, end] of ends.slice(0, FEW)) {
    const { divergence, final, fault } = replay(program, path);
    // A replay ends at a fault, such as an unlock by another thread.
    if (fault !== undefined && fault.step < path.length) continue;
    if (divergence !== undefined) return `replay: ${divergence.expected}, found ${divergence.found}`;
    if (final.join() !== end) return `replay ends with ${final.join()}, not ${end}`;
  }
  return searched(code, ends.at(-1)?.[1] ?? '');
}

/** The schedule that the search over states finds to an end is one for replay, too. */
function searched(code: Code, end: string): string {
  const program = toProgram(code, 'weak', (mem, base, faults) => {
    const { length } = end.split(',');
    if (mem.subarray(base, base + length).join() === end) faults.fail('END', end);
  });
  const report = explore(program, { strategy: 'bfs' });
  if (report.verdict !== 'counterexample') return '';
  const { code: found, path } = report.counterexample;
  const { divergence, fault } = replay(program, path);
  if (divergence !== undefined) return `replay of bfs: ${divergence.expected}, found ${divergence.found}`;
  return fault?.code === found ? '' : `replay of bfs: ${fault?.code ?? 'nothing'}, not ${found}`;
}

/** A search that is stopped and resumed again and again, and one in pieces, make as many executions. */
function inParts(code: Code, executions: number): string {
  if (executions > FEW) return '';
  const program = toProgram(code, 'weak');
  const legs = inLegs(program, 1 + (executions % 3), false);
  if (legs.executions !== executions) return `resumed: ${legs.executions} executions of ${executions}`;
  const pieces = inPieces(program, executions, 1 + (executions % 3), 2);
  const count = `${pieces.executions} executions, ${pieces.blocked} blocked of ${executions}`;
  return pieces.executions === executions && pieces.blocked === 0 ? '' : `in pieces: ${count}`;
}

/** Memory in the end states that `stateful` finds. */
function endsOf(code: Code, keyed: boolean): ReadonlySet<string> {
  const auto = new Automata(toProgram(code, 'weak', undefined, keyed), 'weak');
  auto.start();
  for (;;) {
    const ends = new Set<string>();
    const x = executionOf(auto);
    const final = (): void => void ends.add(x.mem.subarray(0, x.cells).join());
    Object.assign(x, { program: { ...x.program, final } });
    const search = new StatefulSearch(x);
    try {
      const stop = search.run(new Tally({ stopAtFirst: false }), () => {
        if (x.faultMessage.startsWith('nobody can go on')) final();
        x.faultCode = '';
        return 'go on';
      });
      if (stop !== 'exhausted') throw new Error(`stopped: ${stop}`);
      return ends;
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}
