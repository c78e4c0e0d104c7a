/**
 * The model F(k) as a race test, so that the command and its workers can run it: `RACEWALK_FLAGS=k` threads each set
 * a bit of their own in one word.
 */
import process from 'node:process';
import { cmpxchg, read } from '@racewalk/core/step';
import { defineScenario } from '@racewalk/mm';

/** Threads, as the environment says: worker threads see it as well. */
export const k = Number(process.env.RACEWALK_FLAGS ?? 6);

/**
 * K! 2^(K(K-1)/2): the order in which the threads succeed, and for each thread and each success before its own
 * whether that made it fail.
 *
 * @param {number} k
 */
export const executionsOfF = (k) =>
  Array.from({ length: k }, (_, i) => (i + 1) * 2 ** i).reduce((a, b) => a * b, 1);

/**
 * @param {number} word
 * @param {number} bit
 * @returns {import('@racewalk/core/step').Step<void>}
 */
export function* setBit(word, bit) {
  for (let v = yield* read(word); ; ) {
    const seen = yield* cmpxchg(word, v, v | bit);
    if (seen === v) return;
    v = seen;
  }
}

/**
 * @param {number} cpu
 * @returns {import('@racewalk/machine').AgentSpec<number>}
 */
const setter = (cpu) => ({ cpu, role: 'kernel', run: (_, word) => setBit(word, 1 << cpu) });

export const flags = defineScenario({
  id: 'bench/flags',
  title: 'Threads that set bits of their own in one word',
  source: 'the model F of docs/benchmarks.md',
  about: '',
  invariants: [],
  params: {},
  /** @param {import('@racewalk/machine').World} w */
  setup: (w) => w.word('word'),
  agents: Object.fromEntries(Array.from({ length: k }, (_, i) => [`t${i}`, setter(i)])),
  mutants: {
    'no-exchange': {
      what: 'the last thread only reads',
      breaks: 'LIVE',
      why: 'it does not; nobody runs this',
      agents: { [`t${k - 1}`]: { cpu: k - 1, role: 'kernel', run: (_, word) => setBit(word, 0) } },
    },
  },
});
