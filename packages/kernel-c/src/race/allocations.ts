/** Structs that agents allocate: memory of the model is there from the start, so each call has its own set aside. */

import type { Unit } from '../parse/unit.js';
import { kept } from '../run/allocated.js';
import { struct } from '../types/ctype.js';
import type { SharedVariable } from './initial.js';

const CALL =
  /\b(?:k[vm]*[mz]alloc|kmem_cache_z?alloc)\s*\([^;]*?\bsizeof\s*\(?\s*(?:struct\s+(\w+)|\*\s*(\w+))/g;

/** The struct that a pointer of this name leads to, by its declaration. */
const pointedBy = (text: string, name: string): string | undefined =>
  new RegExp(`\\bstruct\\s+(\\w+)\\s*(?:\\*\\s*\\w+(?:\\s*=[^,;]*)?\\s*,\\s*)*\\*\\s*${name}\\b`).exec(
    text,
  )?.[1];

/** What they are, as variables of the race: as many for each agent as there are calls in the texts. */
export function allocatedIn(units: readonly Unit[], agents: number): SharedVariable[] {
  const found = new Map<string, number>();
  for (const { text } of units)
    for (const [, tag, pointer = ''] of text.matchAll(CALL)) {
      const name = tag ?? pointedBy(text, pointer);
      if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
    }
  return [...found].flatMap(([tag, calls]) =>
    Array.from({ length: agents }, (_, cpu) =>
      Array.from({ length: calls }, (__, i) => ({
        name: kept(tag, cpu, i),
        type: struct(tag),
        value: 0n,
        length: null,
      })),
    ).flat(),
  );
}
