/** Reads and runs the tests in `tests/`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Memory, type Result, readTest, runTest } from '@racewalk/litmus';

/** Text of a test by name, without its ending. */
export const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`./tests/${name}.litmus`, import.meta.url)), 'utf8');

/** A text, run without virtual memory. */
export function run(text: string, memory: Memory = 'weak', most?: number): Result {
  const test = readTest(text, 'a.litmus', null);
  return runTest(test, { memory, ets2: true, hardware: null, ...(most === undefined ? {} : { most }) });
}
