/** A page-table entry, bit by bit. */
import { type ArchPlugin, describePte, fieldOf, type PteWord, pteHex, pteToBigInt } from '@racewalk/core';
import { wrap } from './numbers.js';

/** Bits of `pte` that no field names, as runs. */
function unnamed(arch: ArchPlugin, pte: PteWord): string[] {
  const known = new Set(
    arch.layout.fields.flatMap(({ lo, hi }) => Array.from({ length: hi - lo + 1 }, (_, i) => lo + i)),
  );
  const value = pteToBigInt(pte);
  const set = Array.from({ length: 64 }, (_, n) => n).filter(
    (n) => !known.has(n) && (value >> BigInt(n)) & 1n,
  );
  return set.map(String);
}

/** The entry in words, then a line per field, highest bit first. */
export function decodedPte(arch: ArchPlugin, pte: PteWord, width: number): string {
  const out = [`${pteHex(pte)} on ${arch.id}: ${describePte(arch, pte)}`, ''];
  const rows = [...arch.layout.fields]
    .sort((a, b) => b.hi - a.hi)
    .map((field) => {
      const bits = field.hi === field.lo ? `${field.lo}` : `${field.hi}:${field.lo}`;
      const value = fieldOf(pte, field.lo, field.hi);
      const shown = field.hi === field.lo ? `${value}` : `0x${value.toString(16)}`;
      const says = `${field.means}${field.software ? ' (software)' : ''} [${field.source}]`;
      return { bits, name: field.name, shown, says };
    });
  const column = (pick: (row: (typeof rows)[number]) => string, head: string) =>
    Math.max(head.length, ...rows.map((row) => pick(row).length));
  const [b, n, v] = [
    column((r) => r.bits, 'bits'),
    column((r) => r.name, 'field'),
    column((r) => r.shown, 'value'),
  ];
  const line = (bits: string, name: string, shown: string, says: string) =>
    `${bits.padStart(b)}  ${name.padEnd(n)}  ${shown.padStart(v)}  ${says}`;
  out.push(line('bits', 'field', 'value', 'meaning [source]'));
  const margin = ' '.repeat(b + n + v + 6);
  for (const { bits, name, shown, says } of rows) {
    const [first = '', ...rest] = wrap(says, Math.max(30, width - margin.length));
    out.push(line(bits, name, shown, first), ...rest.map((text) => margin + text));
  }
  const others = unnamed(arch, pte);
  if (others.length > 0) out.push('', `set, but not described: bit ${others.join(', ')}`);
  const bad = arch.malformed?.(pte) ?? null;
  if (bad !== null) out.push('', `must never stand in a table: ${bad}`);
  return `${out.join('\n')}\n`;
}
