/**
 * One cell of the matrix: a race test, on an architecture, in one variant.
 */
import type { ArchPlugin } from '@racewalk/core';
import type { Params, Scenario } from '@racewalk/machine';

/** What a cell must come to: `holds`, `violates:CODE` (several: `violates:CODE|CODE`) or `not-applicable`. */
export type Expected = 'holds' | 'not-applicable' | `violates:${string}`;

/** What a cell can come to. `bounded` is never spelled "passed". */
export const VERDICTS = [
  'holds',
  'violates',
  'bounded',
  'not-applicable',
  'nondeterministic',
  'error',
] as const;

/** What a cell came to. */
export type Verdict = (typeof VERDICTS)[number];

/** Names a cell; plain data, the same in every process that knows the test and the plug-in. */
export interface CellRef {
  /** Id of the scenario. */
  readonly test: string;
  /** Id of the plug-in. */
  readonly arch: string;
  /** `upstream`, `linux:RELEASE`, `holds:NAME` or `mutant:NAME`. */
  readonly variant: string;
  /** Parameters that the user fixed; absent: the sizes of the scenario. */
  readonly params?: Params | undefined;
}

/** What a variant must come to on an architecture, and what is known of it. */
export interface Expectation {
  readonly expected: Expected;
  /** Why it does not apply, or why a mutant holds here all the same. */
  readonly reason?: string;
  /** Of `upstream`: the releases of Linux that do the same. */
  readonly linux?: readonly string[];
  /** Of `linux:RELEASE`: where it stands in the kernel, `FILE: FUNCTION(), …`. */
  readonly kernel?: string;
  /** Of `linux:RELEASE`: what is known about it. */
  readonly known?: string;
}

/** A cell that is planned. */
export interface MatrixCell extends CellRef, Expectation {
  /** Where the question comes from. */
  readonly source: string;
  /** What a mutant changes; absent for upstream. */
  readonly what?: string;
  readonly scenario: Scenario;
  readonly plugin: ArchPlugin;
  /** The sizes this cell is run with, the default first. Where it is expected to hold it must with all of them. */
  readonly sizes: readonly Params[];
}

/** The reference of a cell without anything else, to be sent elsewhere. */
export function refOf({ test, arch, variant, params }: CellRef): CellRef {
  return { test, arch, variant, ...(params === undefined ? {} : { params }) };
}

/** Parameters in the order of their names: the same text for the same parameters. */
const paramsText = (params: Params = {}): string =>
  Object.entries(params)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}=${value}`)
    .join('');

/** What a cell is called; unique in a plan and in a report. */
export const keyOf = ({ test, variant, arch, params }: CellRef): string =>
  `${test} ${variant} ${arch}${paramsText(params)}`;

/** The invariants of which a cell must break one; empty where it must not. */
export function expectedCodes(expected: Expected): readonly string[] {
  return expected.startsWith('violates:') ? expected.slice('violates:'.length).split('|') : [];
}

/** Whether a verdict is the expected one. */
export function agrees(
  expected: Expected,
  { verdict, invariant }: { readonly verdict: Verdict; readonly invariant?: string | undefined },
): boolean {
  if (verdict === 'violates') return invariant !== undefined && expectedCodes(expected).includes(invariant);
  return expected === verdict;
}
