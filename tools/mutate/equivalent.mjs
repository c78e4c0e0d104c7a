/**
 * Mutants that change nothing anybody can observe: `equivalent.json`, each with its reason. An entry that fits no
 * mutant any more is an error, and so is one without a reason.
 */
import fs from 'node:fs';
import { lineAt } from './mutants.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {{ file: string, line: string, original: string, replacement: string, reason: string }} Equivalent */

/** @returns {Equivalent[]} */
export function readEquivalent() {
  return JSON.parse(fs.readFileSync(new URL('./equivalent.json', import.meta.url), 'utf8'));
}

/**
 * @param {readonly Equivalent[]} entries
 * @param {readonly Mutant[]} mutants of the files that the entries name
 * @param {(file: string) => string} read
 * @returns {{ keys: Set<string>, problems: string[] }} keys of mutants that are listed; what is wrong with the list
 */
export function matchEquivalent(entries, mutants, read) {
  /** @type {Set<string>} */
  const keys = new Set();
  const problems = [];
  for (const entry of entries) {
    const found = mutants.filter(
      (m) =>
        m.file === entry.file &&
        m.original === entry.original &&
        m.replacement === entry.replacement &&
        lineAt(read(m.file), m.start) === entry.line,
    );
    for (const { key } of found) keys.add(key);
    if (found.length === 0)
      problems.push(`${entry.file}: no mutant \`${entry.replacement}\` in \`${entry.line}\` any more`);
    if (entry.reason.trim().length < 20) problems.push(`${entry.file}: \`${entry.line}\` has no reason`);
  }
  return { keys, problems };
}
