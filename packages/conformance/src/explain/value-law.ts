/** What a law about values says when it fails: the helper, the bits before and after, and the input. */
import type { ArchPlugin, ContractRow, LawSample, PteWord, ValueLaw } from '@racewalk/core';
import { entryLine, type Labelled, sideBySide } from './bits.js';
import { type HelperCall, listenTo, readsOf } from './calls.js';
import { hangsOn } from './hangs-on.js';
import { isPte } from './is-pte.js';
import { memoryLawDetails } from './memory-law.js';

/** The parts of a sample in words; entries are decoded. */
const PARTS: Readonly<Record<keyof LawSample, (arch: ArchPlugin, s: LawSample) => string>> = {
  pte: (arch, s) => entryLine(arch, s.pte),
  other: (arch, s) => entryLine(arch, s.other),
  pfn: (_, s) => `0x${s.pfn.toString(16)}`,
  nr: (_, s) => `${s.nr}`,
  swp: (_, s) => `type ${s.swp.type}, offset 0x${s.swp.offset.toString(16)}`,
  marker: (_, s) => `${s.marker}`,
  writable: (_, s) => `${s.writable}`,
};

/** The helper's own call, and the entry it began with. */
function ownCall(calls: readonly HelperCall[], op: string): HelperCall | undefined {
  return (
    calls.find(({ name, args }) => name === op && args.some(isPte)) ?? calls.find(({ name }) => name === op)
  );
}

function labelled({ args, result }: HelperCall): Labelled[] {
  const before = args.find(isPte);
  return [
    ...(before === undefined ? [] : [['before', before] as const]),
    ...(isPte(result) ? [['after', result] as const] : []),
  ];
}

/** Predicates that were asked about an entry, with their answers. */
function asked(calls: readonly HelperCall[], pte: PteWord): ReadonlyMap<string, boolean> {
  const about = calls.filter(({ args }) => args[0] === pte);
  return new Map(about.flatMap(({ name, result }) => (typeof result === 'boolean' ? [[name, result]] : [])));
}

/**
 * What the law asked about the entry that was made, and the bits on which the answer hangs; not what is as
 * it was before.
 */
function answers(arch: ArchPlugin, calls: readonly HelperCall[], entries: readonly Labelled[]): string[] {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [label, pte] = last;
  const before = first[1] === pte ? new Map<string, boolean>() : asked(calls, first[1]);
  return [...asked(calls, pte)].flatMap(([name, answer]) => {
    if (before.get(name) === answer) return [];
    const test = helperOf(arch, name);
    const bits = test === null ? '' : hangsOn(arch, pte, test);
    return [`${name}(${label}) = ${answer}${bits === '' ? '' : `; it hangs on ${bits}`}`];
  });
}

function helperOf({ values, pmd, pud, huge }: ArchPlugin, name: string): ((pte: PteWord) => unknown) | null {
  for (const group of [values, pmd, pud, huge]) {
    const helper = (group as unknown as Readonly<Record<string, unknown>>)[name];
    if (typeof helper === 'function') return helper as (pte: PteWord) => unknown;
  }
  return null;
}

/** What to add to the complaint of a law that `sample` breaks, in lines. */
export function valueLawDetails(
  arch: ArchPlugin,
  row: ContractRow & { readonly law: ValueLaw },
  sample: LawSample,
): string[] {
  const heard = listenTo(arch);
  const watched = readsOf(sample);
  row.law(heard.arch, watched.value);
  const own = ownCall(heard.calls, row.op);
  const entries = own === undefined ? [] : labelled(own);
  const returned = own === undefined || isPte(own.result) ? [] : [`returned  ${String(own.result)}`];
  const inMemory = memoryLawDetails(arch, row.law, sample);
  const parts = (Object.keys(PARTS) as (keyof LawSample)[]).filter((part) => watched.read.has(part));
  const helper = [
    ...(entries.length === 0 ? [] : sideBySide(arch, entries)),
    ...returned,
    ...answers(arch, heard.calls, entries),
  ];
  return [
    ...(inMemory.length > 0 ? inMemory : helper),
    'smallest input:',
    ...parts.map((part) => `  ${part.padEnd(8)}  ${PARTS[part](arch, sample)}`),
  ];
}
