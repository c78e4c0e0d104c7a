/** Reads one source file: what it imports, where it writes to the console, which names it spells. */
import ts from 'typescript';
import { mentions } from './names.mjs';

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line 1-based
 * @property {readonly string[] | null} names what is taken from the module; null for all of it
 */

/**
 * @typedef {object} Parsed
 * @property {Import[]} imports
 * @property {number[]} consoleLines
 * @property {import('./names.mjs').Mention[]} archs
 * @property {number} lineCount
 * @property {ReadonlySet<string>} words identifiers of the code, and strings that could be one
 * @property {readonly (readonly [number, number])[]} literals where strings, templates and patterns stand
 * @property {ts.SourceFile} source
 */

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
function namesTaken(node) {
  if (ts.isImportTypeNode(node) && node.qualifier) {
    return [node.qualifier.getText().split('.')[0] ?? ''];
  }
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const list = ts.isExportDeclaration(node) ? node.exportClause : clause?.namedBindings;
  if (clause?.name || !list || !(ts.isNamedImports(list) || ts.isNamedExports(list))) return null;
  return list.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

/** @param {ts.Node} node */
const isConsole = (node) =>
  (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'console';

/** @param {ts.Node} node */
const isLiteral = (node) =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateLiteralToken(node) ||
  ts.isRegularExpressionLiteral(node) ||
  ts.isJsxText(node);

/**
 * @param {string} file used for messages and to tell TypeScript from JavaScript
 * @param {string} text
 * @returns {Parsed}
 */
export function parse(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  /** @type {Import[]} */
  const imports = [];
  /** @type {number[]} */
  const consoleLines = [];
  /** @type {[number, number][]} */
  const literals = [];
  /** @type {Set<string>} */
  const words = new Set();
  /** @param {ts.Node} node */
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  /** @param {ts.Node} node */
  const visit = (node) => {
    const module = requested(node);
    if (module && ts.isStringLiteralLike(module)) {
      imports.push({ specifier: module.text, line: lineOf(node), names: namesTaken(node) });
    }
    if (isConsole(node)) consoleLines.push(lineOf(node));
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) words.add(node.text);
    else if (isLiteral(node)) {
      literals.push([node.getStart(source), node.end]);
      if (ts.isStringLiteralLike(node) && /^[\w$]+$/.test(node.text)) words.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { imports, consoleLines, archs: mentions(source), lineCount, words, literals, source };
}
