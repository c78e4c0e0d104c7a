/**
 * What a comment quotes must exist. A name that has the form of one of ours (`camelCase`, `PascalCase`, `UPPER_CASE`, or a
 * whole quotation that is one word, a member or a call) stands somewhere in the code, or is the kernel's; a path leads to
 * a file. Names in `snake_case` are the kernel's, and not ours to check.
 */
import fs from 'node:fs';
import { camel, NAMED } from '../docs/kernel-names.mjs';
import { ABSENT } from '../docs/kernel-names-absent.mjs';
import { quotesOf } from './comments.mjs';
import { membersOf } from './members.mjs';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */

/** Names that stand in no code of ours, with the reason why a comment may quote them. @type {readonly { names: RegExp, why: string }[]} */
export const ALLOWED = [
  { names: /^(?:CONFIG|PROT|MADV|MAP|VM|WARN)_[A-Z_]+$/, why: 'options and flags of the kernel' },
  { names: /^RACEWALK_UNKNOWN_(?:ARCH|TEST|VARIANT)$/, why: 'codes that are put together from the kind' },
  { names: /^(?:Buffer|btoa)$/, why: 'of the runtime, and the comment says why it is not used' },
  { names: /^(?:ll|amswap_db)\.d$/, why: 'instructions of LoongArch' },
];

const FILE = /^(?:\.{0,2}\/)?(?:[\w@.-]+\/)*[\w@-][\w@.-]*\.(?:[cm]?ts|tsx|[cm]?js|json|md|yml)$/;
/** One word, a member, or a call of one: then even a lower-case word is a name. */
const WHOLE = /^[A-Za-z_$][\w$]*(?:\.#?[A-Za-z_$][\w$]*)*(?:\([^()]*\))?$/;
const CASED = /^[_$]*(?:[a-z][a-z0-9]*[A-Z]|[A-Z][a-z]|[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]$)/;
const LOWER = /^[a-z][a-z0-9]*$/;
/** A member of a type or a constant. */
const MEMBER = /^([A-Z]\w*)\.(#?\w+)/;

/** Folders of the repository that hold no source. */
const SKIP = new Set(['node_modules', 'dist', '.git', '.nx', 'coverage']);

/** Paths of all files of the repository, each also without the folders it stands in. @param {string} root */
function pathEnds(root) {
  /** @type {Set<string>} */
  const ends = new Set();
  /** @param {string} dir @param {readonly string[]} above */
  const walk = (dir, above) => {
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      if (SKIP.has(entry.name)) continue;
      const parts = [...above, entry.name];
      if (entry.isDirectory()) walk(`${dir}/${entry.name}`, parts);
      else for (let from = 0; from < parts.length; from++) ends.add(parts.slice(from).join('/'));
    }
  };
  walk(root, []);
  return ends;
}

/** Names of the kernel that have a place in the index, or a tag in these sources. @param {readonly SourceUnit[]} units */
function kernelNames(units) {
  const index = [
    ...Object.values(NAMED).flatMap((names) => names.split(' ')),
    ...Object.values(ABSENT).flatMap((reasons) => Object.keys(reasons)),
  ];
  const tagged = units.flatMap((unit) =>
    [...unit.source.text.matchAll(/@kernel\s+([^@*]+)/g)].flatMap(
      ([, names = '']) => names.match(/\w+/g) ?? [],
    ),
  );
  return [...index, ...tagged].map(camel);
}

/** @param {string} file */
const isProduct = (file) => /^(?:packages|apps)\/[^/]+\/(?:src|bin)\//.test(file);

/**
 * Names in a quotation that must exist.
 *
 * @param {string} quoted
 * @returns {string[]}
 */
function claimed(quoted) {
  const whole = WHOLE.test(quoted);
  const head = quoted.replace(/\(.*$/, '');
  return (quoted.match(/[A-Za-z_$][\w$]*/g) ?? []).filter(
    (word) => CASED.test(word) || (whole && LOWER.test(word) && head.split('.').includes(word)),
  );
}

/**
 * @param {string} quoted
 * @param {import('./members.mjs').Members} members
 */
function isMissingMember(quoted, members) {
  const [, owner = '', member = ''] = MEMBER.exec(quoted) ?? [];
  const known = members.get(owner);
  return known !== undefined && known !== null && !known.has(member);
}

/**
 * @param {string} root
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
export function checkQuotes(root, units) {
  const ends = pathEnds(root);
  const product = units.filter(({ file }) => isProduct(file));
  const known = new Set(kernelNames(product));
  for (const { file, words } of units) {
    if (isProduct(file) || (file.startsWith('tools/') && !file.startsWith('tools/test/')))
      for (const word of words) known.add(word);
  }
  const members = membersOf(product);
  return product.flatMap((unit) =>
    quotesOf(unit).flatMap(({ text, line }) => {
      if (ALLOWED.some(({ names }) => names.test(text))) return [];
      if (FILE.test(text)) {
        const end = text.replace(/^(?:\.{0,2}\/)+/, '');
        if (ends.has(end) || ends.has(end.replace(/\.js$/, '.ts'))) return [];
        const why = 'a comment names a file that does not exist';
        return [{ file: unit.file, line, what: text, rule: 'quote', why }];
      }
      const gone = claimed(text).filter(
        (word) => !known.has(word) && !ALLOWED.some(({ names }) => names.test(word)),
      );
      if (gone.length === 0 && isMissingMember(text, members)) {
        const why = 'a comment quotes a member that its owner does not have';
        return [{ file: unit.file, line, what: text, rule: 'quote', why }];
      }
      const why =
        'a comment quotes a name that no code spells; mend it, or allow it in tools/boundaries/quotes.mjs';
      return gone.map((word) => ({ file: unit.file, line, what: word, rule: 'quote', why }));
    }),
  );
}
