/**
 * `racewalk.conformance/1`: the report other tools read. Fields are only ever added.
 */
import type { Trace } from '@racewalk/trace';
import type { Expected, Verdict } from '../plan/cell.js';

/** The `schema` field of every report of this version. */
export const REPORT_SCHEMA = 'racewalk.conformance/1';

/** One architecture of a report. */
export interface ReportArch {
  readonly id: string;
  readonly title: string;
  readonly capabilities: readonly string[];
  /** Memory model of the plug-in. */
  readonly memory: string;
  /** What the plug-in does not model, in its own words. */
  readonly omits: readonly string[];
  /** What it does not model according to its parts, whatever it says itself. */
  readonly notModelled?: readonly string[];
}

/** One cell of a report. */
export interface ReportCell {
  readonly test: string;
  readonly arch: string;
  /** `upstream` or `mutant:NAME`. */
  readonly variant: string;
  readonly source: string;
  readonly expected: Expected;
  readonly verdict: Verdict;
  /** The invariant that broke. */
  readonly invariant?: string;
  /** Why it does not apply, why a mutant breaks or holds, or what went wrong. */
  readonly reason?: string;
  readonly asExpected: boolean;
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly states?: number;
  readonly ms: number;
  /** The limit that ended the search; only with the verdict `bounded`. */
  readonly bound?: string;
  /** Replays the counterexample. */
  readonly token?: string;
  /** The counterexample. */
  readonly trace?: Trace;
}

/**
 * The totals. Every cell counts in exactly one of `asExpected`, `unexpected`, `notApplicable` and
 * `bounded`.
 */
export interface ReportSummary {
  readonly cells: number;
  /** Cells that were run and came to what was expected. */
  readonly asExpected: number;
  readonly unexpected: number;
  readonly notApplicable: number;
  readonly bounded: number;
  readonly executions: number;
  readonly steps: number;
  /** Wall-clock milliseconds; the sum over the parts of a merged report. */
  readonly ms: number;
}

/** Which parts of a run a report has, if the run was made in parts. */
export interface ReportShards {
  /** Names the whole run: parts with different names do not belong together. */
  readonly run: string;
  /** Number of parts. */
  readonly count: number;
  /** Numbers of the parts that are in the report, from 1, in order. */
  readonly parts: readonly number[];
}

/** A report. */
export interface ConformanceReport {
  readonly schema: typeof REPORT_SCHEMA;
  readonly archs: readonly ReportArch[];
  readonly cells: readonly ReportCell[];
  readonly summary: ReportSummary;
  /** What no plug-in models. */
  readonly notModelled?: readonly string[];
  /**
   * Present if the suite itself is at fault, for instance a mutant that nobody is expected to catch, or a
   * plug-in: a claim that is not so, an `omits` that cannot be true.
   */
  readonly problems?: readonly string[];
  /** Present and true if the run was interrupted. */
  readonly interrupted?: boolean;
  /** Of a run with `--shard`, or a sum of such. */
  readonly shards?: ReportShards;
  /** Version of Racewalk. */
  readonly version: string;
  /** Version of Node. */
  readonly node: string;
  readonly host: { readonly cpus: number };
}
