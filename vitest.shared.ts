import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions, type Plugin } from 'vite';
import { defineProject } from 'vitest/config';
import { DEEP, part } from './tools/vitest/tests.js';

/**
 * In `npm test` and `npm run test:deep`, tests load what `npm run build` compiled, which Node runs as it is: on the hot
 * path of a search, sources that a test runner has transformed are five times slower. Otherwise, as in
 * `npx vitest --project core`, tests read the sources (condition `@racewalk/source`) and need no build.
 */
const asked = part();
const built = asked !== undefined;
const conditions = [...(built ? [] : ['@racewalk/source']), ...defaultServerConditions];

const root = fileURLToPath(new URL('.', import.meta.url));
const setup = resolve(root, 'vitest.setup.ts');
const SOURCE = /^(.*\/(?:packages|apps)\/[^/]+)\/src\/(.*)\.(?:js|ts)$/;

/** Files that the build has made. */
export const BUILT = /\/(?:packages|apps)\/[^/]+\/dist\/.*\.js$/;

/** A test that imports `../src/x.js` gets the `dist/x.js` that all others get: there is one copy of each module. */
export const fromBuild: Plugin = {
  name: 'racewalk-built',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!id.startsWith('.') || importer === undefined) return null;
    const [, pkg, file] = SOURCE.exec(resolve(dirname(importer), id)) ?? [];
    const compiled = `${pkg}/dist/${file}.js`;
    return pkg !== undefined && existsSync(compiled) ? compiled : null;
  },
};

/** Where the packages are that are not at `packages/NAME`. */
const PLACES: Readonly<Record<string, string>> = { cli: 'apps/cli', page: 'apps/explorer', tools: 'tools' };

/** The test files of a package, and which of them the part asked for leaves out. */
function files(name: string, include: string[]): { include: string[]; exclude: string[] } {
  const dir = `${PLACES[name] ?? `packages/${name}`}/`;
  const deep = DEEP.filter((file) => file.startsWith(dir)).map((file) => file.slice(dir.length));
  if (asked === 'deep') return { include: deep, exclude: [] };
  return { include, exclude: asked === 'quick' ? deep : [] };
}

export const project = (name: string, include = ['test/**/*.test.ts']) =>
  defineProject({
    plugins: built ? [fromBuild] : [],
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      name,
      ...files(name, include),
      // Ends what hangs, whatever the machine does beside it; the deep tests start many commands each.
      testTimeout: asked === 'quick' ? 60_000 : 300_000,
      // One process for many files: what a build has loaded stays loaded. Long tests start processes of their own anyway.
      isolate: asked !== 'quick',
      setupFiles: [setup],
      server: { deps: built ? { external: [BUILT] } : {} },
    },
  });
