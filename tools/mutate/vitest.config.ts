/** The tests that a mutant has to pass, in one project, from the build; `dist-hook.mjs` exchanges files of the build. */
import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { BUILT, fromBuild } from '../../vitest.shared.js';
import { ASKED, OF_CLI, OF_TOOLS, SCOPE } from './scope.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const order = (process.env.RACEWALK_MUTANT_TESTS ?? '').split('\n');

/** In the order in which they were named. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => order.findIndex((file) => moduleId.endsWith(file));
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  root,
  plugins: [fromBuild],
  resolve: { conditions: [...defaultServerConditions] },
  ssr: {
    resolve: {
      conditions: [...defaultServerConditions],
      externalConditions: [...defaultServerConditions],
    },
  },
  test: {
    name: 'mutate',
    include: [
      ...[...SCOPE, ...ASKED].map((pkg) => `packages/${pkg}/test/**/*.test.ts`),
      ...OF_CLI,
      ...OF_TOOLS,
    ],
    setupFiles: ['../../vitest.setup.ts', './reach-setup.ts'].map((file) =>
      fileURLToPath(new URL(file, import.meta.url)),
    ),
    // No limit on the clock: a busy machine must not fail a test. Whoever starts this limits its processor time.
    testTimeout: 0,
    hookTimeout: 0,
    // What a file reaches must not depend on what others before it have built and kept.
    isolate: process.env.RACEWALK_REACH !== undefined,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    bail: 1,
    sequence: { sequencer: AsNamed },
    reporters: ['json'],
    server: { deps: { external: [BUILT] } },
  },
});
