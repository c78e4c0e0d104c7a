/**
 * Exceptions: a thread of a random program throws where it must not come. Every search has to find it, however it was
 * interrupted or cut up, and the shortened schedule has to be the cheapest one there is.
 */
import type { Program } from '@racewalk/core/step';
import { explore, Frontier, JobRunner, type Report, replay, shrink } from '@racewalk/explorer';
import { cheapest } from './cheapest.js';
import { randomInts } from './random.js';
import { type Keys, type Trap, toProgram } from './steps.js';
import type { Rules, World } from './world.js';

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Explore in legs of so many executions, each from the checkpoint of the one before. */
export function inLegs(program: Program, executions: number, stopAtFirst = true): Report {
  let report = explore(program, { stopAtFirst, bounds: { executions } });
  for (let end = 2 * executions; report.verdict === 'bounded'; end += executions) {
    if (report.checkpoint === undefined) throw new Error(`bounded by ${report.bound}`);
    report = explore(program, { stopAtFirst, resume: json(report.checkpoint), bounds: { executions: end } });
  }
  return report;
}

/** The code of the fault that a search in pieces finds, if any. */
function inPieces(program: Program, executions: number): string | undefined {
  const frontier = new Frontier();
  const runner = new JobRunner(program);
  while (!frontier.done && frontier.fault === undefined) {
    const job = frontier.next(executions);
    if (job !== undefined) frontier.answer(json(runner.run(json(job))), 4);
  }
  return frontier.fault?.code;
}

/** What is wrong with the searches for an exception, or ''; null if this program is of no use. */
export function compareThrows(rules: Rules, seed: number, keyed: Keys): string | null {
  const { code, tso } = rules;
  const pick = randomInts(seed + 77);
  const thread = pick(code.threads.length);
  const places = [...code.threads[thread]!.keys()].filter((pc) => {
    const { do: what } = code.threads[thread]![pc]!;
    return what !== 'fence' && what !== 'mov' && what !== 'jump-if';
  });
  if (places.length === 0) return null;
  const trap: Trap = { thread, pc: places[pick(places.length)]!, reg: pick(4), value: pick(3) };
  // Nothing else may be wrong with it.
  const free = (program: Program): Program => {
    const { locks: _, ...rest } = program;
    return { ...rest, threads: program.threads.map((t) => ({ ...t, daemon: true })) };
  };
  const memory = tso ? 'tso' : 'sc';
  if (explore(free(toProgram(code, memory, undefined, keyed))).verdict !== 'exhausted') return null;
  const program = free(toProgram(code, memory, undefined, keyed, trap));
  const trapped = ({ threads }: World): boolean => {
    const { pc, regs } = threads[trap.thread]!;
    return pc === trap.pc && regs[trap.reg] === trap.value;
  };
  const best = cheapest(rules, trapped);
  const expected = best === null ? 'exhausted' : 'counterexample';
  const legs = 1 + pick(3);
  const found: Record<string, string> = {
    dpor: explore(program).verdict,
    stateful: explore(program, { strategy: 'stateful' }).verdict,
    bfs: explore(program, { strategy: 'bfs' }).verdict,
    resumed: inLegs(program, legs).verdict,
    pieces: inPieces(program, legs) === undefined ? 'exhausted' : 'counterexample',
  };
  for (const [name, verdict] of Object.entries(found)) {
    if (verdict !== expected) return `${name} with a throw: ${verdict}, not ${expected}`;
  }
  return best === null ? '' : shortened(program, best);
}

function shortened(program: Program, best: { preemptions: number; steps: number }): string {
  const report = explore(program);
  if (report.verdict !== 'counterexample') return 'no counterexample to shorten';
  const small = shrink(program, report.counterexample, { states: 1_000_000 });
  const cost = `${small.preemptions} preemptions, ${small.steps} steps`;
  if (small.code !== 'THROW' || replay(program, small.path).fault?.code !== 'THROW')
    return 'shortened to another fault';
  if (!small.optimal) return `shortened to ${cost}: not proved`;
  if (small.preemptions === best.preemptions && small.steps === best.steps) return '';
  return `shortened to ${cost}; ${best.preemptions}, ${best.steps} is possible`;
}
