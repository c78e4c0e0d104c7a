/**
 * The reference models live with the explorer's tests; this compiles them for plain Node, once, so that a
 * process that measures a cold start does not load the compiler.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const from = new URL('../../packages/explorer/test/models/', import.meta.url);
const to = new URL('../dist/bench-models/', import.meta.url);

/** @param {URL} file */
const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @param {string} name @returns {Promise<string>} the compiled module */
async function compile(name) {
  const source = new URL(`${name}.ts`, from);
  const file = new URL(`${name}.js`, to);
  if (changed(source) > changed(file)) {
    const { default: ts } = await import('typescript');
    const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    mkdirSync(to, { recursive: true });
    const unfinished = new URL(`${name}.${process.pid}.tmp`, to);
    writeFileSync(unfinished, outputText);
    renameSync(unfinished, file);
  }
  return file.href;
}

/** @param {string} name */
async function load(name) {
  const source = new URL(`${name}.ts`, from);
  // A model imports what models share.
  for (const [, part] of readFileSync(source, 'utf8').matchAll(/from '\.\/(.*)\.js'/g))
    await compile(String(part));
  return import(await compile(name));
}

/** @typedef {import('@racewalk/core/step').Program} Program */

/** @type {{ teardown: (n: number, w: number, options?: { symmetric?: boolean }) => Program }} */
export const { teardown } = await load('teardown');
/** @type {{ teardownOnce: (n: number, w: number) => Program }} */
export const { teardownOnce } = await load('teardown-once');
/** @type {{ flags: (k: number) => Program }} */
export const { flags } = await load('flags');
