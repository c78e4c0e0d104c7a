/**
 * A protocol has no switch that only a mutant turns: a mutant is a patch, or an agent of its own. A switch is a parameter, or
 * a member of one, that is the same literal in every call outside of mutants, or is left out, and that a mutant sets
 * otherwise. What takes a function as its value is none: that is a body which lives with the mutant.
 */
import path from 'node:path';
import ts from 'typescript';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */
/** @typedef {{ readonly node: ts.Identifier, readonly from: string | null }} Use where, and inside of which declaration */
/** @typedef {ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration} Fn */

const LEFT_OUT = 'undefined';
const CODE = 'a function or a name';

/** @param {ts.Node | undefined} node @returns {Fn | undefined} */
const functionOf = (node) =>
  node && (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node))
    ? node
    : undefined;

/** What a statement at the top of a file declares, and the part of it that does. @param {ts.Statement} node */
function declared(node) {
  /** @type {(readonly [string, ts.Node])[]} */
  const found = [];
  if (ts.isFunctionDeclaration(node) && node.name) found.push([node.name.text, node]);
  if (ts.isVariableStatement(node)) {
    for (const one of node.declarationList.declarations)
      if (ts.isIdentifier(one.name)) found.push([one.name.text, one]);
  }
  return found;
}

/** Names that mean something of this or a neighbouring file, as `file#name`. @param {SourceUnit} unit */
function namesOf({ file, source }) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const node of source.statements) {
    for (const [name] of declared(node)) names.set(name, `${file}#${name}`);
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
    const named = node.importClause?.namedBindings;
    const { text } = node.moduleSpecifier;
    if (!named || !ts.isNamedImports(named) || !text.startsWith('.')) continue;
    const from = path.posix.join(path.posix.dirname(file), text).replace(/\.js$/, '.ts');
    for (const { name, propertyName } of named.elements)
      names.set(name.text, `${from}#${(propertyName ?? name).text}`);
  }
  return names;
}

/** Whether an identifier is no use of what it names: a key, a part of an import, behind a dot. @param {ts.Identifier} node */
function isNoUse({ parent, ...node }) {
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  const name = 'name' in parent ? /** @type {ts.Identifier} */ (parent.name) : undefined;
  return name?.pos === node.pos && !ts.isShorthandPropertyAssignment(parent);
}

/** Every use of what some files declare at their top, by `file#name`. @param {readonly SourceUnit[]} units */
function usesIn(units) {
  /** @type {Map<string, Use[]>} */
  const uses = new Map();
  for (const unit of units) {
    const names = namesOf(unit);
    /** @param {ts.Node} node @param {string | null} from */
    const visit = (node, from) => {
      const key = ts.isIdentifier(node) && !isNoUse(node) ? names.get(node.text) : undefined;
      if (key !== undefined && key !== from) {
        const known = uses.get(key) ?? [];
        known.push({ node: /** @type {ts.Identifier} */ (node), from });
        uses.set(key, known);
      }
      ts.forEachChild(node, (child) => visit(child, from));
    };
    for (const statement of unit.source.statements) {
      const parts = declared(statement);
      if (parts.length === 0) visit(statement, null);
      for (const [name, part] of parts) visit(part, `${unit.file}#${name}`);
    }
  }
  return uses;
}

/** Whether a node stands under `mutants:`. @param {ts.Node} node */
function isInMutants(node) {
  for (let at = node.parent; at; at = at.parent)
    if (ts.isPropertyAssignment(at) && at.name.getText() === 'mutants') return true;
  return false;
}

/** Declarations that only mutants use, directly or by others of this kind. @param {ReadonlyMap<string, readonly Use[]>} uses */
function ofMutants(uses) {
  /** @type {Set<string>} */
  const found = new Set();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [key, all] of uses)
      if (all.every(({ node, from }) => isInMutants(node) || (from !== null && found.has(from))))
        found.add(key);
  }
  return found;
}

/** What an argument says; null if that depends on the place it stands at. @param {ts.Expression | undefined} node */
function fixedIn(node) {
  if (!node) return LEFT_OUT;
  const text = node.getText();
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return text;
  if (/^(?:true|false|null|undefined)$/.test(text)) return text;
  return functionOf(node) || ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? CODE : null;
}

/** The same of each member of an object; the argument itself has the name ''. @param {ts.Expression | undefined} node */
function partsOf(node) {
  /** @type {Map<string, string | null>} */
  const values = new Map();
  if (!node || !ts.isObjectLiteralExpression(node)) return values.set('', fixedIn(node));
  for (const one of node.properties) {
    if (ts.isSpreadAssignment(one)) values.set('', null);
    else values.set(one.name.getText(), ts.isPropertyAssignment(one) ? fixedIn(one.initializer) : CODE);
  }
  return values;
}

/**
 * Members of a parameter that only mutants set otherwise, each with what others pass.
 *
 * @param {readonly { readonly values: ReadonlyMap<string, string | null>, readonly mutant: boolean }[]} calls
 */
function switchesOf(calls) {
  const members = new Set(calls.flatMap(({ values }) => [...values.keys()]));
  return [...members].flatMap((member) => {
    /** @param {(typeof calls)[number]} call */
    const said = ({ values }) => {
      if (values.has(member)) return values.get(member) ?? null;
      return values.has('') && values.get('') !== LEFT_OUT ? null : LEFT_OUT;
    };
    const [usual, ...others] = new Set(calls.filter(({ mutant }) => !mutant).map(said));
    if (usual === undefined || usual === null || usual === CODE || others.length > 0) return [];
    const differs = calls.some((call) => call.mutant && said(call) !== null && said(call) !== usual);
    return differs ? [{ member, usual }] : [];
  });
}

/**
 * @param {readonly SourceUnit[]} units files of protocols: features, the catalogue, mm
 * @returns {Violation[]}
 */
export function checkFlags(units) {
  const uses = usesIn(units);
  const mutants = ofMutants(uses);
  /** @param {SourceUnit} unit @param {string} name @param {Fn} made */
  const check = (unit, name, made) => {
    const key = `${unit.file}#${name}`;
    const calls = (uses.get(key) ?? []).flatMap(({ node, from }) =>
      ts.isCallExpression(node.parent) && node.parent.expression === node
        ? [{ call: node.parent, mutant: isInMutants(node) || (from !== null && mutants.has(from)) }]
        : [],
    );
    return made.parameters.flatMap((param, i) => {
      const given = calls.map(({ call, mutant }) => ({ values: partsOf(call.arguments[i]), mutant }));
      return switchesOf(given).map(({ member, usual }) => ({
        file: unit.file,
        line: unit.source.getLineAndCharacterOfPosition(param.getStart(unit.source)).line + 1,
        what: `${name}(${[param.name.getText(), member].filter((part) => part !== '').join('.')})`,
        rule: 'scaffolding',
        why: `only a mutant passes something else than ${usual}: a mutant is a patch, or an agent of its own`,
      }));
    });
  };
  return units.flatMap((unit) =>
    unit.source.statements.flatMap(declared).flatMap(([name, node]) => {
      const made = functionOf(ts.isVariableDeclaration(node) ? node.initializer : node);
      return made === undefined || mutants.has(`${unit.file}#${name}`) ? [] : check(unit, name, made);
    }),
  );
}
