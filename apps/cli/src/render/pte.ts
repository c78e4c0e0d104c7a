/** A page-table entry, bit by bit. */

import { type ArchPlugin, type PteWord, pteHex } from '@racewalk/core';
import { decodePte, describePte } from '@racewalk/machine';
import { wrap } from './numbers.js';

/** The entry in words, then a line per field, highest bit first. */
export function decodedPte(arch: ArchPlugin, pte: PteWord, width: number): string {
  const out = [`${pteHex(pte)} on ${arch.id}: ${describePte(arch, pte)}`, ''];
  const { fields, undescribed } = decodePte(arch, pte);
  const rows = fields.map(({ field, bits, shown }) => {
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
  if (undescribed.length > 0) out.push('', `set, but not described: bit ${undescribed.join(', ')}`);
  const bad = arch.malformed?.(pte) ?? null;
  if (bad !== null) out.push('', `must never stand in a table: ${bad}`);
  return `${out.join('\n')}\n`;
}
