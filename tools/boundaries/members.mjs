/** The members of classes, interfaces, enums and constant objects, by the name of their owner. */
import ts from 'typescript';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {Map<string, Set<string> | null>} Members null where the members are not all in sight */

/** @param {readonly (ts.Declaration | ts.ObjectLiteralElementLike)[]} list */
const names = (list) =>
  list.flatMap((one) => {
    if (ts.isConstructorDeclaration(one)) return one.parameters.map(({ name }) => name.getText());
    const name = ts.getNameOfDeclaration(one);
    return name ? [name.getText()] : [];
  });

/** @param {ts.ClassDeclaration | ts.InterfaceDeclaration} node */
const inherits = (node) =>
  (node.heritageClauses ?? []).some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);

/** @param {ts.VariableDeclaration} node */
function ofObject({ initializer }) {
  const value =
    initializer && (ts.isAsExpression(initializer) || ts.isSatisfiesExpression(initializer))
      ? initializer.expression
      : initializer;
  const whole = value && ts.isObjectLiteralExpression(value) && !value.properties.some(ts.isSpreadAssignment);
  return whole ? names(value.properties) : null;
}

/**
 * What a node declares that has members.
 *
 * @param {ts.Node} node
 * @returns {[name: string, members: string[] | null] | null}
 */
function declared(node) {
  if ((ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.name)
    return [node.name.text, inherits(node) ? null : names([...node.members])];
  if (ts.isEnumDeclaration(node)) return [node.name.text, names(node.members)];
  if (ts.isTypeAliasDeclaration(node))
    return [node.name.text, ts.isTypeLiteralNode(node.type) ? names(node.type.members) : null];
  return ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)
    ? [node.name.text, ofObject(node)]
    : null;
}

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Members}
 */
export function membersOf(units) {
  /** @type {Members} */
  const all = new Map();
  for (const { source } of units) {
    /** @param {ts.Node} node */
    const visit = (node) => {
      const found = declared(node);
      if (found) {
        const [name, members] = found;
        const before = all.get(name);
        // Two of one name: a member of either will do.
        all.set(name, members === null || before === null ? null : new Set([...(before ?? []), ...members]));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return all;
}
