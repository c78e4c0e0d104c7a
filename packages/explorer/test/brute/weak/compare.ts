/** The weak order of the explorer against every schedule there is, on one program. */
import { OpKind } from '@racewalk/core/step';
import { E } from '../../../src/execution/events.js';
import type { Execution } from '../../../src/execution/execution.js';
import { pathOf } from '../../../src/execution/path.js';
import { explore } from '../../../src/explore.js';
import { executionOf } from '../../../src/models/table.js';
import { Automata, RestartSignal } from '../../../src/program/automata.js';
import { replay } from '../../../src/replay/replay.js';
import { StatefulSearch } from '../../../src/searches/stateful/search.js';
import { Tally } from '../../../src/searches/tally.js';
import type { Code, Instr } from '../code.js';
import { executions } from '../compare.js';
import { inPieces } from '../pieces.js';
import { type Everything, prefixes } from '../prefixes.js';
import { toProgram } from '../steps.js';
import { inLegs } from '../throws.js';
import {
  initial,
  isComplete,
  type Move,
  moves,
  placeKey,
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

/** A load may come between any two ORs, so they are stores on every cell. */
const rulesFor = (code: Code): Rules => ({
  code,
  awaited: new Set(Array.from({ length: code.data + code.locks }, (_, cell) => cell)),
  loads: 'alternatives',
});

/** All end states where loads go by views; null if there are more than `limit` states. */
function byViews(rules: Rules, limit: number): Everything | null {
  const views: Rules = { ...rules, loads: 'views' };
  const next = (w: World): World[] => moves(views, w).flatMap((move) => take(views, w, move) ?? []);
  const complete = (w: World) => isComplete(views, w);
  return prefixes({ first: initial(views), next, traceKey: placeKey, stateKey, isComplete: complete }, limit);
}

/** Who reads from whom, and the order of stores: what tells two executions apart whatever their schedules. */
function graphKey(w: World): string {
  const names = w.past.map(({ thread, issued }, i) => {
    const at = issued < 0 ? i : issued;
    const before = w.past.filter((e, k) => e.thread === thread && e.issued < 0 && k < at).length;
    return `${thread}.${before}${issued < 0 ? '' : '!'}`;
  });
  const name = (i: number): string => names[i] ?? 'initial';
  const loads = w.past.flatMap((e, i) => [...e.loads].map(([c, read]) => `${name(i)}<${c}:${name(read)}`));
  const orders: string[] = [];
  for (let c = 0; c < w.mem.length; c++) {
    orders.push(w.past.flatMap((e, i) => (e.stores.includes(c) ? [name(i)] : [])).join('>'));
  }
  const choices = w.threads.map((_, t) => {
    const made = [...(w.keys.get(`t${t}`) ?? '').matchAll(/\((\d+):/g)].map(([, choice]) => choice);
    const steps = w.past.filter((e) => e.thread === t && e.issued < 0);
    return made.filter((_, i) => steps[i]!.op.kind === OpKind.CHOOSE).join();
  });
  return `${choices.join('|')};${loads.sort().join()};${orders.join(';')};${w.threads.map((t) => `${t.pc}:${t.regs.join()}`).join(';')}`;
}

/** The schedule of an execution in the enumerator's words. */
function movesOf(x: Execution): Move[] {
  return Array.from({ length: x.depth }, (_, d): Move => {
    const e = d << E.SHIFT;
    const agent = x.events[e + E.AGENT]!;
    if (agent >= x.threads) return [agent % x.threads, 0, Math.trunc(x.events[e + E.AUX]! / x.threads)];
    return [agent, x.events[e + E.CHOICE]!, -1];
  });
}

function follow(rules: Rules, path: readonly Move[]): World {
  return path.reduce((w, move, i) => {
    const next = take(rules, w, move);
    if (next === null) throw new Error(`step ${i} of ${path.join(' ')} is not possible`);
    return next;
  }, initial(rules));
}

/**
 * End states without what steps answered that order nothing (observers: atomic, not locked). The relation leaves such a step
 * in its place in the schedule and lets what follows it come earlier; with views, all of a thread comes after its
 * own earlier positions. So views have the same states but for that answer. Null if the program goes on with an answer, or
 * if such a step waits: then what follows it may come earlier than what it waits for.
 */
function withoutObserved(code: Code, ends: ReadonlySet<string>): ReadonlySet<string> | null {
  const waits = (i: Instr): boolean => i.do === 'atomic' && !i.locked && i.guard !== null;
  if (code.threads.some((instrs) => instrs.some(waits))) return null;
  const hidden = code.threads.map(
    (instrs) => new Set(instrs.flatMap((i) => (i.do === 'atomic' && !i.locked ? [i.dst] : []))),
  );
  const used = (instr: Instr): readonly (number | undefined)[] => [
    ...('at' in instr ? [instr.at.reg] : []),
    ...('value' in instr ? [instr.value.reg] : []),
    ...('old' in instr ? [instr.old.reg] : []),
    ...('regs' in instr ? instr.regs : []),
    ...('equals' in instr ? [instr.reg, instr.equals.reg] : []),
  ];
  if (code.threads.some((instrs, t) => instrs.some((i) => used(i).some((r) => hidden[t]!.has(r ?? -1)))))
    return null;
  const strip = (end: string): string => {
    const [mem, ...threads] = end.split(';');
    const shown = threads.map((text, t) => {
      const [pc, regs] = text.split(':');
      return `${pc}:${regs!.split(',').filter((_, r) => !hidden[t]!.has(r))}`;
    });
    return [mem, ...shown].join(';');
  };
  return new Set([...ends].map(strip));
}

/** Whether the end states of the relation are those of the views. */
function agree(code: Code, ends: ReadonlySet<string>, views: ReadonlySet<string>): boolean {
  if (sameSet(ends, views)) return true;
  const left = withoutObserved(code, ends);
  if (left !== null && !sameSet(left, withoutObserved(code, views)!)) return false;
  return observes(code) && [...views].every((end) => ends.has(end));
}

const observes = ({ threads }: Code): boolean =>
  threads.some((instrs) => instrs.some((i) => i.do === 'atomic' && !i.locked));

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));

/** What a comparison came to. */
export interface WeakComparison {
  readonly wrong: string;
  readonly traces: number;
  readonly finals: number;
  readonly deadlocks: number;
  /** Executions that differ in who reads from whom, or in the order of stores to a word. */
  readonly graphs: number;
  /** Whether loads by views were compared, too. */
  readonly views: boolean;
}

/** Compare `dpor` trace by trace and `stateful` by end states; null if the program is too large. */
export function compareWeak(code: Code, limit: number): WeakComparison | null {
  const rules = rulesFor(code);
  const all = enumerate(rules, limit);
  if (all === null) return null;
  const { paths, blocked } = executions(code, 'weak', movesOf);
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  const graphs = new Set<string>();
  for (const path of paths) {
    const end = follow(rules, path);
    traces.add(traceKey(end));
    graphs.add(graphKey(end));
    (isComplete(rules, end) ? finals : deadlocks).add(stateKey(end));
  }
  const views = byViews(rules, 20 * limit);
  const counts = {
    traces: all.traces.size,
    finals: all.finals.size,
    deadlocks: all.deadlocks.size,
    graphs: graphs.size,
    views: views !== null,
  };
  if (blocked > 0) return { ...counts, wrong: `${blocked} blocked` };
  if (paths.length !== traces.size)
    return { ...counts, wrong: `${paths.length} executions of ${traces.size} traces` };
  if (!sameSet(traces, all.traces))
    return { ...counts, wrong: `${traces.size} traces of ${all.traces.size}` };
  if (!sameSet(finals, all.finals)) return { ...counts, wrong: 'final states differ' };
  if (!sameSet(deadlocks, all.deadlocks)) return { ...counts, wrong: 'deadlocks differ' };
  const ends = new Set([...all.finals, ...all.deadlocks].map((state) => state.split(';')[0]!));
  if (views !== null && !agree(code, finals, views.finals))
    return { ...counts, wrong: `${finals.size} final states, ${views.finals.size} by views` };
  if (views !== null && !agree(code, deadlocks, views.deadlocks))
    return { ...counts, wrong: `${deadlocks.size} deadlocks, ${views.deadlocks.size} by views` };
  for (const keyed of [false, true]) {
    const found = endsOf(code, keyed);
    if (![...found].every((end) => ends.has(end)))
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
