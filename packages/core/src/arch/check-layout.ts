/** Whether the bits of a layout exist, are distinct, and are described. */

import { misspelt } from '../near.js';
import type { PteLayout } from '../pte/layout.js';
import { bits, fieldOf, PTE_ZERO, type PteWord, pteAnd, pteAndNot, pteOr, pteWord } from '../pte/word.js';
import { type Refuse, refuseFor } from './check-spec.js';
import type { ArchSpec } from './plugin.js';

/** Required facts; the others may be the zero word if an architecture has no such bit. */
const NEEDED = ['valid', 'write', 'dirty', 'young'] as const;
const FACTS = [...NEEDED, 'protnone', 'special'] as const;
const MARKS = ['softDirty', 'uffdWp'] as const;
const MASKS = ['pmdLeafSet', 'pmdLeafClear'] as const;
const UPPER = ['present', 'invalidSet', 'invalidClear', 'leafAny', 'table'] as const;
const TESTS = ['tableTest', 'pudTableTest'] as const;

type Named = readonly [name: string, bits: PteWord];

const WORD = 'a word, made with bit(n) or bits(lo, hi)';

/** Where a word is in the plug-in. */
const pathOf = (name: string): string => (name.startsWith('cont.') ? name : `layout.${name}`);

function checkWord(name: string, value: unknown, refuse: Refuse): void {
  const word = value as Partial<PteWord> | null | undefined;
  if (value === undefined) refuse(`${pathOf(name)} is missing`, `${name}: ${WORD}`);
  if (typeof word?.lo !== 'number' || typeof word.hi !== 'number' || pteWord(word.lo, word.hi) !== word)
    refuse(`${pathOf(name)} is not a word`, `${name}: ${WORD}`);
}

function checkRange(name: string, value: unknown, refuse: Refuse): void {
  const [lo, hi] = Array.isArray(value) ? (value as unknown[]) : [];
  const fits = (n: unknown) => Number.isInteger(n) && (n as number) >= 0 && (n as number) < 64;
  if (!fits(lo) || !fits(hi) || (lo as number) > (hi as number))
    refuse(`layout.${name} is no range of bits`, `${name}: [lowest, highest], from 0 to 63`);
}

/** Positions of the bits of a word, for a message. */
function positions(word: PteWord): string {
  const found = Array.from({ length: 64 }, (_, n) => n).filter((n) => fieldOf(word, n, n) === 1);
  return `bit ${found.join(', ')}`;
}

/** No two of them share a bit. */
function checkApart(named: readonly Named[], refuse: Refuse): void {
  for (const [i, [name, word]] of named.entries()) {
    for (const [other, taken] of named.slice(0, i)) {
      const both = pteAnd(word, taken);
      if (both !== PTE_ZERO) refuse(`${other} and ${name} share ${positions(both)}`, 'bits of their own');
    }
  }
}

const rangeOf = ([lo, hi]: readonly [number, number]): PteWord => bits(lo, hi);

function checkForm(layout: PteLayout, refuse: Refuse): void {
  const known = [...FACTS, ...MARKS, ...MASKS, 'fields', 'pfn', 'swap', 'devmap', 'upper'];
  for (const key of Object.keys(layout)) {
    const meant = misspelt(key, known);
    if (meant !== null) refuse(`unknown field layout.${key}`, meant);
  }
  for (const name of [...FACTS, ...MASKS]) checkWord(name, layout[name], refuse);
  for (const name of NEEDED) {
    if (layout[name] === PTE_ZERO) refuse(`layout.${name} has no bit`, `${name}: at least one bit`);
  }
  for (const name of MARKS) if (layout[name] !== undefined) checkWord(name, layout[name], refuse);
  checkRange('pfn', layout.pfn, refuse);
  if (layout.devmap !== undefined) checkWord('devmap.bit', layout.devmap.bit, refuse);
  checkUpper(layout, refuse);
  const { swap } = layout;
  if (typeof swap !== 'object' || swap === null)
    refuse('layout.swap is missing', 'swap: { type, offset, exclusive }');
  checkRange('swap.type', swap.type, refuse);
  checkRange('swap.offset', swap.offset, refuse);
  checkWord('swap.exclusive', swap.exclusive, refuse);
  for (const name of MARKS) if (swap[name] !== undefined) checkWord(`swap.${name}`, swap[name], refuse);
}

/** Bits of entries above the leaf tables: each word may be left out, and is a word if it is there. */
function checkUpper({ upper = {} }: PteLayout, refuse: Refuse): void {
  for (const key of Object.keys(upper)) {
    const meant = misspelt(key, [...UPPER, ...TESTS]);
    if (meant !== null) refuse(`unknown field layout.upper.${key}`, meant);
  }
  for (const name of UPPER) if (upper[name] !== undefined) checkWord(`upper.${name}`, upper[name], refuse);
  for (const name of TESTS) {
    const test = upper[name];
    if (test === undefined) continue;
    checkWord(`upper.${name}.set`, test.set, refuse);
    checkWord(`upper.${name}.clear`, test.clear, refuse);
  }
}

/** Fields are ranges, do not overlap, and describe every bit that the layout uses. */
function checkFields(layout: PteLayout, used: readonly Named[], refuse: Refuse): void {
  if (!Array.isArray(layout.fields)) refuse('layout.fields is missing', 'fields: a list, one for each field');
  let described = PTE_ZERO;
  const named = layout.fields.map((field): Named => {
    checkRange(`fields "${field.name}"`, [field.lo, field.hi], refuse);
    const word = bits(field.lo, field.hi);
    described = pteOr(described, word);
    return [`field ${field.name}`, word];
  });
  checkApart(named, refuse);
  for (const [name, word] of used) {
    const forgotten = pteAndNot(word, described);
    if (forgotten !== PTE_ZERO)
      refuse(`${name} uses ${positions(forgotten)}, which no field describes`, 'an entry in layout.fields');
  }
}

/** Throws `RACEWALK_BAD_LAYOUT` if a bit is missing, used twice or not described. */
export function checkLayout({ id, layout, cont }: ArchSpec): void {
  const refuse = refuseFor(id, 'RACEWALK_BAD_LAYOUT');
  checkForm(layout, refuse);
  if (cont !== undefined) {
    if (!Number.isInteger(cont.ptes) || cont.ptes < 2)
      refuse(`cont.ptes is ${String(cont.ptes)}`, 'ptes: how many entries a block has, 2 or more');
    checkWord('cont.mayDiffer', cont.mayDiffer, refuse);
  }
  const { swap } = layout;
  const facts = [...FACTS, ...MARKS].map((name): Named => [name, layout[name] ?? PTE_ZERO]);
  facts.push(['devmap.bit', layout.devmap?.bit ?? PTE_ZERO]);
  const pfn: Named = ['pfn', rangeOf(layout.pfn)];
  checkApart([...facts, pfn], refuse);
  checkApart(
    [
      // A swap entry with one of these would count as present.
      ['valid', layout.valid],
      ['protnone', layout.protnone],
      ['swap.type', rangeOf(swap.type)],
      ['swap.offset', rangeOf(swap.offset)],
      ['swap.exclusive', swap.exclusive],
      ...MARKS.map((name): Named => [`swap.${name}`, swap[name] ?? PTE_ZERO]),
    ],
    refuse,
  );
  checkFields(layout, [...facts, pfn, ['pmdLeafSet', layout.pmdLeafSet]], refuse);
}
