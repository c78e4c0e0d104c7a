/**
 * Two searches that share little must come to the same: on small programs, all of it is compared. If they differ, some
 * promise is broken that they rely on differently.
 */
import {
  announced,
  type MemoryModelName,
  OpKind,
  type Program,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { explore } from '../explore.js';
import type { Strategy } from '../types.js';
import { type Flaw, flaw } from './flaw.js';

/** Larger programs are not compared. */
const EXECUTIONS = 200;
const STATES = 2_000;
const STEPS = 300;

/** What an exhaustive search saw; null if it reached a bound. */
interface Seen {
  /** Whether anything broke. */
  readonly breaks: boolean;
  /** Memory at the end of every complete execution. */
  readonly ends: ReadonlySet<string>;
}

/** What is wrong if two searches do not agree; null if they do, or the program is too large. */
export function crossCheck(program: Program, memory: MemoryModelName): Flaw | null {
  const dpor = seen(program, memory, 'dpor');
  const states = dpor === null ? null : seen(program, memory, 'bfs');
  if (dpor === null || states === null) return null;
  const all = seen(plain(program), memory, 'dpor');
  if (all === null) return null;
  if (program.symmetric !== undefined && all.breaks !== dpor.breaks) {
    const names = program.symmetric.map((group) =>
      group.map((t) => program.threads[t]?.name ?? t).join(', '),
    );
    const what = `the threads ${names.join('; ')} are declared alike and are not`;
    return flaw('RACEWALK_NOT_ALIKE', `${what}: ${difference(all, dpor)} if they are searched as they are`);
  }
  const keyed = seen({ ...program, symmetric: [] }, memory, 'dpor');
  if (keyed !== null && !agree(all, keyed)) {
    const what = 'a localKey leaves out something that the thread still depends on';
    return flaw('RACEWALK_INCOMPLETE_KEY', `${what}: ${difference(all, keyed)} without the keys`);
  }
  const same =
    all.breaks || program.symmetric !== undefined ? all.breaks === states.breaks : agree(all, states);
  if (same) return null;
  const what = 'two exhaustive searches do not agree, so some step depends on more than the words it lists';
  return flaw(
    'RACEWALK_SEARCHES_DIFFER',
    `${what}: ${difference(states, all)} over states, not over schedules`,
  );
}

function seen(program: Program, memory: MemoryModelName, strategy: Strategy): Seen | null {
  const ends = new Set<string>();
  let breaks = false;
  const final: NonNullable<Program['final']> = (mem, base, faults) => {
    ends.add(mem.subarray(base, base + program.cells.length).join());
    program.final?.(mem, base, faults);
  };
  const report = explore(
    { ...program, final },
    {
      memory,
      strategy,
      stopAtFirst: false,
      checkDeterminism: false,
      bounds: { executions: EXECUTIONS, states: STATES, steps: STEPS },
    },
  );
  if (report.verdict !== 'exhausted') return null;
  breaks = report.firstFault !== undefined;
  return { breaks, ends };
}

const agree = (a: Seen, b: Seen): boolean =>
  a.breaks === b.breaks && a.ends.size === b.ends.size && [...a.ends].every((end) => b.ends.has(end));

/** What only the first saw. */
function difference(a: Seen, b: Seen): string {
  if (a.breaks !== b.breaks) return a.breaks ? 'an invariant breaks' : 'nothing breaks';
  return `${a.ends.size} instead of ${b.ends.size} final states are found`;
}

/** The program without promises: no thread is like another, and no history is joined with another. */
function plain({ symmetric: _, ...program }: Program): Program {
  return {
    ...program,
    threads: program.threads.map((thread) => ({ ...thread, body: () => unkeyed(thread.body()) })),
  };
}

function* unkeyed(inner: Step<unknown>): Step<unknown> {
  let turn = inner.next();
  while (!turn.done) {
    let answer: Word = 0;
    if (announced.kind !== OpKind.KEY) answer = yield undefined;
    turn = inner.next(answer);
  }
  return turn.value;
}
