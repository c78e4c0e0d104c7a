/**
 * The code of a protocol holds nothing that exists for a mutant: a mutant is a patch of it. So no option of mm or a feature
 * says it is for mutants or carries the name of one, and mm does not know the word.
 */
import ts from 'typescript';
import { commentsOf } from './comments.mjs';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */

const MUTANT = /\bmutants?\b/i;

/** An interface, a type, or a member of one. @param {ts.Node} node */
const isOption = (node) =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node);

/**
 * @param {SourceUnit} unit
 * @returns {Violation[]}
 */
function options({ file, source }) {
  /** @type {Violation[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const doc = (ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []).at(-1);
    if (doc && isOption(node)) {
      const hit = MUTANT.exec(source.text.slice(doc.pos, doc.end));
      const named = /** @type {ts.InterfaceDeclaration} */ (node).name.getText(source);
      const line = source.getLineAndCharacterOfPosition(doc.pos + (hit?.index ?? 0)).line + 1;
      const why = 'no option exists for mutants: a mutant is a patch of the function';
      if (hit) found.push({ file, line, what: named, rule: 'scaffolding', why });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {SourceUnit} unit
 * @returns {Violation[]}
 */
function words(unit) {
  return commentsOf(unit).flatMap(({ text, start }) =>
    [...text.matchAll(/\bmutants?\b/gi)].map((hit) => ({
      file: unit.file,
      line: unit.source.getLineAndCharacterOfPosition(start + hit.index).line + 1,
      what: hit[0],
      rule: 'scaffolding',
      why: 'mm is Linux and knows no mutants: say what the function does',
    })),
  );
}

/** `no-flush` as an identifier: `noFlush`. @param {string} name */
const camel = (name) => name.replace(/-([a-z0-9])/g, (_, c) => c.toUpperCase());

/** Names of the mutants that a file defines, as identifiers. @param {SourceUnit} unit */
function mutantsIn({ source }) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'mutants') {
      const { properties = [] } = /** @type {Partial<ts.ObjectLiteralExpression>} */ (node.initializer);
      for (const { name } of properties) if (name && 'text' in name) found.push(camel(name.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A member of a type, or a parameter or part of one that has a default. @param {ts.Node} node */
const isChoice = (node) =>
  ts.isPropertySignature(node) ||
  (ts.isParameter(node) && (node.initializer || node.questionToken)) ||
  (ts.isBindingElement(node) && node.initializer);

/**
 * Options that carry the name of a mutant of their package. The state a race starts from, in its `setup.ts`, is none.
 *
 * @param {SourceUnit} unit
 * @param {ReadonlySet<string>} mutants
 * @returns {Violation[]}
 */
function namedForMutants({ file, source }, mutants) {
  if (file.endsWith('/setup.ts')) return [];
  /** @type {Violation[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = isChoice(node) ? /** @type {ts.ParameterDeclaration} */ (node).name : undefined;
    if (name && mutants.has(name.getText(source))) {
      const line = source.getLineAndCharacterOfPosition(name.getStart(source)).line + 1;
      const why = 'no option carries the name of a mutant: a mutant is a patch of the function';
      found.push({ file, line, what: name.getText(source), rule: 'scaffolding', why });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
export function checkScaffolding(units) {
  const sources = units.filter(({ file, pkg }) => file.startsWith(`${pkg.dir}/src/`));
  const races = sources.filter(({ pkg }) => pkg.room === 'feature' || pkg.room === 'catalogue');
  /** @type {Map<string, Set<string>>} */
  const mutants = new Map();
  for (const unit of races) {
    const known = mutants.get(unit.pkg.dir) ?? new Set();
    for (const name of mutantsIn(unit)) known.add(name);
    mutants.set(unit.pkg.dir, known);
  }
  const named = races.flatMap((unit) => namedForMutants(unit, mutants.get(unit.pkg.dir) ?? new Set()));
  const said = sources.flatMap((unit) => {
    if (unit.pkg.room === 'mm') return words(unit);
    return unit.pkg.room === 'feature' ? options(unit) : [];
  });
  return [...said, ...named];
}
