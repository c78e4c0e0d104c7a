/** Variants of a race: other bodies, or a difference, and what they must come to. */
import { type ArchPlugin, CAPABILITIES, type Capability, nearest } from '@racewalk/core';
import { errorAt } from '../parse/error.js';
import { parseUnit, type Unit } from '../parse/unit.js';
import { withDeclarations } from './file-level.js';
import { type RaceText, typed, type VariantText } from './split.js';

/** What a variant must come to. */
export interface Expectation {
  /** The invariant it must break; null if it must hold. */
  readonly breaks: string | null;
  /** Why it must hold on an architecture all the same, or null. */
  readonly unless: ((arch: ArchPlugin) => string | null) | undefined;
}

const SAYS = /^(?:(holds)|breaks\s+([A-Z]+)(?:\s+if\s+(.+))?)$/;

/** Read `breaks CODE if CAPABILITY and not CAPABILITY`; `or` binds weaker. */
export function expectationOf({ says, place, name }: VariantText): Expectation {
  if (says === '') return { breaks: null, unless: undefined };
  const m = SAYS.exec(says);
  if (m === null)
    throw errorAt(
      place,
      `variant ${name}: '${says}' says nothing that is known`,
      'write `holds`, or `breaks CODE if CAPABILITY`',
      'RACEWALK_C_RACE',
    );
  const [, holds, code, when] = m;
  if (holds !== undefined || code === undefined) return { breaks: null, unless: undefined };
  if (when === undefined) return { breaks: code, unless: undefined };
  const either = when
    .split(/\s+or\s+/)
    .map((part) => part.split(/\s+and\s+/).map((term) => capability(term.trim(), place)));
  return {
    breaks: code,
    unless: (arch) => (either.some((all) => all.every((is) => is(arch))) ? null : `it takes ${when}`),
  };
}

function capability(term: string, place: VariantText['place']): (arch: ArchPlugin) => boolean {
  const m = /^(not\s+|!)?(\w+)$/.exec(term);
  const name = m?.[2] ?? term;
  const not = m?.[1] !== undefined;
  if (name === 'tso' || name === 'sc' || name === 'weak') return (arch) => (arch.memory === name) !== not;
  if (!Object.hasOwn(CAPABILITIES, name)) {
    const known = [...Object.keys(CAPABILITIES), 'tso', 'sc', 'weak'];
    throw errorAt(
      place,
      `no capability is called ${name}`,
      `one of ${nearest(name, known) ?? known.join(', ')}`,
      'RACEWALK_C_RACE',
    );
  }
  return (arch) => arch.has(name as Capability) !== not;
}

const bare = (line: string): string => line.replace(/\s+/g, '');

/** A text whose rows come from several places of a file. */
export interface Rows {
  readonly rows: string[];
  readonly lines: number[];
}

/** The text of a race as rows. */
export const rowsOf = (text: string): Rows => {
  const rows = text.split('\n');
  return { rows, lines: rows.map((_, i) => i + 1) };
};

interface Hunk {
  readonly old: readonly string[];
  readonly rows: readonly { readonly kind: string; readonly text: string; readonly line: number }[];
}

function hunksOf({ body, line }: VariantText): Hunk[] {
  const hunks: Hunk[] = [];
  let rows: { kind: string; text: string; line: number }[] = [];
  const close = (): void => {
    if (rows.some(({ kind }) => kind !== ' '))
      hunks.push({ old: rows.filter(({ kind }) => kind !== '+').map(({ text }) => text), rows });
    rows = [];
  };
  for (const [i, text] of body.split('\n').entries()) {
    const kind = /^[+-]/.test(text) ? (text[0] as string) : ' ';
    const rest = kind === ' ' ? text : text.slice(1);
    if (kind === ' ' && (text.trim() === '' || /^(@@|\.\.\.)/.test(text))) close();
    else rows.push({ kind, text: rest, line: line + i });
  }
  close();
  return hunks;
}

const placesOf = (rows: readonly string[], old: readonly string[]): number[] => {
  const wanted = old.map(bare);
  return rows.flatMap((_, at) => (wanted.every((w, i) => bare(rows[at + i] ?? '\0') === w) ? [at] : []));
};

/** Lines that are not one below the other in the race are several places, in order, where each stands once. */
function apart(rows: readonly string[], hunk: Hunk): Hunk[] {
  if (hunk.old.length < 2 || placesOf(rows, hunk.old).length > 0) return [hunk];
  for (let n = hunk.old.length - 1; n > 0; n--) {
    if (placesOf(rows, hunk.old.slice(0, n)).length !== 1) continue;
    let seen = 0;
    const cut = hunk.rows.findIndex(({ kind }) => kind !== '+' && ++seen > n);
    const head = { old: hunk.old.slice(0, n), rows: hunk.rows.slice(0, cut) };
    const tail = apart(rows, { old: hunk.old.slice(n), rows: hunk.rows.slice(cut) });
    return tail.every(({ old }) => placesOf(rows, old).length === 1) ? [head, ...tail] : [hunk];
  }
  return [hunk];
}

/** What a place of a difference lacks: a line that is nowhere, or lines that are not one below the other. */
const lacks = (rows: readonly string[], { old }: Hunk): string => {
  const nowhere = old.find((line) => placesOf(rows, [line]).length === 0);
  return nowhere === undefined
    ? `the lines from '${old[0]?.trim()}' on do not stand one below the other in the race`
    : `the race has no line '${nowhere.trim()}'`;
};

/** The race with a variant's difference made; throws where it does not fit. */
export function changed(base: Rows, variant: VariantText): Rows {
  const rows = [...base.rows];
  const lines = [...base.lines];
  for (const hunk of hunksOf(variant).flatMap((h) => apart(base.rows, h))) {
    const wanted = hunk.old.map(bare);
    const places = placesOf(rows, hunk.old);
    const first = hunk.rows[0];
    const place = { file: variant.place.file, line: first?.line ?? variant.place.line, column: 1 };
    if (wanted.length === 0)
      throw errorAt(
        place,
        'lines are added, and nothing says where',
        'add a line of the race before or behind them',
        'RACEWALK_C_RACE',
      );
    if (places.length === 0)
      throw errorAt(
        place,
        lacks(rows, hunk),
        'copy the lines from the race; an empty line separates two places',
        'RACEWALK_C_RACE',
      );
    if (places.length > 1)
      throw errorAt(
        place,
        `'${hunk.old[0]?.trim()}' stands at ${places.length} places`,
        'add lines before or behind it that stand at one place',
        'RACEWALK_C_RACE',
      );
    let at = places[0] ?? 0;
    const newRows: string[] = [];
    const newLines: number[] = [];
    for (const { kind, text, line } of hunk.rows) {
      if (kind === '+') {
        newRows.push(text);
        newLines.push(line);
        continue;
      }
      if (kind === ' ') {
        newRows.push(rows[at] ?? '');
        newLines.push(lines[at] ?? line);
      }
      at++;
    }
    rows.splice(places[0] ?? 0, wanted.length, ...newRows);
    lines.splice(places[0] ?? 0, wanted.length, ...newLines);
  }
  return { rows, lines };
}

/** The texts of a variant, the first counts: its own functions, or the race with the difference. */
export function unitsOf(race: RaceText, main: Unit, variant: VariantText): readonly Unit[] {
  if (/^[+-]/m.test(variant.body)) {
    const { rows, lines } = changed(rowsOf(race.code), variant);
    return [parseUnit(withDeclarations(rows.join('\n')).text, race.file, (row) => lines[row] ?? row + 1)];
  }
  const body = withDeclarations(typed(variant.body, race.code), race.code).text;
  const unit = parseUnit(body, race.file, (row) => variant.line + row);
  if (unit.functions.size === 0)
    throw errorAt(
      variant.place,
      `variant ${variant.name} changes nothing`,
      'write a function, or lines that begin with - and +',
      'RACEWALK_C_RACE',
    );
  for (const [name, f] of unit.functions)
    if (!main.functions.has(name) && /^P\d+$/.test(name))
      throw errorAt(
        { ...variant.place, line: variant.line + f.node.startPosition.row },
        `the race has no agent ${name}`,
        `one of ${[...main.functions.keys()].join(', ')}`,
        'RACEWALK_C_RACE',
      );
  return [unit, main];
}
