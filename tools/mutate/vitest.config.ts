/** The tests that a mutant has to pass, in one project; one file of the sources is exchanged while it is loaded. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ASKED, LEFT_OUT, SCOPE } from './scope.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const conditions = ['@racewalk/source', ...defaultServerConditions];
const given = process.env.RACEWALK_MUTANT;
const mutant = given === undefined ? null : (JSON.parse(readFileSync(given, 'utf8')) as Given);

interface Given {
  readonly pkg: string;
  /** Absolute path. */
  readonly source: string;
  readonly text: string;
}

/** The package's own tests first: most mutants are caught there. */
class OwnFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      Number(mutant === null || !moduleId.includes(`/packages/${mutant.pkg}/`));
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      load: (id) => (mutant !== null && id.split('?')[0] === mutant.source ? mutant.text : null),
    },
  ],
  test: {
    name: 'mutate',
    include: [...SCOPE, ...ASKED].map((pkg) => `packages/${pkg}/test/**/*.test.ts`),
    exclude: process.env.RACEWALK_MUTANT_SLOW === undefined ? [...LEFT_OUT] : [],
    setupFiles: [fileURLToPath(new URL('../../vitest.setup.ts', import.meta.url))],
    testTimeout: 120_000,
    isolate: false,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    bail: 1,
    sequence: { sequencer: OwnFirst },
    reporters: ['json'],
  },
});
