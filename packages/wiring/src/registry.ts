/**
 * What is registered, by name. An unknown name is an error that says which one was probably meant.
 */
import { globMatcher, variantsOf } from '@racewalk/conformance/matrix';
import { type ArchPlugin, nearest, RacewalkError } from '@racewalk/core';
import { linuxReleases, type Scenario } from '@racewalk/machine';

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

  /** Releases of Linux of which a test says what they do, the newest first. */
  releases(id: string): string[] {
    return linuxReleases(this.scenario(id), this.archs).sort(newestFirst);
  }

  /**
   * The full name of a variant, given as `upstream`, `linux:RELEASE`, `linux` (the newest), `mutant:NAME`,
   * `holds:NAME`, or the `NAME` of one of the last two; throws `RACEWALK_UNKNOWN_VARIANT` if none of the tests has it.
   */
  variant(name: string, tests: readonly string[]): string {
    const releases = [...new Set(tests.flatMap((test) => this.releases(test)))].sort(newestFirst);
    const mutants = new Set(
      tests.flatMap((test) => this.variants(test)).filter((v) => /^(mutant|holds):/.test(v)),
    );
    const known = ['upstream', ...releases.map((release) => `linux:${release}`), ...mutants];
    if (name === 'linux' && releases[0] !== undefined) return `linux:${releases[0]}`;
    const whole = /^(upstream$|linux:|mutant:|holds:)/.test(name);
    const full = (whole ? [name] : [`mutant:${name}`, `holds:${name}`]).find((one) => known.includes(one));
    if (full !== undefined) return full;
    const short = known.map((variant) => variant.replace(/^(mutant|holds):/, ''));
    return unknown('VARIANT', 'variant', name, name.startsWith('mutant:') ? known : short, 'list variants');
  }
}

/** `7.0-rc3` before `6.12`, and a release before a series on top of it. */
function newestFirst(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(/[.\-+]/).map(Number);
  const [majorB = 0, minorB = 0] = b.split(/[.\-+]/).map(Number);
  return majorB - majorA || minorB - minorA || a.length - b.length;
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
