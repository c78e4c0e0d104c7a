/** The reference models live with the explorer's tests; this compiles them for plain Node. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const from = new URL('../../packages/explorer/test/models/', import.meta.url);
const to = new URL('../dist/bench-models/', import.meta.url);

async function load(name) {
  const source = readFileSync(new URL(`${name}.ts`, from), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: 'ES2022', module: 'ESNext', verbatimModuleSyntax: true },
  });
  mkdirSync(to, { recursive: true });
  const file = new URL(`${name}.mjs`, to);
  writeFileSync(file, outputText);
  return import(file.href);
}

export const { teardown } = await load('teardown');
export const { flags } = await load('flags');
