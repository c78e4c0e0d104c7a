/** In which ways the architectures differ: variants that break on the same plug-ins are one pattern. */
import type { CellTuple, Matrix, VariantInfo } from '../data/matrix.js';

/** Variants that break on the same architectures and hold on the same others. */
export interface Pattern {
  /** For each architecture: 1 breaks, 0 holds, - does not apply. */
  readonly key: string;
  readonly variants: number;
  /** Where it breaks, in words. */
  readonly where: string;
  /** What is said most often of the architectures on which it holds. */
  readonly why: string | undefined;
  /** The first of them. */
  readonly race: string;
  readonly variant: string;
}

const sign = (cell: CellTuple | null): string => {
  if (cell === null || cell[0] === 'not-applicable') return '-';
  return cell[0] === 'violates' ? '1' : '0';
};

export const patternOf = ({ cells }: VariantInfo): string => cells.map(sign).join('');

/** Whether some break and some hold. */
export const mixed = (key: string): boolean => key.includes('1') && key.includes('0');

function whereOf(key: string, archs: Matrix['archs']): string {
  const named = (wanted: string): string[] => archs.flatMap(({ id }, i) => (key[i] === wanted ? [id] : []));
  const [broken, holding] = [named('1'), named('0')];
  if (broken.length <= 2) return `only on ${broken.join(' and ')}`;
  if (holding.length <= 2) return `not on ${holding.join(' and ')}`;
  return `on ${broken.length} of ${broken.length + holding.length}`;
}

/** The text that occurs most often. */
function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** All patterns, the commonest first. */
export function patternsOf({ races, archs, texts }: Matrix): Pattern[] {
  const groups = new Map<string, { race: string; variant: VariantInfo }[]>();
  for (const race of races) {
    for (const variant of race.variants) {
      const key = patternOf(variant);
      if (variant.name === 'upstream' || !mixed(key)) continue;
      groups.set(key, [...(groups.get(key) ?? []), { race: race.id, variant }]);
    }
  }
  return [...groups]
    .map(([key, members]) => ({
      key,
      variants: members.length,
      where: whereOf(key, archs),
      why: commonest(
        members.flatMap(({ variant }) =>
          variant.cells.flatMap((cell) => (cell?.[0] === 'holds' ? (texts[cell[5]] ?? []) : [])),
        ),
      ),
      race: members[0]?.race ?? '',
      variant: members[0]?.variant.name ?? '',
    }))
    .sort((a, b) => b.variants - a.variants);
}
