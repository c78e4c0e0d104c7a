/**
 * What is registered, by name. An unknown name is an error that says which one was probably meant.
 */
import { globMatcher, variantsOf } from '@racewalk/conformance/matrix';
import { type ArchPlugin, nearest, RacewalkError } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';

/** Plug-ins and scenarios by id. */
export class Registry {
  constructor(
    /** In the order of registration. */
    readonly archs: readonly ArchPlugin[],
    /** In the order of registration. */
    readonly scenarios: readonly Scenario[],
  ) {}

  /** A plug-in by id; throws `RACEWALK_UNKNOWN_ARCH`. */
  arch(id: string): ArchPlugin {
    const known = this.archs.map((arch) => arch.id);
    return (
      this.archs.find((arch) => arch.id === id) ?? unknown('ARCH', 'architecture', id, known, 'list archs')
    );
  }

  /** A scenario by id; throws `RACEWALK_UNKNOWN_TEST`. */
  scenario(id: string): Scenario {
    const known = this.scenarios.map((scenario) => scenario.id);
    return this.scenarios.find((s) => s.id === id) ?? unknown('TEST', 'test', id, known, 'list tests');
  }

  /** The ids that match a pattern; throws `RACEWALK_UNKNOWN_TEST` if none does. */
  matching(pattern: string): string[] {
    const matches = globMatcher(pattern);
    const known = this.scenarios.map((scenario) => scenario.id);
    const found = known.filter(matches);
    if (found.length > 0) return found;
    return unknown('TEST', 'test', pattern, known, 'list tests');
  }

  /** Names of the variants of a test, `upstream` first. */
  variants(id: string): string[] {
    return variantsOf(this.scenario(id), this.archs).map((variant) => variant.name);
  }

  /**
   * The full name of a variant, given as `upstream`, `mutant:NAME` or `NAME`; throws
   * `RACEWALK_UNKNOWN_VARIANT` if none of the tests has it.
   */
  variant(name: string, tests: readonly string[]): string {
    const known = [...new Set(tests.flatMap((test) => this.variants(test)))];
    const full = name === 'upstream' || name.startsWith('mutant:') ? name : `mutant:${name}`;
    if (known.includes(full)) return full;
    const short = known.map((variant) => variant.replace(/^mutant:/, ''));
    return unknown('VARIANT', 'variant', name, name.startsWith('mutant:') ? known : short, 'list variants');
  }
}

function unknown(
  what: 'ARCH' | 'TEST' | 'VARIANT',
  noun: string,
  name: string,
  known: readonly string[],
  command: string,
): never {
  const near = nearest(name, known);
  throw new RacewalkError(`RACEWALK_UNKNOWN_${what}`, `unknown ${noun} ${JSON.stringify(name)}`, {
    expected: known.join(', '),
    hint:
      near === null ? `see: racewalk ${command}` : `did you mean ${near}? All of them: racewalk ${command}`,
  });
}
