/** Before each test file, if what it reaches is asked for: says which mutants it evaluated. */
import { appendFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
import { takeReached } from './reached.mjs';

const file = process.env.RACEWALK_REACH;
if (file !== undefined) {
  const began = performance.now();
  afterAll(() => {
    const ms = Math.round(performance.now() - began);
    appendFileSync(
      file,
      `${JSON.stringify({ test: expect.getState().testPath, ms, reached: takeReached() })}\n`,
    );
  });
}
