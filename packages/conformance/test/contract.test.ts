import {
  type ArchPlugin,
  bit,
  claimsOf,
  defineArch,
  HUGE_PTE_OPS,
  PMD_ONLY_OPS,
  PMD_OPS,
  PTE_OPS,
  type PteWord,
  pteAny,
  pteOr,
  pudName,
  type ValueLaw,
} from '@racewalk/core';
import { exchangeToy as toyArch, trackingSpec } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { CONTRACT, exampleSamples, KERNEL_TABLE } from '../src/index.js';

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Names that are not the kernel's in camelCase, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  mkProt: 'vm_get_page_prot takes VMA flags; here it takes what they say',
  protNone: 'PAGE_NONE is a macro constant',
};

const VALUE_ROWS = CONTRACT.filter(({ level }) => !level.endsWith('entry') && level !== 'batch');

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
      ...PMD_OPS,
      ...PMD_OPS.filter((op) => !(PMD_ONLY_OPS as readonly string[]).includes(op)).map(pudName),
      ...HUGE_PTE_OPS,
    ];
    expect([...rows].sort()).toEqual([...new Set(methods)].sort());
    expect(rows.size).toBe(CONTRACT.length);
  });

  it('names the kernel helper each row stands for', () => {
    for (const row of CONTRACT) if (!(row.op in EXCEPTIONS)) expect(snake(row.op)).toBe(row.kernel);
  });

  it("has a row for each name of the kernel's table, or says why not", () => {
    const open = KERNEL_TABLE.filter(({ op, note }) => (op === null ? note === undefined : !rows.has(op)));
    expect(open.map(({ name }) => name)).toEqual([]);
    const sizes = new Map<string, number>();
    for (const { section } of KERNEL_TABLE) sizes.set(section, (sizes.get(section) ?? 0) + 1);
    expect(Object.fromEntries(sizes)).toEqual({ PTE: 31, PMD: 35, PUD: 25, HugeTLB: 10, swap: 8 });
  });

  it('holds, and each value law can fail', () => {
    const silent: string[] = [];
    const tried = new Set<string>();
    for (const arch of [toyArch(), full]) {
      for (const { op, law, needs } of VALUE_ROWS) {
        if (law === 'generic' || !arch.has(...(needs ?? []))) continue;
        tried.add(op);
        const samples = exampleSamples(arch);
        for (const sample of samples) expect([op, law(arch, sample)]).toEqual([op, null]);
        const broken = spoilt(arch, op);
        if (samples.every((sample) => complaintOf(() => law(broken, sample)) === null)) silent.push(op);
      }
    }
    expect(silent).toEqual([]);
    expect(VALUE_ROWS.map((r) => r.op).filter((op) => !tried.has(op))).toEqual([]);
  });

  it('finds a helper that does nothing, and a size that has another form', () => {
    const [clean] = exampleSamples(full);
    const sample = clean!;
    const v = full.values;
    const idle = (pte: PteWord) => pte;
    const without = (name: string) => ({ ...full, values: { ...v, [name]: idle } }) as ArchPlugin;
    const lawOf = (name: string) => CONTRACT.find(({ op }) => op === name)?.law as ValueLaw;
    for (const [op, pte] of [
      ['pteMkyoung', sample.pte],
      ['pteMkold', v.pteMkyoung(sample.pte)],
      ['pteMkspecial', sample.pte],
    ] as const) {
      expect([op, lawOf(op)(full, { ...sample, pte })]).toEqual([op, null]);
      expect([op, lawOf(op)(without(op), { ...sample, pte })]).not.toEqual([op, null]);
    }
    const { huge, cont } = arch;
    const log = Math.log2(cont?.ptes ?? 1);
    expect(log).toBeGreaterThan(0);
    // A block of leaves gets the form of a block of pages.
    const page = (pte: PteWord, shift: number) =>
      huge.archMakeHugePte(pte, shift === 21 + log ? 12 + log : shift);
    const broken = { ...arch, huge: { ...huge, archMakeHugePte: page } } as ArchPlugin;
    const [small] = exampleSamples(arch);
    expect(lawOf('archMakeHugePte')(arch, small!)).toBeNull();
    expect(lawOf('archMakeHugePte')(broken, small!)).toContain(`for 2^${21 + log} bytes`);
  });

  it('says in words what each law claims', () => {
    for (const { op, law, needs } of VALUE_ROWS) {
      const arch = full.has(...(needs ?? [])) ? full : toyArch();
      if (law !== 'generic')
        expect([op, claimsOf(law, arch, exampleSamples(arch)).length > 0]).toEqual([op, true]);
    }
  });
});

const DEVMAP = bit(11);

/** Every capability but blocks. */
const full = defineArch({
  ...trackingSpec,
  layout: {
    ...trackingSpec.layout,
    fields: [
      ...trackingSpec.layout.fields,
      { name: 'DEVMAP', lo: 11, hi: 11, means: 'device memory', source: 'toy', software: true },
    ],
    devmap: { bit: DEVMAP },
    // A huge page on the move must not look like one that is there.
    swap: { ...trackingSpec.layout.swap, type: [52, 56] },
  },
  values: {
    ...trackingSpec.values,
    pteDevmap: (pte) => pteAny(pte, DEVMAP),
    pteMkdevmap: (pte) => pteOr(pte, DEVMAP),
  },
  id: 'full',
  title: 'Everything but blocks',
  capabilities: [
    'hwAccess',
    'hwDirty',
    'ipiFlush',
    'faultDropsTlb',
    'uffdWp',
    'pudLeaf',
    'pudThp',
    'hugePfnmap',
    'thpMigration',
    'devmap',
    'softDirty',
  ],
});

/** The plug-in with one helper turned into its own opposite. */
function spoilt(arch: ArchPlugin, op: string): ArchPlugin {
  const wrong = (table: object) =>
    Object.fromEntries(
      Object.entries(table).map(([k, f]) => [k, k === op ? spoil(f as (...a: never[]) => unknown) : f]),
    );
  return {
    ...arch,
    values: wrong(arch.values),
    pmd: wrong(arch.pmd),
    pud: wrong(arch.pud),
    huge: wrong(arch.huge),
    swap: wrong(arch.swap),
  } as typeof arch;
}

function complaintOf(law: () => string | null): string | null {
  try {
    return law();
  } catch (error) {
    return String(error);
  }
}

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
