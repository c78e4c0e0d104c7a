/** A race calls something that is not there: where it is, if another object has it. */
import { nearest } from '@racewalk/core';
import { Tlbs, World } from '@racewalk/machine';
import { type FolioTable, KERNEL } from '@racewalk/mm';

/** The members of objects of a class. */
const membersOf = (made: { readonly prototype: object }): string[] =>
  Object.getOwnPropertyNames(made.prototype).filter((name) => name !== 'constructor');

/** What `linux(w)` makes. */
const FOLIOS: readonly (keyof FolioTable)[] = ['folio', 'folios', 'mapFolio'];

/** What has become of members that have another name or other arguments today. */
const RENAMED: Readonly<Record<string, string>> = {
  tlbCells: 'm.world.tlbs.words(mm, start, end, cpu), and m.tlb.localFlushTlbPage(vma, addr) to empty them',
};

/** What to write instead, for an error that says that a member is no function; or null. */
export function memberAdvice(error: string | undefined): string | null {
  const [, object = '', name = ''] = /TypeError: ([\w.]+)\.(\w+) is not a function/.exec(error ?? '') ?? [];
  if (name === '') return null;
  const renamed = RENAMED[name];
  if (renamed !== undefined) return `${object}.${name} is ${renamed}`;
  if ((FOLIOS as readonly string[]).includes(name))
    return `${object}.${name} is linux(w).${name}: import { linux } from '@racewalk/mm'`;
  if (name in KERNEL) return `${object}.${name} is m.k.${name}: yield* m.k.${name}(…)`;
  const tlbs = membersOf(Tlbs);
  if (tlbs.includes(name)) return `${object}.${name} is world.tlbs.${name}`;
  const near = nearest(name, [...FOLIOS, ...Object.keys(KERNEL), ...tlbs, ...membersOf(World)]);
  return near === null ? null : `there is no ${object}.${name}; did you mean ${near}?`;
}
