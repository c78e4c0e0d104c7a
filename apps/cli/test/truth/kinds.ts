/** Kinds of faults in other shapes than the ones they were first found in, each with what theory says of a plug-in. */
import type { ArchPlugin, Capability, InvariantCode } from '@racewalk/core';
import { atomic, awaitWord, type Cell, type Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, StepView, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';

/** One small race. */
export interface Kind {
  readonly name: string;
  readonly race: Scenario;
  /** `holds`, or the code that breaks. */
  readonly expected: (arch: ArchPlugin) => string;
}

interface KindSpec<S> {
  readonly name: string;
  readonly invariants: readonly InvariantCode[];
  readonly block?: number;
  readonly setup: (w: World) => S;
  readonly agents: Readonly<Record<string, AgentSpec<S>>>;
  /** Whether the last state is wrong. */
  readonly wrong?: (s: S, view: StepView) => boolean;
  readonly expected: string | ((arch: ArchPlugin) => string);
}

/** A race of these agents; its mutant only has to exist. */
export function kind<S>({ name, invariants, block = 1, wrong, expected, ...rest }: KindSpec<S>): Kind {
  const [code = 'UAF'] = invariants;
  const race = defineScenario<S>({
    ...rest,
    id: `kinds/${name.replace(/[^a-z0-9]+/g, '-')}`,
    title: name,
    source: 'own',
    about: name,
    invariants,
    params: { block },
    ...(wrong && {
      finally(_w, s, view, faults) {
        if (wrong(s, view)) faults.fail(code, name);
      },
    }),
    mutants: { none: { what: 'nothing', breaks: code, why: 'nothing', params: { none: 1 } } },
  });
  return { name, race, expected: typeof expected === 'string' ? () => expected : expected };
}

/** An agent on a CPU. */
export const on = <S>(
  cpu: number,
  role: AgentSpec<S>['role'],
  run: (m: Machine, s: S) => Step<void>,
): AgentSpec<S> => ({ cpu, role, run });

/** Where an architecture has this, `code` breaks. */
export const where =
  (capability: Capability, code: string) =>
  (arch: ArchPlugin): string =>
    arch.has(capability) ? code : 'holds';

/** Wait until somebody has set the word. */
export const waitFor = (cell: Cell): Step<number> => awaitWord(cell, (value) => value === 1);

/** Break COH. */
export function* incoherent(cell: Cell, what: string): Step<void> {
  yield* atomic(
    [cell],
    (_mem, _base, faults) => {
      faults.fail('COH', what);
      return 0;
    },
    'looks',
  );
}
