/** Counterexamples as files beside a report: one for each, named by its token. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ConformanceReport, type ReportCell, reportFile } from '@racewalk/conformance/matrix';
import { json, parseTrace } from '@racewalk/trace';
import type { Context } from '../context.js';
import { cannotWrite, locate, readText, writeText } from '../input/files.js';

/** A file system takes names of 255 bytes; a token may be longer. */
const LONGEST = 200;

/** `rw1-….json`; of a long token the beginning, and a checksum of it all. */
export function traceFileName(token: string): string {
  const name = token.replace(/[^\w-]/g, '-');
  if (name.length <= LONGEST) return `${name}.json`;
  const sum = createHash('sha256').update(token).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST)}.${sum}.json`;
}

/** Where files of a report are looked for: beside it, or here if it is printed. */
const baseOf = (context: Context, report: string | undefined): string =>
  report === undefined ? context.io.cwd : path.dirname(locate(context, report));

/** Write a file for every counterexample; the cells that come back say which. Throws `RACEWALK_FILE`. */
export function writeTraces(
  context: Context,
  report: ConformanceReport,
  directory: string,
  output: string | undefined,
): ConformanceReport {
  const at = locate(context, directory);
  try {
    mkdirSync(at, { recursive: true });
  } catch (cause) {
    throw cannotWrite(directory, cause);
  }
  const from = baseOf(context, output);
  let files = 0;
  const cells = report.cells.map((cell): ReportCell => {
    const { trace, token } = cell;
    if (trace === undefined || token === undefined) return cell;
    const file = path.join(at, traceFileName(token));
    writeText(context, file, json(trace));
    files++;
    return { ...cell, traceFile: path.relative(from, file).split(path.sep).join('/') };
  });
  context.io.err(`${files} counterexamples written to ${directory}\n`);
  return { ...report, cells };
}

/** The report as JSON, an outcome and a variant of a race on each line: counterexamples stay outside. */
export function jsonReport(report: ConformanceReport): string {
  const { schema, outcomes, races, ...rest } = reportFile(report);
  const listed = (items: readonly string[]) => `[\n${items.join(',\n')}\n]`;
  const rows = races.map(({ variants, ...race }) => {
    const lines = Object.entries(variants).map(
      ([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`,
    );
    return `${JSON.stringify(race).slice(0, -1)},"variants":{\n${lines.join(',\n')}}}`;
  });
  const head = JSON.stringify({ schema, ...rest }).slice(0, -1);
  const table = listed(outcomes.map((outcome) => JSON.stringify(outcome)));
  return `${head},"outcomes":${table},"races":${listed(rows)}}\n`;
}

/**
 * The report read from `file`, for one that goes to `output`: with the counterexamples of cells that are not as expected,
 * where their files are found, and with names of files that are right there.
 */
export function withTraces(
  context: Context,
  report: ConformanceReport,
  file: string,
  output: string | undefined,
): ConformanceReport {
  const to = baseOf(context, output);
  const cells = report.cells.map((cell): ReportCell => {
    if (cell.traceFile === undefined) return cell;
    const at = path.resolve(baseOf(context, file), cell.traceFile);
    const named = { ...cell, traceFile: path.relative(to, at).split(path.sep).join('/') };
    return cell.asExpected || !existsSync(at)
      ? named
      : { ...named, trace: parseTrace(readText(context, at)) };
  });
  return { ...report, cells };
}
