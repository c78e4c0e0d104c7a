/** Runs every rule over every file of the repository. */
import fs from 'node:fs';
import path from 'node:path';
import { checkCircles, importEdges } from './circles.mjs';
import { checkDoubles } from './doubles.mjs';
import { checkFlags } from './flags.mjs';
import { checkHomes } from './homes.mjs';
import { isPublished, judgeImport } from './imports.mjs';
import { checkExceptions, checkManifest } from './manifests.mjs';
import { isBlind } from './names.mjs';
import { parse } from './parse.mjs';
import { checkQuotes } from './quotes.mjs';
import { checkScaffolding } from './scaffolding.mjs';
import { checkShelves } from './shelves.mjs';
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
/** @typedef {{ file: string, pkg: Package } & import('./parse.mjs').Parsed} SourceUnit */

/** The longest a source file may grow, in lines. */
const MAX_LINES = 400;

/** The longest core may grow, in lines of its `src`: somebody who ports an architecture reads all of it. */
const MAX_CORE_LINES = 6000;

/**
 * @param {Workspace} workspace
 * @param {SourceUnit} unit
 * @returns {Violation[]}
 */
function checkFile(workspace, { pkg, file, imports, consoleLines, archs, lineCount }) {
  /** @type {Violation[]} */
  const found = imports.flatMap((wanted) => {
    const bad = judgeImport(workspace, pkg, file, wanted);
    return bad ? [{ file, line: wanted.line, what: wanted.specifier, ...bad }] : [];
  });
  const isLibrary = pkg.room !== 'app' && pkg.room !== 'tools';
  if (isLibrary && isPublished(file, pkg)) {
    const why = 'a package never writes to the console; return the text';
    for (const line of consoleLines) found.push({ file, line, what: 'console', rule: 'console', why });
  }
  if (isBlind(pkg.room, file.slice(pkg.dir.length + 1))) {
    const why = 'only arch-* and apps know an architecture by name: ask for a capability';
    for (const { name, line } of archs) found.push({ file, line, what: name, rule: 'blind', why });
  }
  if (lineCount > MAX_LINES) {
    const why = `a file has at most ${MAX_LINES} lines; split it by idea`;
    found.push({ file, line: lineCount, what: `${lineCount} lines`, rule: 'length', why });
  }
  return found;
}

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
function checkCoreSize(units) {
  const core = units.filter(({ pkg, file }) => pkg.room === 'core' && file.startsWith(`${pkg.dir}/src/`));
  const lines = core.reduce((sum, { lineCount }) => sum + lineCount, 0);
  if (lines <= MAX_CORE_LINES) return [];
  const why = `core has at most ${MAX_CORE_LINES} lines; what executes belongs to machine, what is Linux to mm`;
  return [{ file: 'packages/core/src', line: 1, what: `${lines} lines`, rule: 'core-size', why }];
}

/** Whether a file has the code of protocols. @param {SourceUnit} unit */
const isProtocol = ({ pkg, file }) =>
  ['mm', 'feature', 'catalogue'].includes(pkg.room ?? '') && file.startsWith(`${pkg.dir}/src/`);

/**
 * @param {string} root
 * @returns {{ files: number, packages: number, violations: Violation[] }}
 */
export function checkHouse(root) {
  const workspace = readWorkspace(root);
  /** @type {SourceUnit[]} */
  const units = workspace.packages.flatMap((pkg) =>
    sourceFiles(root, pkg.dir).map((file) => ({
      file,
      pkg,
      ...parse(file, fs.readFileSync(path.join(root, file), 'utf8')),
    })),
  );
  const edges = importEdges(workspace, units);
  const violations = [
    ...workspace.packages.flatMap((pkg) => [
      ...checkManifest(workspace, pkg),
      ...units.filter((unit) => unit.pkg === pkg).flatMap((unit) => checkFile(workspace, unit)),
      ...checkShelves(
        pkg,
        units.filter((unit) => unit.pkg === pkg).map(({ file }) => file),
        edges,
      ),
    ]),
    ...checkExceptions(workspace, edges),
    ...checkCircles(edges),
    ...checkCoreSize(units),
    ...checkDoubles(units),
    ...checkHomes(units),
    ...checkScaffolding(units),
    ...checkFlags(units.filter(isProtocol)),
    ...checkQuotes(root, units),
  ];
  return { files: units.length, packages: workspace.packages.length, violations };
}

/** @param {Violation} violation */
export function formatViolation({ file, line, what, rule, why }) {
  return `${file}:${line}  ${what}  [${rule}] ${why}`;
}
