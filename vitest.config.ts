import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { DEEP, LONG } from './tools/vitest/tests.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const order = [...DEEP, ...LONG];

/** What takes longest first, so that nobody waits for one long file in the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = order.indexOf(relative(root, moduleId));
      return at < 0 ? order.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'tools'],
    reporters: ['default', './tools/vitest/tally-reporter.mjs'],
    // As many processes as processors; the default leaves one of them idle.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
});
