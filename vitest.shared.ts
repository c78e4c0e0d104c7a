import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineProject } from 'vitest/config';

/** Tests read the sources (condition `@racewalk/source`), so they need no build. */
const conditions = ['@racewalk/source', ...defaultServerConditions];

const setup = fileURLToPath(new URL('./vitest.setup.ts', import.meta.url));

export const project = (name: string, include = ['test/**/*.test.ts']) =>
  defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: { name, include, testTimeout: 60_000, setupFiles: [setup] },
  });
