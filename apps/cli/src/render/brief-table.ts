/**
 * The matrix in short: a line for each race, one sign for each architecture, mutants as a number. What is not as
 * expected has a line of its own below its race.
 */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { count, flow } from './numbers.js';
import { fine, type Race, racesOf, type VariantCells } from './races.js';

/** Lines that a report of nothing but expected cells has at most. */
export const MOST_LINES = 150;

type Sign = '✓' | '°' | '✗' | '–' | '…' | '‼' | ' ';

function signOf(cell: ReportCell | undefined): Sign {
  if (cell === undefined) return ' ';
  if (cell.verdict === 'bounded') return '…';
  if (!cell.asExpected) return '‼';
  if (cell.verdict === 'not-applicable') return '–';
  if (cell.verdict === 'violates') return '✗';
  return cell.order === undefined ? '✓' : '°';
}

/** Worst first: a sign never hides a worse one. */
const WORST: readonly Sign[] = ['‼', '…', '✗', '°', '✓', '–', ' '];

const worst = (signs: readonly Sign[]): Sign => WORST.find((sign) => signs.includes(sign)) ?? ' ';

/** Cells of one architecture in some variants. */
const signsOf = (variants: readonly VariantCells[], arch: string): Sign[] =>
  variants.map((cells) => signOf(cells.get(arch)));

/** A line of the table, its parts not yet aligned. */
interface Line {
  readonly label: string;
  readonly signs: readonly Sign[];
  readonly mutants: string;
  readonly linux: string;
}

/** `8`, or `7/8` if one is not as expected. */
function mutantsText(variants: Race['variants']): string {
  const all = [...variants].filter(([name]) => name.startsWith('mutant:'));
  const good = all.filter(([, cells]) => [...cells.values()].every(fine)).length;
  if (all.length === 0) return '';
  return good === all.length ? String(good) : `${good}/${all.length}`;
}

/** `=6.12` does what upstream does; `✗6.12` is another variant, which breaks somewhere, as expected. */
function linuxText({ variants, same }: Race): string {
  const others = [...variants].filter(([name]) => name.startsWith('linux:'));
  const texts = others.map(([name, cells]) => {
    const sign = worst([...cells.values()].map(signOf));
    return `${sign}${name.slice('linux:'.length)}`;
  });
  return [...same.map((release) => `=${release}`), ...texts].join(' ');
}

/** What a race without `upstream` in the run (`--variant mutants`) shows is the worst of what was run. */
function ownCells({ variants }: Race): VariantCells[] {
  const upstream = variants.get('upstream');
  return upstream === undefined ? [...variants.values()] : [upstream];
}

function linesOf(race: Race, archs: readonly string[]): Line[] {
  const own = ownCells(race);
  const bad = [...race.variants].filter(
    ([name, cells]) => name !== 'upstream' && ![...cells.values()].every(fine),
  );
  return [
    {
      label: race.test,
      signs: archs.map((id) => worst(signsOf(own, id))),
      mutants: mutantsText(race.variants),
      linux: linuxText(race),
    },
    ...bad.map(([name, cells]) => ({
      label: `  ${name.replace(':', ' ')}`,
      signs: archs.map((id) => signOf(cells.get(id))),
      mutants: '',
      linux: '',
    })),
  ];
}

const familyOf = ({ test }: Race): string => test.slice(0, test.indexOf('/') + 1);

/** Races of one family in one line; only where all is as expected. */
function folded(family: string, races: readonly Race[], archs: readonly string[]): Line {
  const mutants = races.flatMap(({ variants }) =>
    [...variants.keys()].filter((n) => n.startsWith('mutant:')),
  );
  return {
    label: `${family}* (${count(races.length, 'race')})`,
    signs: archs.map((id) => worst(races.flatMap((race) => signsOf(ownCells(race), id)))),
    mutants: String(mutants.length),
    linux: '',
  };
}

const isFine = ({ variants }: Race): boolean =>
  [...variants.values()].every((cells) => [...cells.values()].every(fine));

/**
 * The families that have to be folded for `excess` lines to go: one that is enough, or several small ones, whichever
 * hides fewer races. A family with anything unexpected is never folded.
 */
export function foldedFamilies(races: readonly Race[], excess: number): ReadonlySet<string> {
  if (excess <= 0) return new Set();
  const families = new Map<string, Race[]>();
  for (const race of races) {
    const family = familyOf(race);
    if (family !== '') families.set(family, [...(families.get(family) ?? []), race]);
  }
  const saves = [...families]
    .filter(([, members]) => members.length > 1 && members.every(isFine))
    .map(([family, members]) => ({ family, lines: members.length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const small: typeof saves = [];
  let saved = 0;
  for (const save of saves) {
    if (saved >= excess) break;
    small.push(save);
    saved += save.lines;
  }
  const one = saves.find(({ lines }) => lines >= excess);
  return new Set(one !== undefined && one.lines < saved ? [one.family] : small.map(({ family }) => family));
}

/** The letters that stand for architectures at the head of their columns. */
const letter = (i: number): string => 'abcdefghijklmnopqrstuvwxyz'[i] ?? '*';

/**
 * The table as lines.
 *
 * @param room - lines that may be used; families are folded to keep to it
 */
export function briefTable(report: ConformanceReport, context: Context, room: number): string[] {
  const { colors, width } = context;
  const paints: Record<Sign, (text: string) => string> = {
    '✓': colors.green,
    '°': colors.green,
    '✗': colors.green,
    '–': colors.dim,
    '…': colors.yellow,
    '‼': colors.red,
    ' ': String,
  };
  const archs = report.archs.map(({ id }) => id);
  const races = racesOf(report.cells);
  const heads = flow(
    archs.map((id, i) => `${letter(i)} ${id}`),
    '   ',
    width,
  );
  const fixed = heads.length + 2;
  const rows = races.reduce((n, race) => n + linesOf(race, archs).length, 0);
  const fold = foldedFamilies(races, rows + fixed - room);
  const seen = new Set<string>();
  const lines = races.flatMap((race) => {
    const family = familyOf(race);
    if (!fold.has(family)) return linesOf(race, archs);
    if (seen.has(family)) return [];
    seen.add(family);
    return [
      folded(
        family,
        races.filter((r) => familyOf(r) === family),
        archs,
      ),
    ];
  });
  const label = Math.max(...lines.map((line) => line.label.length), 4);
  const left = width - label - 2 * archs.length - '  mutants'.length;
  const linux = (text: string): string => (text.length + 2 <= left ? `  ${text}` : `  ${text.slice(0, 1)}`);
  // On a narrow terminal the signs are what counts.
  const tail = (line: Pick<Line, 'mutants' | 'linux'>): string =>
    left < 3 ? '' : `${line.mutants.padStart('  mutants'.length)}${linux(line.linux)}`;
  const letters = archs.map((_, i) => ` ${letter(i)}`).join('');
  const head = `${''.padEnd(label)}${letters}${tail({ mutants: 'mutants', linux: 'Linux' })}`;
  return [
    ...heads.map(colors.dim),
    '',
    colors.bold(head),
    ...lines.map((line) => {
      const signs = line.signs.map((sign) => ` ${paints[sign](sign)}`).join('');
      return `${line.label.padEnd(label)}${signs}${tail(line)}`.trimEnd();
    }),
  ];
}
