/** Races named by their entry in the catalogue: `racewalk explain A4`. */
import { entryOf } from '@racewalk/catalogue';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';

/** A race test and a variant of it. */
export interface NamedRace {
  readonly test: string;
  readonly variant: string;
}

/**
 * The race and the broken variant that an entry means on an architecture: the nearest that breaks there, or the nearest
 * of all. Null if `name` is no entry; throws `RACEWALK_USAGE` if nothing decides the entry.
 */
export function raceOfEntry(context: Context, name: string, arch: string): NamedRace | null {
  const entry = entryOf(name);
  if (entry === null) return null;
  const races = entry.decidedBy.flatMap(({ test, broken }) =>
    broken.map((mutant) => ({ test, variant: `mutant:${mutant}` })),
  );
  const [first] = races;
  if (first === undefined) {
    const why = entry.open?.lacks === 'machine' ? 'not expressible on this machine' : 'not written';
    throw usageError(
      `${entry.id} ${entry.name} is ${why}: needs ${entry.open?.needs ?? 'a race'}`,
      'see docs/catalogue.md',
    );
  }
  const { suite } = context.bench;
  const bites = races.find(({ test, variant }) =>
    suite
      .plan({ test, archs: [arch], variant })
      .cells.some(({ expected }) => expected.startsWith('violates')),
  );
  const { test, variant } = bites ?? first;
  context.io.err(`${entry.id} ${entry.name}: ${entry.title}; ${entry.source}\n${test} ${variant}\n`);
  return { test, variant };
}
