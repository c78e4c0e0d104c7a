/**
 * What a plug-in does not model, beside its own words: what no plug-in can, because the machine cannot, and
 * what follows from its parts. A plug-in that is silent about it is not believed.
 */
import { type ArchPlugin, CAPABILITIES, type Capability } from '@racewalk/core';
import { memoryOmissions } from '@racewalk/machine';

/** What the machine does not model, whatever the plug-in says. */
export const NEVER_MODELLED: readonly string[] = Object.freeze([
  'the order of stores of user code: each is seen at once',
  'access flags that the hardware sets ahead of any access: fills are modelled where they change nothing',
  'walk caches and page tables that are freed, but in races that have an upper level',
  'address-space identifiers and lazy TLB mode: a flush concerns every CPU of the model',
  'two-stage translation, execution, privilege levels, protection keys, memory types',
  'errata',
]);

/** What follows from the parts of a plug-in: things that real hardware may have and it has not. */
export function derivedOmissions(arch: ArchPlugin): readonly string[] {
  const denied = (Object.keys(CAPABILITIES) as Capability[]).filter((name) => !arch.has(name));
  const found: string[] = [];
  if (arch.memory === 'sc') found.push('store buffers: its memory order is sc, every store is seen at once');
  if (arch.memory === 'weak') found.push(...memoryOmissions('weak').map((what) => `memory order: ${what}`));
  if (denied.length > 0) found.push(`what it denies: ${denied.join(', ')}`);
  if (arch.cont !== undefined) {
    found.push(`blocks of ${arch.cont.ptes} entries, where a race has smaller ones`);
  }
  if (arch.malformed === undefined) found.push('patterns that must never stand in a table: it names none');
  if (arch.ops === undefined) {
    const others = arch.pmdOps !== undefined || arch.hugeOps !== undefined;
    found.push(`operations of its own${others ? ' on page entries' : ''}: all bodies are generic`);
  }
  if (arch.ops !== undefined && (arch.mutants ?? []).length === 0) {
    found.push('proof that the races test its operations: no mutant puts a bug back into them');
  }
  return found;
}

/** Words that say nothing. */
const EMPTY = /^\W*(?:none|nothing|n\/?a|todo|tbd)?\W*$/i;

/** What is wrong with a plug-in's `omits`, in words; empty if nothing can be seen to be. */
export function omissionProblems(arch: Pick<ArchPlugin, 'id' | 'omits' | 'capabilities'>): readonly string[] {
  const { id, omits, capabilities } = arch;
  if (omits.length === 0) {
    return [`${id} omits nothing, so it says, and no model is complete: the list omits is empty`];
  }
  const found: string[] = [];
  for (const [i, item] of omits.entries()) {
    if (EMPTY.test(item)) found.push(`${id} omits ${JSON.stringify(item)}: that says nothing`);
    if (omits.indexOf(item) !== i) found.push(`${id} omits ${JSON.stringify(item)} twice`);
    for (const name of capabilities) {
      if (new RegExp(`\\b${name}\\b`).test(item)) {
        found.push(`${id} claims ${name}, and omits ${JSON.stringify(item)}: one of the two is not so`);
      }
    }
  }
  return found;
}
