/** The state at the start: `{ 2 pages, rw, clean; int x = 0; spinlock_t lock; }`. */
import { nearest } from '@racewalk/core';
import { errorAt, type Place } from '../parse/error.js';
import type { CType } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import { type Start, startOf } from './start.js';

/** A shared variable. */
export interface SharedVariable {
  readonly name: string;
  readonly type: CType;
  readonly value: Start;
  /** Length of an array, or null. */
  readonly length: number | null;
  /** Each CPU has one of its own. */
  readonly perCpu?: boolean;
}

/** What the pages and their mapping are like. */
export interface InitialState {
  readonly pages: number;
  readonly facts: ReadonlySet<Fact>;
  readonly variables: readonly SharedVariable[];
}

/** What can be said of the pages. */
export const FACTS = {
  rw: 'writable; default',
  ro: 'read-only entries in a writable area',
  readonly: 'the area itself is read-only',
  clean: 'entries are clean; default',
  dirty: 'entries are dirty',
  young: 'entries are young; default',
  old: 'entries are old',
  folded: 'marked as one contiguous block where the architecture can',
  anon: 'anonymous pages',
  exclusive: 'anonymous pages that one process has alone',
  file: 'pages of a file, shared',
  shared: 'the area is shared',
  lazyfree: 'anonymous pages that reclaim may drop while they are clean',
  empty: 'nothing is mapped yet',
  child: 'a second address space with an empty area of the same size',
  huge: 'one huge page, mapped by a pmd',
  hugetlb:
    'one page of hugetlbfs: a contiguous block where the architecture has those, else one entry a level up',
  'device-exclusive': 'the entries keep the places of pages that a device has alone',
  pinned: 'each page has a reference more',
  locked: 'the area is mlocked',
  'uffd-wp': 'the area is armed for write protection by userfaultfd',
} as const;

/** One of {@link FACTS}. */
export type Fact = keyof typeof FACTS;

const isFact = (word: string): word is Fact => Object.hasOwn(FACTS, word);

const DECLARATION =
  /^(?<type>(?:(?:const|volatile|static)\s+)*(?:struct\s+\w+|unsigned\s+(?:long|int|char|short)|long\s+long|[A-Za-z_]\w*)(?:\s*\*)*)\s+(?<stars>\**)(?<name>\w+)\s*(?:\[\s*(?<length>\d+)\s*\])?\s*(?:=\s*(?<value>\{[^}]*\}|[^,]+))?$/;

const ASSIGNED = /^(?:\*?\s*)?\[?(?<name>[A-Za-z_]\w*)\]?\s*=\s*(?<value>.+)$/;

const PAGES = /^(\d+)\s+(pages?)$/;

/** `2 anon pages` says the same as `2 pages, anon`. */
const ADORNED = /^(\d+)\s+([a-z][\w\s-]*?)\s+(pages?)$/;

const plainly = (word: string): string[] => {
  const [, count, facts, pages] = ADORNED.exec(word) ?? [];
  return facts === undefined ? [word] : [`${count} ${pages}`, ...facts.split(/\s+/)];
};

/** Read the initial state; throws `RACEWALK_C_RACE` at what is not known. */
export function readInitial(text: string, place: Place, types: Types): InitialState {
  const facts = new Set<Fact>();
  const variables: SharedVariable[] = [];
  let pages = 1;
  for (const { part, line } of parts(text, place.line)) {
    const fail = (what: string, hint: string) =>
      errorAt({ ...place, line, column: 1 }, what, hint, 'RACEWALK_C_RACE');
    const words = part
      .split(/\s*,\s*/)
      .filter((w) => w !== '')
      .flatMap(plainly);
    if (words.every((w) => isFact(w) || PAGES.test(w))) {
      for (const w of words) {
        const counted = PAGES.exec(w);
        if (counted !== null) pages = Number(counted[1]);
        else facts.add(w as Fact);
      }
      continue;
    }
    const declared = DECLARATION.exec(part)?.groups;
    const assigned = ASSIGNED.exec(part)?.groups;
    if (/^\d+:\w+\s*=/.test(part))
      throw fail(`'${part}': locals cannot be set from outside`, 'set them in the code');
    if (declared !== undefined && !words.some((w) => isFact(w)))
      variables.push(variable(declared, types, { ...place, line }));
    else if (assigned !== undefined)
      variables.push({
        name: assigned.name ?? '',
        type: types.named('int'),
        value: startOf(assigned.value, types.named('int'), { types, place: { ...place, line } }),
        length: null,
      });
    else
      throw fail(
        `'${unknownWord(words)}' says nothing that is known of the state`,
        advice(unknownWord(words)),
      );
  }
  // What is no number is another variable.
  const unknown = variables.find(({ value }) => typeof value === 'string' && !/^[A-Za-z_]\w*$/.test(value));
  if (unknown !== undefined)
    throw errorAt(
      place,
      `${unknown.name} starts with '${String(unknown.value)}', which is no number and no variable here`,
      'give a number, or the name of a variable',
      'RACEWALK_C_RACE',
    );
  if (pages < 1 || pages > 512) throw errorAt(place, `${pages} pages`, 'give 1 to 512', 'RACEWALK_C_RACE');
  return { pages, facts, variables };
}

const unknownWord = (words: readonly string[]): string =>
  words.find((w) => !isFact(w) && !PAGES.test(w)) ?? '';

function advice(word: string): string {
  const near = nearest(word, Object.keys(FACTS));
  const all = Object.keys(FACTS).join(', ');
  return near === null ? `say N pages, ${all}, or declare a variable` : `did you mean ${near}?`;
}

/** What stands between semicolons, with its line. */
function parts(text: string, line: number): { part: string; line: number }[] {
  let at = line;
  return text.split(';').flatMap((piece) => {
    const lead = /^\s*/.exec(piece)?.[0] ?? '';
    const here = at + (lead.match(/\n/g)?.length ?? 0);
    at += piece.match(/\n/g)?.length ?? 0;
    const part = piece.replace(/\s+/g, ' ').trim();
    return part === '' ? [] : [{ part, line: here }];
  });
}

function variable(d: Record<string, string | undefined>, types: Types, place: Place): SharedVariable {
  const { type: said = 'int', stars = '', name = '', length, value } = d;
  const type = types.named(said + stars);
  return {
    name,
    type,
    value: startOf(value, type, { types, place: { ...place, column: 1 } }),
    length: length === undefined ? null : Number(length),
  };
}
