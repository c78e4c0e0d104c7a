/** Before each test file, if what it reaches is asked for: says which mutants it evaluated. */
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect } from 'vitest';
import { takeReached } from './reached.mjs';

const file = process.env.RACEWALK_REACH;
if (file !== undefined) {
  let began = process.cpuUsage();
  // What is loaded once for all files is not what this file takes.
  beforeAll(() => {
    began = process.cpuUsage();
  });
  afterAll(() => {
    // One file at a time: what the process takes is what this file takes.
    const ms = Math.round(process.cpuUsage(began).user / 1000);
    appendFileSync(
      file,
      `${JSON.stringify({ test: expect.getState().testPath, ms, reached: takeReached() })}\n`,
    );
  });
}
