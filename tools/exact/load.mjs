/**
 * The enumerator and the random programs live with the explorer's tests; this compiles them for plain Node, next to
 * the built explorer whose insides they look at.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const from = new URL('../../packages/explorer/test/brute/', import.meta.url);
const to = new URL('../dist/exact/', import.meta.url);

/** @param {URL} file */
const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Compile what has changed since the last time. */
export async function compile() {
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const target = (/** @type {string} */ name) => new URL(name.replace(/\.ts$/, '.js'), to);
  const stale = names.filter((name) => changed(new URL(name, from)) > changed(target(name)));
  if (stale.length === 0) return;
  const { default: ts } = await import('typescript');
  for (const name of stale) {
    mkdirSync(new URL('.', target(name)), { recursive: true });
    const { outputText } = ts.transpileModule(readFileSync(new URL(name, from), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const unfinished = new URL(`${name}.${process.pid}.tmp`, to);
    writeFileSync(unfinished, outputText.replaceAll('/../src/', '/../../packages/explorer/dist/'));
    renameSync(unfinished, target(name));
  }
}

/** @returns {Promise<typeof import('../../packages/explorer/test/brute/trial.js')>} */
export const loadTrial = () => import(new URL('trial.js', to).href);
/** @returns {Promise<typeof import('../../packages/explorer/test/brute/shorten.js')>} */
export const loadShorten = () => import(new URL('shorten.js', to).href);
/** @returns {Promise<typeof import('../../packages/explorer/test/brute/text.js')>} */
export const loadText = () => import(new URL('text.js', to).href);
