/**
 * The code of a protocol holds nothing that exists for a mutant: a mutant is a patch of it. So no option of mm or a feature
 * says it is for mutants, and mm does not know the word.
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

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
export function checkScaffolding(units) {
  return units
    .filter(({ file, pkg }) => file.startsWith(`${pkg.dir}/src/`))
    .flatMap((unit) => {
      if (unit.pkg.room === 'mm') return words(unit);
      return unit.pkg.room === 'feature' ? options(unit) : [];
    });
}
