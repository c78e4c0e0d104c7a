/** Runs every rule over every file of the repository. */
import fs from 'node:fs';
import path from 'node:path';
import { isPublished, judgeImport } from './imports.mjs';
import { checkManifest } from './manifests.mjs';
import { isBlind } from './names.mjs';
import { parse } from './parse.mjs';
import { readWorkspace, sourceFiles } from './workspace.mjs';

/**
 * @typedef {object} Violation
 * @property {string} file relative to the root
 * @property {number} line 1-based
 * @property {string} what the import, or the thing that is wrong
 * @property {string} rule short stable name of the rule
 * @property {string} why the rule in words
 */

/** @typedef {import('./workspace.mjs').Package} Package */
/** @typedef {import('./workspace.mjs').Workspace} Workspace */

/** The longest a source file may grow, in lines. */
const MAX_LINES = 400;

/**
 * @param {Workspace} workspace
 * @param {Package} pkg
 * @param {string} file
 * @returns {Violation[]}
 */
function checkFile(workspace, pkg, file) {
  const { imports, consoleLines, archs, lineCount } = parse(
    file,
    fs.readFileSync(path.join(workspace.root, file), 'utf8'),
  );
  /** @type {Violation[]} */
  const found = imports.flatMap(({ specifier, line }) => {
    const bad = judgeImport(workspace, pkg, file, specifier);
    return bad ? [{ file, line, what: specifier, ...bad }] : [];
  });
  const isLibrary = pkg.room !== 'app' && pkg.room !== 'tools';
  if (isLibrary && isPublished(file, pkg)) {
    const why = 'a package never writes to the console; return the text';
    for (const line of consoleLines) found.push({ file, line, what: 'console', rule: 'console', why });
  }
  if (isBlind(pkg.room, file.slice(pkg.dir.length + 1))) {
    const why = 'suite, engine and races know no architecture by name: ask for a capability';
    for (const { name, line } of archs) found.push({ file, line, what: name, rule: 'blind', why });
  }
  if (lineCount > MAX_LINES) {
    const why = `a file has at most ${MAX_LINES} lines; split it by idea`;
    found.push({ file, line: lineCount, what: `${lineCount} lines`, rule: 'length', why });
  }
  return found;
}

/**
 * @param {string} root
 * @returns {{ files: number, packages: number, violations: Violation[] }}
 */
export function checkHouse(root) {
  const workspace = readWorkspace(root);
  let files = 0;
  const violations = workspace.packages.flatMap((pkg) => {
    const sources = sourceFiles(root, pkg.dir);
    files += sources.length;
    return [...checkManifest(workspace, pkg), ...sources.flatMap((file) => checkFile(workspace, pkg, file))];
  });
  return { files, packages: workspace.packages.length, violations };
}

/** @param {Violation} violation */
export function formatViolation({ file, line, what, rule, why }) {
  return `${file}:${line}  ${what}  [${rule}] ${why}`;
}
