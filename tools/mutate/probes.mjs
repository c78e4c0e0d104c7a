/**
 * Which mutants a test reaches: the text of a mutant is left as it is, and a mark is set where it is evaluated. What never
 * evaluates a mutant cannot notice it.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/**
 * What `dist-hook.mjs` reads.
 *
 * @typedef {object} Given
 * @property {Readonly<Record<string, string>>} scripts by URL of the built file
 * @property {number} [probes] how many marks there are
 * @property {string} [reached] file to which the tests append what they reached
 */

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

/**
 * What the build makes of a text.
 *
 * @param {string} root
 * @param {string} file of the sources, from the root
 * @param {string} text
 * @returns {{ url: string, script: string, errors: number }}
 */
export function compiled(root, file, text) {
  const source = path.join(root, file);
  const { outputText, diagnostics } = ts.transpileModule(text, {
    compilerOptions,
    fileName: source,
    reportDiagnostics: true,
  });
  const url = pathToFileURL(source.replace('/src/', '/dist/').replace(/\.ts$/, '.js')).href;
  return { url, script: outputText, errors: diagnostics?.length ?? 0 };
}

/** @param {string} text @param {Mutant} mutant @param {number} at @returns {[string, string] | null} */
function around(text, { start, end, original, mutator }, at) {
  const mark = `globalThis.racewalkProbes[${at}] = 1`;
  if (mutator === 'BlockStatement') return original.startsWith('{') ? [`{${mark};`, '}'] : null;
  if (/^(case|default)\b/.test(original)) return null;
  // Parentheses would end a chain that goes on behind them.
  if (original.includes('?.') && /^\s*[.([!?]/.test(text.slice(end, end + 40))) return null;
  return start < end ? [`(${mark},`, ')'] : null;
}

/**
 * @param {string} text
 * @param {readonly { mutant: Mutant, at: number }[]} mutants of this file
 * @returns {{ text: string, unprobed: number[] }} the text with a mark for each; those that can have none
 */
export function probed(text, mutants) {
  const unprobed = [];
  /** @type {{ at: number, order: number, insert: string }[]} */
  const edits = [];
  for (const [nth, { mutant, at }] of mutants.entries()) {
    const marks = around(text, mutant, at);
    if (marks === null) {
      unprobed.push(at);
      continue;
    }
    const { start, end } = mutant;
    const length = end - start;
    if (mutant.mutator === 'BlockStatement') {
      edits.push({ at: start + 1, order: 0, insert: marks[0].slice(1) });
      continue;
    }
    // Of marks at one place, what is closed comes first, inner before outer; then what is opened, outer before inner.
    edits.push({ at: start, order: 1e6 - length - nth / 1000 + 1e6, insert: marks[0] });
    edits.push({ at: end, order: length + nth / 1000 - 1e6, insert: marks[1] });
  }
  edits.sort((a, b) => a.at - b.at || a.order - b.order);
  let result = '';
  let done = 0;
  for (const { at, insert } of edits) {
    result += text.slice(done, at) + insert;
    done = at;
  }
  return { text: result + text.slice(done), unprobed };
}

/**
 * Files with a mark for each mutant, as numbered by their place in the list.
 *
 * @param {string} root
 * @param {readonly Mutant[]} mutants
 * @param {(file: string) => string} read
 * @returns {{ scripts: Record<string, string>, unprobed: Set<number> }}
 */
export function probedScripts(root, mutants, read) {
  /** @type {Record<string, string>} */
  const scripts = {};
  /** @type {Set<number>} */
  const unprobed = new Set();
  const numbered = mutants.map((mutant, at) => ({ mutant, at }));
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    const own = numbered.filter(({ mutant }) => mutant.file === file);
    const { text, unprobed: without } = probed(read(file), own);
    const { url, script, errors } = compiled(root, file, text);
    if (errors > 0) for (const { at } of own) unprobed.add(at);
    else scripts[url] = script;
    for (const at of without) unprobed.add(at);
  }
  return { scripts, unprobed };
}
