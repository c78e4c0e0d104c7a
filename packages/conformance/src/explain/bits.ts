/** Entries side by side, field by field: what a failing law has to show. */

import { type ArchPlugin, type PteWord, pteHex } from '@racewalk/core';
import { decodePte, describePte } from '@racewalk/machine';

/** An entry and what it is called, for instance `before`. */
export type Labelled = readonly [label: string, pte: PteWord];

/** A decoded entry in a line: bits in hexadecimal, what it means, and the fields that are set. */
export function entryLine(arch: ArchPlugin, pte: PteWord): string {
  const { fields, undescribed } = decodePte(arch, pte);
  const set = fields
    .filter(({ value }) => value !== 0)
    .map(({ field, value, shown }) =>
      field.lo === field.hi && value === 1 ? field.name : `${field.name}=${shown}`,
    );
  const others = undescribed.map((n) => `bit ${n}`);
  const names = [...set, ...others].join(' ');
  return `${pteHex(pte)}  ${describePte(arch, pte)}${names === '' ? '' : `  [${names}]`}`;
}

/**
 * Entries in lines, then their fields in columns: those that are not zero in all of them. A field in which
 * not all agree is marked with `*`.
 */
export function sideBySide(arch: ArchPlugin, entries: readonly Labelled[]): string[] {
  const longest = Math.max(...entries.map(([label]) => label.length));
  const lines = entries.map(
    ([label, pte]) => `${label.padEnd(longest)}  ${pteHex(pte)}  ${describePte(arch, pte)}`,
  );
  return [...lines, ...columnsOf(rowsOf(arch, entries), entries)];
}

interface Row {
  readonly bits: string;
  readonly name: string;
  readonly shown: readonly string[];
  readonly means: string;
}

function rowsOf(arch: ArchPlugin, entries: readonly Labelled[]): Row[] {
  const decoded = entries.map(([, pte]) => decodePte(arch, pte));
  const rows = (decoded[0]?.fields ?? []).map(({ field, bits }, i): Row => {
    const shown = decoded.map((d) => d.fields[i]?.shown ?? '');
    return { bits, name: field.name, shown, means: `${field.means}${field.software ? ' (software)' : ''}` };
  });
  const others = [...new Set(decoded.flatMap((d) => d.undescribed))].sort((a, b) => b - a);
  for (const n of others) {
    const shown = decoded.map((d) => (d.undescribed.includes(n) ? '1' : '0'));
    rows.push({ bits: `${n}`, name: '?', shown, means: 'described by no field of the layout' });
  }
  return rows.filter(({ shown }) => shown.some((text) => text !== '0' && text !== '0x0'));
}

function columnsOf(rows: readonly Row[], entries: readonly Labelled[]): string[] {
  if (rows.length === 0) return [];
  const heads = ['bits', 'field', ...entries.map(([label]) => label)];
  const table = rows.map(({ bits, name, shown }) => [bits, name, ...shown]);
  const widths = heads.map((head, i) => Math.max(head.length, ...table.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[], rest: string) => {
    const text = cells.map((cell, i) =>
      i === 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `  ${text.join('  ')}  ${rest}`.trimEnd();
  };
  return [
    line(heads, ''),
    ...rows.map(({ shown, means }, i) => {
      const differs = shown.some((text) => text !== shown[0]);
      return line(table[i] ?? [], `${differs ? '*' : ' '} ${means}`);
    }),
  ];
}
