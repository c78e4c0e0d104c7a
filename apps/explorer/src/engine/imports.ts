/** The imports of a module of the user's: names that are not there are said, and addresses take the place of names. */
import { nearest, type RacewalkError } from '@racewalk/core';
import type { ImportDeclaration, Literal, Program } from 'acorn';
import { addressOf, MODULES } from './modules.js';

/** A fault at an offset of the text. */
export type Refuse = (offset: number, message: string, hint: string) => RacewalkError;

const nameOf = (node: { type: string; name?: string; value?: unknown }): string =>
  node.type === 'Identifier' ? (node.name ?? '') : String(node.value);

/** Values by the names that the text uses; throws at the first that is not there. */
function refuseMissing({ source, specifiers }: ImportDeclaration, refuse: Refuse): [string, unknown][] {
  const from = String(source.value);
  const there = MODULES[from] ?? {};
  return specifiers.map((one): [string, unknown] => {
    if (one.type !== 'ImportSpecifier') return [one.local.name, null];
    const name = nameOf(one.imported as { type: string });
    if (name in there) return [one.local.name, there[name]];
    const elsewhere = Object.keys(MODULES).find((entry) => name in (MODULES[entry] ?? {}));
    const near = nearest(name, Object.keys(there));
    const hint =
      elsewhere !== undefined
        ? `import { ${name} } from '${elsewhere}'`
        : near === null
          ? 'see the API documentation for what it exports'
          : `did you mean ${near}?`;
    throw refuse(one.start, `${from} does not export ${name}`, hint);
  });
}

/** The text with addresses in place of names, and what it imports by name. */
export function withAddresses(
  text: string,
  tree: Program,
  refuse: Refuse,
): { readonly text: string; readonly values: ReadonlyMap<string, unknown> } {
  const values = new Map<string, unknown>();
  const sources: Literal[] = [];
  for (const node of tree.body) {
    if (
      node.type !== 'ImportDeclaration' &&
      node.type !== 'ExportAllDeclaration' &&
      node.type !== 'ExportNamedDeclaration'
    )
      continue;
    const { source } = node;
    if (source === null || source === undefined) continue;
    if (!Object.hasOwn(MODULES, String(source.value))) {
      throw refuse(
        source.start,
        `there is no module ${String(source.raw)} in a browser`,
        `a text may import ${Object.keys(MODULES).join(', ')}; for others run racewalk check on a file`,
      );
    }
    if (node.type === 'ImportDeclaration')
      for (const [name, value] of refuseMissing(node, refuse)) values.set(name, value);
    sources.push(source);
  }
  let changed = text;
  for (const { start, end, value } of sources.sort((a, b) => b.start - a.start))
    changed = `${changed.slice(0, start)}'${addressOf(String(value))}'${changed.slice(end)}`;
  return { text: changed, values };
}
