/** Finds what one source file imports, where it writes to the console, and which architectures it names. */
import ts from 'typescript';
import { mentions } from './names.mjs';

/** @typedef {{ specifier: string, line: number }} Import */
/** @typedef {{ imports: Import[], consoleLines: number[], archs: import('./names.mjs').Mention[], lineCount: number }} Parsed */

/**
 * The module a node asks for, if it is an import of any form.
 *
 * @param {ts.Node} node
 * @returns {ts.Expression | ts.TypeNode | undefined}
 */
function requested(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const asks =
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  return asks ? node.arguments[0] : undefined;
}

/** @param {ts.Node} node */
const isConsole = (node) =>
  (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'console';

/**
 * @param {string} file used for messages and to tell TypeScript from JavaScript
 * @param {string} text
 * @returns {Parsed}
 */
export function parse(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  /** @type {Parsed} */
  const found = {
    imports: [],
    consoleLines: [],
    archs: mentions(source),
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
  };
  /** @param {ts.Node} node */
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  /** @param {ts.Node} node */
  const visit = (node) => {
    const module = requested(node);
    if (module && ts.isStringLiteralLike(module))
      found.imports.push({ specifier: module.text, line: lineOf(node) });
    if (isConsole(node)) found.consoleLines.push(lineOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
