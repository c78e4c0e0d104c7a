/** The reference models live with the explorer's tests; this compiles them for plain Node. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const from = new URL('../../packages/explorer/test/models/', import.meta.url);
const to = new URL('../dist/bench-models/', import.meta.url);

/** @param {string} name */
async function load(name) {
  const source = readFileSync(new URL(`${name}.ts`, from), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  mkdirSync(to, { recursive: true });
  const file = new URL(`${name}.mjs`, to);
  writeFileSync(file, outputText);
  return import(file.href);
}

/** @typedef {import('@racewalk/core/step').Program} Program */

/** @type {{ teardown: (n: number, w: number) => Program }} */
export const { teardown } = await load('teardown');
/** @type {{ flags: (k: number) => Program }} */
export const { flags } = await load('flags');
