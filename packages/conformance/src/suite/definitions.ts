/**
 * For authors of races: whether a family of races is written so that a reader and the suite can use it.
 */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { codesOf, type Scenario, withMemory } from '@racewalk/machine';
import type { TestRunner } from './runner.js';

/** A family of races and what to hold it to. */
export interface RaceFamily {
  readonly runner: TestRunner;
  readonly races: readonly Scenario[];
  /** Where every `source` must point, for instance `/seed 004/`. */
  readonly source: RegExp;
  /** An architecture on which every mutant must bite, or several of which each mutant must bite on one. */
  readonly toy: ArchPlugin | readonly ArchPlugin[];
  /** One on which some need not; each of those must say why. */
  readonly flat: ArchPlugin;
}

const sentences = (text: string) => text.split(/[.?!](?:\s|$)/).filter((s) => s.trim() !== '').length;

/** What is wrong with the words of one race; empty if nothing is. */
export function wordingProblems(race: Scenario, source: RegExp): string[] {
  const problems: string[] = [];
  if (!source.test(race.source)) problems.push(`source does not name ${source}: ${race.source}`);
  if (sentences(race.about) < 3) problems.push('about has fewer than three sentences');
  if (race.about.length > 1100) problems.push(`about has ${race.about.length} characters, more than 1100`);
  for (const [kind, changes] of [['mutant', race.mutants] as const, ['holds', race.holds ?? {}] as const])
    for (const [name, { what, why }] of Object.entries(changes))
      if (what.length <= 10 || why.length <= 10) problems.push(`${kind} ${name} does not say what and why`);
  return problems;
}

/** What is wrong with the mutants of one race; empty if nothing is. */
export function mutantProblems(race: Scenario, toy: RaceFamily['toy'], flat: ArchPlugin): string[] {
  const problems: string[] = [];
  const toys = ('id' in toy ? [toy] : toy).map((one) => withMemory(one, race.memory));
  const watched: readonly string[] = [...race.invariants, 'LIVE'];
  for (const [name, mutant] of Object.entries(race.mutants)) {
    for (const code of codesOf(mutant))
      if (!watched.includes(code)) problems.push(`mutant ${name} breaks ${code}, which nobody watches`);
    if (toys.every((one) => (mutant.unless?.(one) ?? mutant.notApplicable?.(one) ?? null) !== null)) {
      const ids = toys.map(({ id }) => id).join(' or ');
      problems.push(`mutant ${name} has nothing to bite on even on ${ids}`);
    }
    for (const reason of [mutant.unless?.(flat), mutant.notApplicable?.(flat)]) {
      if (typeof reason === 'string' && reason.length <= 20)
        problems.push(`mutant ${name}: "${reason}" is no reason`);
    }
  }
  return problems;
}

function none(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', problems.join('\n'), {
    hint: 'each line names the field; write it as its type says',
  });
}

/** Register the tests of a family's definitions. */
export function raceDefinitions({ runner, races, source, toy, flat }: RaceFamily): void {
  runner.describe('definitions', () => {
    for (const race of races) {
      runner.it(`${race.id} says where it comes from and what is at stake`, () =>
        none(wordingProblems(race, source)),
      );
      runner.it(`${race.id} has mutants that break something it watches`, () =>
        none(mutantProblems(race, toy, flat)),
      );
    }
    runner.it('the list is frozen, and its ids are unique', () => {
      const ids = races.map((race) => race.id);
      none(Object.isFrozen(races) ? [] : ['the list is not frozen']);
      none(new Set(ids).size === ids.length ? [] : ['an id stands twice']);
    });
  });
}
