/**
 * Which mutants are in what is only said to people: what an error says besides its code, and texts that are put together
 * under the names below. They are tried as all others are, and have a score of their own beside the one that counts.
 */
import ts from 'typescript';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/** Properties whose texts people read, and nothing else does. */
const TEXTS = new Set(['text', 'hint', 'expected', 'what', 'why', 'reason', 'title', 'note', 'means']);

/** Put together from parts, so that a part may be missing. @param {ts.Node} node */
const isText = (node) => ts.isTemplateExpression(node) || ts.isConditionalExpression(node);

/** @param {ts.Node} node @returns {boolean} whether all of it is for people */
function forPeople(node) {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.initializer === node)
    return ts.isIdentifier(parent.name) && TEXTS.has(parent.name.text) && isText(node);
  if (!ts.isNewExpression(parent) || !ts.isIdentifier(parent.expression)) return false;
  // The code comes first: it is what a caller tells errors apart by.
  const from = parent.expression.text === 'RacewalkError' ? 1 : 0;
  return (
    parent.expression.text.endsWith('Error') &&
    [...(parent.arguments ?? [])].some((one, at) => one === node && at >= from)
  );
}

/**
 * @param {string} text of the file
 * @param {Pick<Mutant, 'start' | 'end'>} mutant
 * @returns {boolean}
 */
export function isSaid(text, { start, end }) {
  const file = ts.createSourceFile('mutant.ts', text, ts.ScriptTarget.ES2022, true);
  /** @type {ts.Node} */
  let node = file;
  let said = false;
  for (;;) {
    /** @type {ts.Node | undefined} */
    const inner = ts.forEachChild(node, (child) =>
      child.getStart(file) <= start && end <= child.getEnd() ? child : undefined,
    );
    if (inner === undefined) return said;
    node = inner;
    said ||= forPeople(node);
  }
}
