/**
 * Mutants of the sources: what StrykerJS's instrumenter finds, each as one edit of one file.
 *
 * Texts are left alone (mutator `StringLiteral`): titles, reasons and messages are for people, and a name that is
 * looked up is found missing by the type checker.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { SCOPE } from './scope.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name file, line of text, edit, and which of several that are alike: stays when other lines change
 * @property {string} key of the edit and everything around it: another text of the file gives another key
 * @property {string} pkg the package's folder
 * @property {string} file from the root
 * @property {number} start offset in the file
 * @property {number} end
 * @property {number} line from 1
 * @property {string} mutator Stryker's name for the kind
 * @property {string} original what stood there
 * @property {string} replacement what stands there instead
 */

/** Those whose replacement is an expression that may bind less tightly than the place demands. */
const WRAPPED = new Set([
  'ArithmeticOperator',
  'BooleanLiteral',
  'ConditionalExpression',
  'EqualityOperator',
  'LogicalOperator',
  'UnaryOperator',
]);

const quiet = () => undefined;
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
};

/** @param {string} file from the root @returns {string} the package's folder */
export const packageOf = (file) => file.split('/')[1] ?? '';

/** @param {string} text @returns {number[]} where each line starts */
function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line of text around an offset, without what it is indented by. @param {string} text @param {number} at */
export function lineAt(text, at) {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end === -1 ? undefined : end).trim();
}

/** @param {string} dir @returns {string[]} */
function filesUnder(dir) {
  const entries = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Every mutant of the files given.
 *
 * @param {string} root of the repository
 * @param {readonly string[]} files from the root
 * @returns {Promise<Mutant[]>} by file and place
 */
export async function mutantsOf(root, files) {
  const texts = new Map(files.map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]));
  const { mutants } = await new Instrumenter(logger).instrument(
    [...texts].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, ignorers: [], excludedMutations: ['StringLiteral'] },
  );
  /** @type {Map<string, number[]>} */
  const starts = new Map();
  /** @type {Map<string, number>} */
  const alike = new Map();
  const found = mutants.flatMap(({ fileName: file, location, mutatorName: mutator, replacement, status }) => {
    if (status === 'Ignored') return [];
    const text = /** @type {string} */ (texts.get(file));
    const lines = starts.get(file) ?? lineStarts(text);
    starts.set(file, lines);
    const offset = (/** @type {{ line: number, column: number }} */ { line, column }) =>
      (lines[line] ?? 0) + column;
    const start = offset(location.start);
    const end = offset(location.end);
    const wrapped = WRAPPED.has(mutator) && !/^(case|default)\b/.test(replacement);
    const edit = [file, lineAt(text, start), text.slice(start, end), replacement].join('\0');
    const nth = alike.get(edit) ?? 0;
    alike.set(edit, nth + 1);
    return [
      {
        name: `${edit}\0${nth}`,
        key: createHash('sha256')
          .update(`${file}\0${text}\0${start}\0${end}\0${replacement}`)
          .digest('hex')
          .slice(0, 16),
        pkg: packageOf(file),
        file,
        start,
        end,
        line: location.start.line + 1,
        mutator,
        original: text.slice(start, end),
        replacement: wrapped ? `(${replacement})` : replacement,
      },
    ];
  });
  return found.sort((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start || a.end - b.end,
  );
}

/**
 * Every mutant there is in the packages given.
 *
 * @param {string} root
 * @param {readonly string[]} [packages] folders; by default all that are measured
 */
export function allMutants(root, packages = SCOPE) {
  const files = packages.flatMap((pkg) => filesUnder(path.join(root, 'packages', pkg, 'src')));
  return mutantsOf(
    root,
    files.map((file) => path.relative(root, file)),
  );
}

/** @param {string} text of the file @param {Pick<Mutant, 'start' | 'end' | 'replacement'>} mutant */
export function mutated(text, { start, end, replacement }) {
  return `${text.slice(0, start)}${replacement}${text.slice(end)}`;
}

/**
 * What changed, line by line.
 *
 * @param {string} text of the file
 * @param {Mutant} mutant
 */
export function diffOf(text, mutant) {
  const from = text.lastIndexOf('\n', mutant.start - 1) + 1;
  const next = text.indexOf('\n', mutant.end);
  const to = next === -1 ? text.length : next;
  const was = text.slice(from, to).split('\n');
  const is = `${text.slice(from, mutant.start)}${mutant.replacement}${text.slice(mutant.end, to)}`.split(
    '\n',
  );
  return [...was.map((line) => `-${line}`), ...is.map((line) => `+${line}`)].join('\n');
}
