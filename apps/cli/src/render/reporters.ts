/** The forms a report can have. */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { appendText, deliver, type Reader } from '../input/files.js';
import { oneOf } from '../input/options.js';
import { annotations, jobSummary } from './github.js';
import { junit } from './junit.js';
import { markdownReport } from './markdown-report.js';
import { type PrettyOptions, pretty } from './pretty.js';
import { jsonReport, writeTraces } from './trace-files.js';

/** Names of reporters. */
export const REPORTERS = ['pretty', 'json', 'junit', 'markdown', 'github'] as const;
export type Reporter = (typeof REPORTERS)[number];

/** What `--reporter` takes. */
export const REPORTERS_TEXT = 'pretty, json, junit, markdown or github';

/** Parses the value of `--reporter`. */
export const reporter = oneOf('reporter', REPORTERS);

/** Where and how a report goes out. */
export interface EmitOptions extends PrettyOptions {
  readonly reporter: Reporter;
  readonly output?: string;
  /** Directory for the counterexamples, each a file. */
  readonly traces?: string;
}

function render(report: ConformanceReport, context: Context, options: EmitOptions): string {
  switch (options.reporter) {
    case 'pretty':
      return pretty(report, context, options);
    case 'json':
      return jsonReport(report);
    case 'junit':
      return junit(report);
    case 'markdown':
      return markdownReport(report);
    case 'github':
      return jobSummary(report, context);
  }
}

const readerOf = (name: Reporter): Reader => (name === 'pretty' ? 'people' : 'programs');

/** Print annotations, and add the summary where GitHub reads it. */
function toGithub(context: Context, report: ConformanceReport): void {
  context.raw(annotations(report));
  const file = context.io.env.GITHUB_STEP_SUMMARY;
  if (file !== undefined && file !== '') appendText(context, file, jobSummary(report, context));
}

/** Print a report; if it goes to a file, the matrix is printed as well. */
export function emit(context: Context, given: ConformanceReport, options: EmitOptions): void {
  const { output, traces, reporter: name } = options;
  if (output === undefined && name !== 'github') {
    const report = traces === undefined ? given : writeTraces(context, given, traces, output);
    deliver(context, render(report, context, options), undefined, readerOf(name));
    return;
  }
  // What cannot be written must not take what is known with it.
  context.io.out(pretty(given, context, options));
  const report = traces === undefined ? given : writeTraces(context, given, traces, output);
  if (name === 'github') toGithub(context, report);
  if (output === undefined) return;
  const plain: Context = { ...context, colors: context.plain, print: { ...context.print, color: false } };
  deliver(context, render(report, plain, options), output, readerOf(name));
}
