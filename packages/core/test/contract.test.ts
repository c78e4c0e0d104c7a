import { describe, expect, it } from 'vitest';
import { CONTRACT, type LawSample, PTE_OPS } from '../src/index.js';
import { toyArch } from './toy.js';

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Names that are not the kernel's in camelCase, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  mkProt: 'vm_get_page_prot takes VMA flags; here it takes what they say',
  protNone: 'PAGE_NONE is a macro constant',
};

describe('the contract table', () => {
  const arch = toyArch();
  const rows = new Set(CONTRACT.map((r) => r.op));

  it('has a row for every helper and every operation, and no row twice', () => {
    const methods = [
      ...Object.keys(arch.values),
      ...Object.keys(arch.pmd),
      ...Object.keys(arch.pud),
      ...Object.keys(arch.huge),
      ...Object.keys(arch.swap),
      ...PTE_OPS,
    ];
    expect([...rows].sort()).toEqual([...new Set(methods)].sort());
    expect(rows.size).toBe(CONTRACT.length);
  });

  it('names the kernel helper each row stands for', () => {
    for (const row of CONTRACT) if (!(row.op in EXCEPTIONS)) expect(snake(row.op)).toBe(row.kernel);
  });

  it('holds for the toy, and each value law can fail', () => {
    const v = arch.values;
    const pte = v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: false })));
    const sample: LawSample = {
      pte,
      other: v.pteMkyoung(pte),
      pfn: 7,
      nr: 3,
      swp: { type: 2, offset: 9 },
      marker: 1,
      writable: true,
    };
    const silent: string[] = [];
    for (const { op, law, needs } of CONTRACT) {
      if (law === 'generic' || !arch.has(...(needs ?? []))) continue;
      expect([op, law(arch, sample)]).toEqual([op, null]);
      // Turn the helper into its own opposite: the law that names it must notice.
      const wrong = (table: object) =>
        Object.fromEntries(
          Object.entries(table).map(([k, f]) => [k, k === op ? spoil(f as (...a: never[]) => unknown) : f]),
        );
      const broken = {
        ...arch,
        values: wrong(arch.values),
        pmd: wrong(arch.pmd),
        pud: wrong(arch.pud),
        huge: wrong(arch.huge),
        swap: wrong(arch.swap),
      } as typeof arch;
      let complaint: string | null;
      try {
        complaint = law(broken, sample);
      } catch (error) {
        complaint = String(error);
      }
      if (complaint === null) silent.push(op);
    }
    expect(silent).toEqual([]);
  });
});

/** A helper that answers wrongly, whatever its type. */
function spoil(f: (...args: never[]) => unknown): (...args: never[]) => unknown {
  return (...args) => {
    const answer = f(...args);
    if (typeof answer === 'boolean') return !answer;
    if (typeof answer === 'number') return answer + 1;
    if (answer !== null && typeof answer === 'object' && 'offset' in answer) return { type: 0, offset: -1 };
    return toyArch().values.pfnPte(0x3ffff, toyArch().values.mkProt({ read: true, write: true }));
  };
}
