import type { Code } from './code.js';
import { compareWith } from './compare.js';
import { enumerate, rulesFor } from './enumerate.js';
import { inPieces } from './pieces.js';
import { type Flavour, randomCode } from './random-code.js';
import { compareStatefulWith } from './stateful.js';
import { type Keys, toProgram } from './steps.js';
import { compareThrows, inLegs } from './throws.js';
import { compareTwins, compareTwinsInPieces, withTwins } from './twins.js';
import { compareWeak } from './weak/compare.js';

/** The flavours whose programs all have finitely many schedules. */
export const FLAVOURS: readonly Flavour[] = [
  'mixed',
  'tlb',
  'locks',
  'ipi',
  'waits',
  'rcu',
  'atomics',
  'async',
  'ors',
  'machine',
  'stores',
  'turns',
];

/** The flavours of programs whose weak order is compared. */
export const WEAK_FLAVOURS: readonly Flavour[] = [
  'weak',
  'loads',
  'stores',
  'locks',
  'mixed',
  'ors',
  'several',
  'interrupts',
];

const KEYS: readonly Keys[] = [true, false, 'calls'];

/** One random program and how it is tried; all of it follows from the number. */
export interface Trial {
  readonly flavour: Flavour;
  readonly code: Code;
  readonly order: 'sc' | 'tso' | 'weak';
  /** The stateful search is told what its threads remember. */
  readonly keyed: Keys;
  readonly twins: boolean;
  /** Of the search in pieces: what happens to the pieces, how large they are, who explores them. */
  readonly pieces: { readonly seed: number; readonly executions: number; readonly workers: number };
}

/** What a trial came to. */
export interface Tried {
  /** What is wrong, or ''. */
  readonly wrong: string;
  readonly traces: number;
  readonly deadlocks: number;
}

/** The trial with this number. */
export function trialOf(number: number, flavours: readonly Flavour[] = FLAVOURS): Trial {
  const flavour = flavours[number % flavours.length]!;
  const round = Math.floor(number / flavours.length);
  // Threads that wait for each other's stores are not to be declared interchangeable: of seed 719 two traces of 100 were lost.
  const twins = round % 5 === 4 && flavour !== 'turns';
  const code = randomCode(number, flavour);
  return {
    flavour,
    code: twins ? withTwins(code) : code,
    order: round % 2 === 1 ? 'tso' : 'sc',
    keyed: KEYS[(round >> 1) % KEYS.length]!,
    twins,
    pieces: { seed: number, executions: 1 + (round % 5), workers: 1 + (round % 4) },
  };
}

/** The same for the weak order: search, states, views, replay, pieces and resuming all follow from the program. */
export function weakTrialOf(number: number, flavours: readonly Flavour[] = WEAK_FLAVOURS): Trial {
  const flavour = flavours[number % flavours.length]!;
  const code = randomCode(number, flavour);
  const pieces = { seed: number, executions: 1, workers: 1 };
  return { flavour, code, order: 'weak', keyed: false, twins: false, pieces };
}

/** Programs with more traces are not resumed again and again. */
const MOST_LEGS = 40;

/** Try one; null if it has more than so many trace prefixes. */
export function tryOut(trial: Trial, limit: number): Tried | null {
  const { code, order, keyed, twins, pieces } = trial;
  if (order === 'weak') return compareWeak(code, limit);
  const tso = order === 'tso';
  const rules = rulesFor(code, tso, limit);
  const all = rules === null ? null : enumerate(rules, limit);
  if (rules === null || all === null) return null;
  const { wrong, traces, deadlocks } = compareWith(rules, all);
  const tried = { traces, deadlocks };
  if (wrong !== '') return { ...tried, wrong: `dpor: ${wrong}` };
  const stateful = compareStatefulWith(rules, all, keyed, {});
  if (stateful !== '') return { ...tried, wrong: `stateful: ${stateful}` };
  const program = toProgram(code, order);
  const found = inPieces(program, pieces.seed, pieces.executions, pieces.workers);
  if (found.executions !== traces || found.deadlocks !== deadlocks || found.blocked !== 0) {
    const what = `${found.executions} executions, ${found.deadlocks} deadlocks, ${found.blocked} redundant`;
    return { ...tried, wrong: `in pieces: ${what} of ${traces}, ${deadlocks}, 0` };
  }
  const resumed = traces > MOST_LEGS ? null : inLegs(program, pieces.executions, false);
  if (resumed !== null && resumed.executions !== traces) {
    return { ...tried, wrong: `resumed: ${resumed.verdict}, ${resumed.executions} executions of ${traces}` };
  }
  const thrown = compareThrows(rules, pieces.seed, keyed) ?? '';
  if (thrown !== '') return { ...tried, wrong: thrown };
  if (!twins) return { ...tried, wrong: '' };
  const half = compareTwins(rules, all).wrong;
  if (half !== '') return { ...tried, wrong: `twins: ${half}` };
  const apart = compareTwinsInPieces(rules, all, pieces.seed, pieces.workers);
  return { ...tried, wrong: apart === '' ? '' : `twins in pieces: ${apart}` };
}
