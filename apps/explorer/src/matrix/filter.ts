/** Which races and variants of the matrix are shown. */
import {
  type ArchInfo,
  type CellTuple,
  familyOf,
  type Matrix,
  type RaceInfo,
  type VariantInfo,
} from '../data/matrix.js';
import { patternOf } from './patterns.js';

/** What a filter keeps. */
export interface Filter {
  readonly text: string;
  readonly family: string;
  readonly invariant: string;
  /** Columns that have it. */
  readonly capability: string;
  /** `all`, `differ`, `linux`, `unexpected`, `bounded`. */
  readonly show: string;
  /** Variants that break on exactly these architectures; of any if empty. */
  readonly pattern: string;
}

/** What can be shown, and how it is called. */
export const SHOWN = {
  all: 'Everything',
  differ: 'Architectures differ',
  linux: 'Breaks in a Linux release',
  unexpected: 'Not as expected',
  bounded: 'Bounded',
} as const;

const decided = (cells: VariantInfo['cells']): CellTuple[] =>
  cells.filter((cell): cell is CellTuple => cell !== null && cell[0] !== 'not-applicable');

/** Whether a variant comes to different things on different plug-ins. */
export const differs = ({ cells }: VariantInfo): boolean =>
  new Set(decided(cells).map(([verdict, code]) => `${verdict} ${code}`)).size > 1;

const TESTS: Readonly<Record<string, (variant: VariantInfo) => boolean>> = {
  differ: differs,
  linux: ({ name, cells }) =>
    name.startsWith('linux:') && decided(cells).some(([verdict]) => verdict === 'violates'),
  unexpected: ({ cells }) =>
    decided(cells).some(([verdict, , expected]) => expected === 0 && verdict !== 'bounded'),
  bounded: ({ cells }) => decided(cells).some(([verdict]) => verdict === 'bounded'),
};

const textOf = (race: RaceInfo, variant: VariantInfo): string =>
  [race.id, race.title, race.about, race.source, variant.name, variant.what, variant.kernel, variant.known]
    .join(' ')
    .toLowerCase();

/** Variants of a race that the filter keeps; upstream goes with any of them. */
function variantsKept(race: RaceInfo, { text, invariant, show, pattern }: Filter): readonly VariantInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const test = TESTS[show] ?? (() => true);
  const kept = race.variants.filter((variant) => {
    if (!words.every((word) => textOf(race, variant).includes(word))) return false;
    if (
      invariant !== '' &&
      !race.invariants.includes(invariant) &&
      !variant.cells.some((c) => c?.[1] === invariant)
    ) {
      return false;
    }
    return test(variant) && (pattern === '' || patternOf(variant) === pattern);
  });
  return kept;
}

/** A race and those of its variants that are shown. */
export interface ShownRace {
  readonly race: RaceInfo;
  readonly variants: readonly VariantInfo[];
}

/** Races in their order, those of a family together. */
export function filtered(matrix: Matrix, filter: Filter): ShownRace[] {
  const groups = new Map<string, ShownRace[]>();
  for (const race of matrix.races) {
    const family = familyOf(race.id);
    if (filter.family !== '' && family !== filter.family) continue;
    const variants = variantsKept(race, filter);
    if (variants.length > 0) groups.set(family, [...(groups.get(family) ?? []), { race, variants }]);
  }
  return [...groups.values()].flat();
}

/** The columns that are shown, with their numbers. */
export const columnsOf = (
  { archs }: Matrix,
  { capability }: Filter,
): readonly { readonly arch: ArchInfo; readonly column: number }[] =>
  archs
    .map((arch, column) => ({ arch, column }))
    .filter(({ arch }) => capability === '' || arch.capabilities.includes(capability));

export const families = ({ races }: Matrix): string[] => [...new Set(races.map(({ id }) => familyOf(id)))];
export const invariants = ({ races }: Matrix): string[] =>
  [...new Set(races.flatMap((race) => race.invariants))].sort();
export const capabilities = ({ archs }: Matrix): string[] =>
  [...new Set(archs.flatMap((arch) => arch.capabilities))].sort();
