/**
 * Reads a report file, trusting nothing in it.
 */
import { RacewalkError } from '@racewalk/core';
import { type ConformanceReport, REPORT_SCHEMA } from './schema.js';

type Fields = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'array' | 'object'>>;

const REPORT: Fields = {
  archs: 'array',
  cells: 'array',
  summary: 'object',
  version: 'string',
  node: 'string',
  host: 'object',
};
const ARCH: Fields = {
  id: 'string',
  title: 'string',
  capabilities: 'array',
  memory: 'string',
  omits: 'array',
};
const CELL: Fields = {
  test: 'string',
  arch: 'string',
  variant: 'string',
  source: 'string',
  expected: 'string',
  verdict: 'string',
  asExpected: 'boolean',
  executions: 'number',
  blocked: 'number',
  steps: 'number',
  ms: 'number',
};
const SUMMARY: Fields = {
  cells: 'number',
  asExpected: 'number',
  unexpected: 'number',
  notApplicable: 'number',
  bounded: 'number',
  executions: 'number',
  steps: 'number',
  ms: 'number',
};

const VERDICTS = ['holds', 'violates', 'bounded', 'not-applicable', 'nondeterministic', 'error'];

function bad(message: string, expected: string): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_REPORT', `not a conformance report: ${message}`, {
    expected,
    hint: 'make one with: racewalk conformance --reporter json --output FILE',
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;

/** Fields that files of earlier versions do not have. */
function checkList(value: unknown, at: string): void {
  if (value === undefined) return;
  const fits = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!fits) throw bad(`${at} is ${kindOf(value)}`, `${at}: a list of strings`);
}

function checkFields(value: unknown, fields: Fields, at: string): void {
  if (!isObject(value)) throw bad(`${at || 'the file'} is ${kindOf(value)}`, 'an object');
  for (const [name, kind] of Object.entries(fields)) {
    const found = value[name];
    const place = at === '' ? name : `${at}.${name}`;
    if (kindOf(found) !== kind) throw bad(`${place} is ${kindOf(found)}`, `${place}: ${kind}`);
    if (kind === 'number' && !(Number.isFinite(found) && (found as number) >= 0)) {
      throw bad(`${place} is ${String(found)}`, `${place}: a number >= 0`);
    }
  }
}

/** Parts that a run may have; a larger number is a mistake, or mischief. */
const MOST_SHARDS = 100_000;

function checkShards(value: unknown): void {
  checkFields(value, { run: 'string', count: 'number', parts: 'array' }, 'shards');
  const { count, parts } = value as { count: number; parts: unknown[] };
  const whole = (n: unknown, most: number) =>
    Number.isInteger(n) && (n as number) >= 1 && (n as number) <= most;
  if (!whole(count, MOST_SHARDS)) throw bad(`shards.count is ${count}`, `a number from 1 to ${MOST_SHARDS}`);
  if (!parts.every((part) => whole(part, count))) {
    throw bad('shards.parts has something else than parts', `numbers from 1 to ${count}`);
  }
}

/** Check a report; `input` is JSON text. Throws `RACEWALK_BAD_REPORT`. */
export function parseReport(input: string): ConformanceReport {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error), 'JSON');
  }
  if (!isObject(value) || value.schema !== REPORT_SCHEMA) {
    throw bad(`its schema is ${JSON.stringify(isObject(value) ? value.schema : undefined)}`, REPORT_SCHEMA);
  }
  checkFields(value, REPORT, '');
  checkList(value.notModelled, 'notModelled');
  (value.archs as unknown[]).forEach((arch, i) => {
    checkFields(arch, ARCH, `archs[${i}]`);
    checkList((arch as { notModelled?: unknown }).notModelled, `archs[${i}].notModelled`);
  });
  (value.cells as unknown[]).forEach((cell, i) => {
    checkFields(cell, CELL, `cells[${i}]`);
    const { verdict, expected } = cell as { verdict: string; expected: string };
    if (!VERDICTS.includes(verdict)) throw bad(`cells[${i}].verdict is ${verdict}`, VERDICTS.join(', '));
    if (!/^(holds|not-applicable|violates:\w+)$/.test(expected)) {
      throw bad(`cells[${i}].expected is ${expected}`, 'holds, violates:CODE or not-applicable');
    }
  });
  checkFields(value.summary, SUMMARY, 'summary');
  if (value.shards !== undefined) checkShards(value.shards);
  return value as unknown as ConformanceReport;
}
