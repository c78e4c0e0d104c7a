/** What core offers, read from its sources: a generator must work before the first build. */
import ts from 'typescript';
import { mistake } from './names.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

/** @param {Tree} tree @param {string} file */
function sourceOf(tree, file) {
  const text = tree.read(file, 'utf8');
  if (text === null)
    throw mistake('RACEWALK_NOT_HERE', `there is no ${file}`, 'run this in a checkout of Racewalk');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/**
 * Names of the public methods of a class of core.
 *
 * @param {Tree} tree
 * @param {string} file in packages/core/src/ops
 * @param {string} className
 */
function methods(tree, file, className) {
  const { statements } = sourceOf(tree, `packages/core/src/ops/${file}`);
  /** @param {ts.ClassElement} member */
  const isPublic = (member) =>
    ts.isMethodDeclaration(member) &&
    !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Protected | ts.ModifierFlags.Private));
  return statements
    .filter(ts.isClassDeclaration)
    .filter((node) => node.name?.text === className)
    .flatMap((node) => node.members.filter(isPublic).map((method) => method.name?.getText() ?? ''))
    .sort();
}

/** Names of the operations that have a generic body, by the field that replaces them. @param {Tree} tree */
export const operations = (tree) => ({
  ops: methods(tree, 'generic.ts', 'GenericPteOps'),
  pmdOps: methods(tree, 'pmd.ts', 'GenericPmdOps'),
  hugeOps: methods(tree, 'hugetlb.ts', 'GenericHugePteOps'),
});

/** Every capability. @param {Tree} tree */
export function capabilities(tree) {
  const source = sourceOf(tree, 'packages/core/src/arch/capabilities.ts');
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === 'CAPABILITIES') {
      let value = node.initializer;
      while (
        value &&
        (ts.isAsExpression(value) || ts.isSatisfiesExpression(value) || ts.isCallExpression(value))
      )
        value = ts.isCallExpression(value) ? value.arguments[0] : value.expression;
      if (value && ts.isObjectLiteralExpression(value))
        found.push(...value.properties.flatMap((property) => property.name?.getText() ?? []));
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Ids of the plug-ins of the repository. @param {Tree} tree @returns {string[]} */
export function archIds(tree) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} dir */
  const visit = (dir) => {
    for (const child of tree.children(dir)) {
      const at = `${dir}/${child}`;
      if (!tree.isFile(at)) visit(at);
      else if (at.endsWith('.ts'))
        found.push(
          ...[...(tree.read(at, 'utf8') ?? '').matchAll(/^ +id: '([^']+)'/gm)].map((match) => match[1] ?? ''),
        );
    }
  };
  for (const pkg of tree.children('packages')) {
    if (pkg.startsWith('arch-')) visit(`packages/${pkg}/src`);
  }
  return found;
}
