/** Cells of a report by race, variant and architecture, in the order of the report. */
import type { ReportCell } from '@racewalk/conformance/matrix';

/** One variant of a race: its cells by architecture. */
export type VariantCells = ReadonlyMap<string, ReportCell>;

/** One race. */
export interface Race {
  readonly test: string;
  readonly variants: ReadonlyMap<string, VariantCells>;
  /** Releases of Linux that do what upstream does. */
  readonly same: readonly string[];
}

export function racesOf(cells: readonly ReportCell[]): Race[] {
  const tests = new Map<string, Map<string, Map<string, ReportCell>>>();
  for (const cell of cells) {
    const variants = tests.get(cell.test) ?? new Map<string, Map<string, ReportCell>>();
    tests.set(cell.test, variants);
    const row = variants.get(cell.variant) ?? new Map<string, ReportCell>();
    variants.set(cell.variant, row);
    row.set(cell.arch, cell);
  }
  return [...tests].map(([test, variants]) => {
    const upstream = [...(variants.get('upstream')?.values() ?? [])];
    return { test, variants, same: [...new Set(upstream.flatMap(({ linux = [] }) => linux))] };
  });
}

/** Whether a cell came to what was expected; one that was not decided did not. */
export const fine = ({ asExpected, verdict }: ReportCell): boolean => asExpected && verdict !== 'bounded';
