/** The forms a report can have. */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { deliver, type Reader } from '../input/files.js';
import { oneOf } from '../input/options.js';
import { junit } from './junit.js';
import { markdownReport } from './markdown-report.js';
import { type PrettyOptions, pretty } from './pretty.js';

/** Names of reporters. */
export const REPORTERS = ['pretty', 'json', 'junit', 'markdown'] as const;
export type Reporter = (typeof REPORTERS)[number];

/** Parses the value of `--reporter`. */
export const reporter = oneOf('reporter', REPORTERS);

/** Where and how a report goes out. */
export interface EmitOptions extends PrettyOptions {
  readonly reporter: Reporter;
  readonly output?: string;
}

function render(report: ConformanceReport, context: Context, options: EmitOptions): string {
  switch (options.reporter) {
    case 'pretty':
      return pretty(report, context, options);
    case 'json':
      return `${JSON.stringify(report, null, 1)}\n`;
    case 'junit':
      return junit(report);
    case 'markdown':
      return markdownReport(report);
  }
}

const readerOf = (name: Reporter): Reader => (name === 'pretty' ? 'people' : 'programs');

/** Print a report; if it goes to a file, the matrix is printed as well. */
export function emit(context: Context, report: ConformanceReport, options: EmitOptions): void {
  if (options.output === undefined) {
    deliver(context, render(report, context, options), undefined, readerOf(options.reporter));
    return;
  }
  const plain: Context = { ...context, colors: context.plain, print: { ...context.print, color: false } };
  // What cannot be written must not take what is known with it.
  context.io.out(pretty(report, context, options));
  deliver(context, render(report, plain, options), options.output, readerOf(options.reporter));
}
