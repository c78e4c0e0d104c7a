/** Litmus tests in kernel C: final states on a plug-in, by the explorer. */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { explore } from '@racewalk/explorer';
import { loadC, readRace } from '@racewalk/kernel-c';
import type { Memory, Printed } from '@racewalk/litmus';
import { buildScenario } from '@racewalk/machine';

/** Executions of one test at most. */
const MOST_EXECUTIONS = 500_000;

const QUANTIFIER = { exists: 'exists', '~exists': 'not-exists', forall: 'forall' } as const;

/** Whether a text is a litmus test in C: its first word is `C`. */
export const isKernelC = (text: string): boolean => /^\s*C[ \t]+\S/.test(text);

/** Every final state of a test on a plug-in; `memory` null: the plug-in's own order. */
export async function runKernelC(
  text: string,
  file: string,
  arch: ArchPlugin,
  memory: Memory | null,
): Promise<Printed> {
  await loadC();
  const found = new Map<string, boolean>();
  // Each plain load is made once: what compilers may do beyond the model of the language is not asked here.
  const race = readRace(text, file, {
    repeat: false,
    states: (state, holds) => void found.set(state, holds),
  });
  const { program } = buildScenario(race.scenario, arch);
  const report = explore(program, {
    memory: memory ?? arch.memory,
    stopAtFirst: false,
    bounds: { executions: MOST_EXECUTIONS },
  });
  if (report.verdict === 'counterexample' && report.counterexample.code === 'THROW') {
    throw new RacewalkError('RACEWALK_C_RUN', `${file}: ${report.counterexample.message}`, {
      hint: 'correct the line, or write it another way',
    });
  }
  const positive = [...found.values()].filter((yes) => yes).length;
  const negative = found.size - positive;
  const kind = race.condition?.kind ?? 'forall';
  const quantifier = kind === 'forbids' ? 'not-exists' : QUANTIFIER[kind];
  return {
    name: race.name,
    condition: { quantifier, text: race.condition ? `${kind} ${race.condition.text}` : 'forall (true)' },
    states: [...found.keys()].sort(),
    positive,
    negative,
    ok: quantifier === 'exists' ? positive > 0 : quantifier === 'forall' ? negative === 0 : positive === 0,
    observation: positive === 0 ? 'Never' : negative === 0 ? 'Always' : 'Sometimes',
    bound: report.verdict === 'bounded' ? `${MOST_EXECUTIONS} executions` : null,
  };
}
