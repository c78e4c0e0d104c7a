/**
 * Everything but plug-ins, apps and tools asks for capabilities: its code knows no architecture by name. Prose may: where
 * a question comes from, and what somebody said.
 */
import ts from 'typescript';

/** @typedef {import('./house.mjs').Room} Room */
/** @typedef {{ name: string, line: number }} Mention */

/**
 * Rooms whose code may name an architecture; all other code must serve those that are not written yet, too. A litmus test
 * names its instruction set in its first word, and litmus reads several.
 *
 * @type {readonly Room[]}
 */
const SEEING = ['arch', 'toys', 'app', 'tools', 'litmus'];

/** In identifiers as well: `isArm64`, `x86StyleSpec`. */
const NAMES =
  /arm64|aarch64|x86|i386|riscv|loongarch|powerpc|(?<![a-z])(?:pae|risc-v|sv39|svade|svadu|mips|s390|sparc)(?![a-z])/i;

/** Properties that hold prose: about a race, and about a claim. */
const PROSE = new Set(['about', 'source', 'says', 'answer', 'who', 'known', 'file']);

/**
 * In any room: the glossary has the manuals' words for each capability, and the parts of the catalogue have the names that
 * history gave its races. Both are data, and decide nothing.
 */
const EXEMPT = /^src\/(?:arch\/capabilities\.ts$|explain\/capability-terms\.ts$|parts\/[a-z-]+\.ts$)/;

/**
 * @param {Room | null} room
 * @param {string} inside path within the package
 */
export function isBlind(room, inside) {
  return room !== null && !SEEING.includes(room) && inside.startsWith('src/') && !EXEMPT.test(inside);
}

/** @param {ts.Node} node */
function isText(node) {
  return ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);
}

/** @param {ts.Node} node */
const isProse = (node) =>
  ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && PROSE.has(node.name.text);

/**
 * Architectures named in the code of a file; comments are not code.
 *
 * @param {ts.SourceFile} source
 * @returns {Mention[]}
 */
export function mentions(source) {
  /** @type {Mention[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (isProse(node)) return;
    const name = isText(node) ? NAMES.exec(node.getText(source))?.[0] : undefined;
    if (name !== undefined) {
      found.push({ name, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
