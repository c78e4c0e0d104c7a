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

/** Names of the operations that have a generic body. @param {Tree} tree */
export function operations(tree) {
  const { statements } = sourceOf(tree, 'packages/core/src/ops/generic.ts');
  return statements
    .filter(ts.isClassDeclaration)
    .filter((node) => node.name?.text === 'GenericPteOps')
    .flatMap((node) => node.members.filter(ts.isMethodDeclaration).map((method) => method.name.getText()))
    .sort();
}

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
