import { resolve } from 'node:path';
import { defaultClientConditions, defineConfig } from 'vite';

/** Read from the sources, so that a build needs no other build but that of its data. */
const conditions = ['@racewalk/source', ...defaultClientConditions];

export default defineConfig({
  root: import.meta.dirname,
  // Works below any path, and the worker finds its files beside itself.
  base: './',
  resolve: { conditions },
  worker: { format: 'es' },
  build: {
    outDir: process.env.RACEWALK_PAGE ?? '../cli/page',
    emptyOutDir: true,
    rolldownOptions: {
      // The page, and the policy of code that is run.
      input: ['index.html', 'sandbox.html'].map((file) => resolve(import.meta.dirname, file)),
    },
    target: 'es2022',
    // A page with a strict policy has no inline code; assets are files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
  },
});
