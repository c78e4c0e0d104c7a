/** `racewalk merge`: adds up the reports of shards. */
import {
  type ConformanceReport,
  exitCodeOf,
  mergeReports,
  missingShards,
  rejudged,
} from '@racewalk/conformance/matrix';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { readText } from '../input/files.js';
import { type EmitOptions, emit, REPORTERS_TEXT, reporter } from '../render/reporters.js';
import { withTraces } from '../render/trace-files.js';

export function mergeCommand(program: Command, context: Context): void {
  program
    .command('merge')
    .summary('add up the JSON reports of shards')
    .description('Adds up JSON reports, each made with its own --shard i/n, and reports the sum.')
    .argument('<files...>', 'JSON reports')
    .option('--reporter <name>', REPORTERS_TEXT, reporter, 'pretty')
    .option('--output <file>', 'write the report to a file; the matrix is printed all the same')
    .option('--verbose', 'every variant of every race, with its executions')
    .option('--all', 'also say why cells do not apply, and what is not modelled')
    .action(async (files: string[], options: EmitOptions) => {
      // Loaded only here: the other commands start without it.
      const { parseReport } = await import('@racewalk/conformance/schema');
      const reports = files.map((file) =>
        withTraces(context, rejudged(parseReport(readText(context, file))), file, options.output),
      );
      const report = reports.reduce(mergeReports);
      emit(context, report, options);
      const missing = missingShards(report);
      if (missing.length > 0) {
        const { count = 0 } = report.shards ?? {};
        context.io.err(
          `not the whole run: missing --shard ${missing.map((i) => `${i}/${count}`).join(' ')}\n`,
        );
      }
      context.status.exit = exitOf(report, missing.length > 0);
    });
}

/** What is not whole is not as expected, however well the rest went. */
function exitOf(report: ConformanceReport, incomplete: boolean): number {
  if (report.interrupted) return EXIT.INTERRUPTED;
  return incomplete ? EXIT.UNEXPECTED : exitCodeOf(report);
}
