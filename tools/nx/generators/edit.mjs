/** Small edits of TypeScript files that keep everything else as it is. */
import ts from 'typescript';

/** @typedef {{ at: number, text: string }} Insertion */

/**
 * @param {string} text
 * @param {readonly Insertion[]} insertions
 */
function insert(text, insertions) {
  return [...insertions]
    .sort((a, b) => b.at - a.at)
    .reduce((done, { at, text: more }) => done.slice(0, at) + more + done.slice(at), text);
}

/** @param {string} text */
const parse = (text) => ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);

/**
 * Behind the last element of a list.
 *
 * @param {ts.NodeArray<ts.Node>} elements
 * @param {number} end of the list, where its bracket stands
 * @param {string} text
 * @returns {Insertion}
 */
function append(elements, end, text) {
  const last = elements.at(-1);
  if (last === undefined) return { at: end, text };
  return { at: last.getEnd(), text: `, ${text}` };
}

/**
 * The first node that `accept` turns into something.
 *
 * @template T
 * @param {ts.Node} node
 * @param {(node: ts.Node) => T | undefined} accept
 * @returns {T | undefined}
 */
function find(node, accept) {
  return accept(node) ?? ts.forEachChild(node, (child) => find(child, accept));
}

/** @param {ts.SourceFile} source @param {string} text @returns {Insertion} */
function importLine(source, text) {
  const last = source.statements.filter(ts.isImportDeclaration).at(-1);
  return last === undefined ? { at: 0, text: `${text}\n` } : { at: last.getEnd(), text: `\n${text}` };
}

/**
 * Import `name` from `from`.
 *
 * @param {string} text
 * @param {{ name: string, from: string }} what
 */
export function addImport(text, { name, from }) {
  return insert(text, [importLine(parse(text), `import { ${name} } from '${from}';`)]);
}

/**
 * Append to the list that an exported constant holds, importing `name` if it is new there.
 *
 * @param {string} text
 * @param {RegExp} constant name of the constant
 * @param {{ element: string, name?: string, from?: string }} what with `name` the element is exported, too
 * @returns {string | null} null if there is no such list
 */
export function addToConstant(text, constant, { element, name, from }) {
  const source = parse(text);
  const declaration = find(source, (node) =>
    ts.isVariableDeclaration(node) && constant.test(node.name.getText()) ? node : undefined,
  );
  const list =
    declaration && find(declaration, (node) => (ts.isArrayLiteralExpression(node) ? node : undefined));
  if (list === undefined) return null;
  const insertions = [append(list.elements, list.getEnd() - 1, element)];
  if (name !== undefined) {
    insertions.push(importLine(source, `import { ${name} } from '${from}';`));
    const local = source.statements.find(
      (node) => ts.isExportDeclaration(node) && node.moduleSpecifier === undefined,
    );
    const names = local && find(local, (node) => (ts.isNamedExports(node) ? node : undefined));
    insertions.push(
      names === undefined
        ? { at: text.length, text: `\nexport { ${name} };\n` }
        : append(names.elements, names.getEnd() - 1, name),
    );
  }
  return insert(text, insertions);
}

/**
 * Name of the first constant that matches, or null.
 *
 * @param {string} text
 * @param {RegExp} constant
 */
export function constantNamed(text, constant) {
  return (
    find(parse(text), (node) =>
      ts.isVariableDeclaration(node) && constant.test(node.name.getText()) ? node.name.getText() : undefined,
    ) ?? null
  );
}
