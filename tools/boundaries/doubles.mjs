/**
 * A kernel function is written once: no two functions carry the same name in a `@kernel` tag.
 *
 * Not counted are interfaces, types, constants and fields, the plug-ins and the toys (their functions are overrides), and
 * the methods of a class of core that extends another, for the same reason. One function may stand for a whole family of
 * names. A remark in parentheses belongs to the name: `foo (as posted)` is another text than `foo`.
 */
import ts from 'typescript';
import { floorOf } from './house.mjs';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */

/** The name in front of a tag's text, with its remark; then what follows the comma. */
const NAME = /^\s*([a-z_]\w*(?:\.\w+)?)(?:\(\))?(\s+\([^)]*\))?\s*(?=,|$|[.;] |[.;]$)/;

/**
 * Names of functions in the text of a tag: `foo`, `foo, bar`, `foo (as posted)`, `foo, with the range of the caller`; none
 * in `madvise(MADV_DONTNEED)` or `mm/gup.c`.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function kernelNamesIn(text) {
  /** @type {string[]} */
  const names = [];
  let rest = text.replace(/\s+/g, ' ').trim();
  for (let hit = NAME.exec(rest); hit; hit = NAME.exec(rest)) {
    names.push(`${hit[1]}${hit[2] ?? ''}`);
    if (rest[hit[0].length] !== ',') break;
    rest = rest.slice(hit[0].length + 1);
  }
  return names;
}

/**
 * The texts of the `@kernel` tags of the comment right above a node.
 *
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 */
export function tagsOf(node, source) {
  const above = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  const own = above.at(-1);
  const text = own ? source.text.slice(own.pos, own.end) : '';
  if (!text.startsWith('/**')) return [];
  const prose = text.replace(/\s*\*\/$|\n[ \t]*\*(?!\/)/g, ' ');
  return [...prose.matchAll(/@kernel\s+([^@]+)/g)].map((hit) => hit[1] ?? '');
}

/** @param {ts.Expression | undefined} value */
const isFunction = (value) =>
  value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));

/** The node that carries the comment of a function with a body, and its name. @param {ts.Node} node */
function functionAt(node) {
  if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body) return node.name;
  if ((ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) && isFunction(node.initializer))
    return node.name;
  const [only] = ts.isVariableStatement(node) ? node.declarationList.declarations : [];
  return only && isFunction(only.initializer) ? only.name : undefined;
}

/** @param {ts.Node} node @param {SourceUnit} unit */
const isOverride = (node, { pkg }) =>
  pkg.room === 'core' &&
  ts.isClassLike(node.parent) &&
  (node.parent.heritageClauses ?? []).some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);

/** @param {SourceUnit} unit */
const counts = ({ file, pkg }) =>
  file.startsWith(`${pkg.dir}/src/`) && pkg.room !== 'arch' && pkg.room !== 'toys';

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
export function checkDoubles(units) {
  /** @type {Map<string, { place: string, called: string }>} */
  const first = new Map();
  // From the cellar up, so that the function on the higher floor is the one too many.
  const upwards = units.filter(counts).sort((a, b) => floorOf(a.pkg.room) - floorOf(b.pkg.room));
  return upwards.flatMap((unit) => {
    const { file, source } = unit;
    /** @type {Violation[]} */
    const found = [];
    /** @param {ts.Node} node */
    const visit = (node) => {
      const name = functionAt(node);
      if (name && !isOverride(node, unit)) {
        const line = source.getLineAndCharacterOfPosition(name.getStart(source)).line + 1;
        const called = name.getText(source);
        for (const kernel of new Set(tagsOf(node, source).flatMap(kernelNamesIn))) {
          const other = first.get(kernel);
          if (other) {
            const what = `@kernel ${kernel}: ${called}, and ${other.called} at ${other.place}`;
            const why = 'a kernel function is written once; another text of it says which in parentheses';
            found.push({ file, line, what, rule: 'double', why });
          } else first.set(kernel, { place: `${file}:${line}`, called });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}
