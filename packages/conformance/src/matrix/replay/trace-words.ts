/**
 * Values of a recording as a trace has them: entries bit by bit, all else as numbers. Ids of interned entries
 * mean something in this process only, and stay here.
 */

import { type ArchPlugin, type Ptep, type PteWord, pteById, pteHex } from '@racewalk/core';
import { type Cell, type Program, roleOf, type Word, type WordRole } from '@racewalk/core/step';
import type { StepRecord } from '@racewalk/explorer';
import { decodePte, describePte, membersOf, pteFacts, type World } from '@racewalk/machine';
import type { TraceEntry, TraceField, TraceFieldChange, TraceValue, TraceWord } from '@racewalk/trace';

/** Words of these roles hold whole entries, by their interned ids, unless they hold half of one. */
const HOLDS_AN_ENTRY: ReadonlySet<WordRole['is']> = new Set(['entry', 'tlb', 'device-tlb']);

/** Knows what each word of a program holds. */
export class TraceWords {
  /** What every value that was asked for says. */
  readonly said: Record<string, TraceWord> = {};
  readonly #arch: ArchPlugin;
  readonly #ptepOf = new Map<Cell, Ptep>();
  readonly #roles: readonly WordRole[];

  constructor(
    private readonly world: World,
    program: Program,
  ) {
    this.#arch = world.arch;
    this.#roles = program.cells.map(roleOf);
    for (const ptep of world.tables.flatMap((table) => table.entries)) {
      this.#ptepOf.set(ptep.cell, ptep);
      if (ptep.high >= 0) this.#ptepOf.set(ptep.high, ptep);
    }
  }

  /** What a word is. */
  role(cell: Cell): WordRole {
    return this.#roles[cell] ?? { is: 'word' };
  }

  /** A value of a word; `undefined` for the bookkeeping of an observer. */
  value(cell: Cell, word: Word): TraceValue | undefined {
    const role = this.role(cell);
    if (role.is === 'ghost') return undefined;
    const half = role.is === 'entry' && role.half !== undefined;
    if (half) return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
    if (!HOLDS_AN_ENTRY.has(role.is)) return word;
    return role.is === 'tlb' && word < 0 ? this.#set(word) : this.#entry(pteById(word));
  }

  /**
   * The entries a step changes, and those it reads half of, given all of memory before it and after it. What
   * was read whole stands in the access itself.
   */
  entries({ cells, effect }: StepRecord, before: Int32Array, after: Int32Array): TraceEntry[] {
    const half = (cell: Cell) => effect.on.includes(cell) && (this.#ptepOf.get(cell)?.high ?? -1) >= 0;
    const acts = cells.filter((cell) => before[cell] !== after[cell] || half(cell));
    const pteps = new Set(acts.flatMap((cell) => this.#ptepOf.get(cell) ?? []));
    return [...pteps].map((ptep) => {
      const { table, index } = ptep;
      const was = this.world.entryIn((cell) => before[cell] ?? 0, ptep);
      const now = this.world.entryIn((cell) => after[cell] ?? 0, ptep);
      const [level, fields] = [table.level ?? 'pte', this.#changes(was, now)] as const;
      return { table: table.name, index, level, before: this.#entry(was), after: this.#entry(now), fields };
    });
  }

  #entry(pte: PteWord): string {
    const hex = pteHex(pte);
    const { values } = this.#arch;
    this.said[hex] ??= {
      text: describePte(this.#arch, pte),
      live: values.pteValid(pte),
      ...(values.ptePresent(pte) ? { pfn: values.ptePfn(pte) } : {}),
      facts: pteFacts(this.#arch, pte),
    };
    return hex;
  }

  /** Several translations of one page. */
  #set(word: Word): string {
    const members = membersOf(word);
    const hex = members.map((pte) => this.#entry(pte)).join('|');
    const facts = members.map((pte) => pteFacts(this.#arch, pte));
    this.said[hex] ??= {
      text: members.map((pte) => describePte(this.#arch, pte)).join(' or '),
      live: members.some((pte) => this.#arch.values.pteValid(pte)),
      facts: (facts[0] ?? []).filter((fact) => facts.every((of) => of.includes(fact))),
    };
    return hex;
  }

  #changes(was: PteWord, now: PteWord): TraceFieldChange[] {
    if (was === now) return [];
    const after = decodePte(this.#arch, now).fields;
    return decodePte(this.#arch, was).fields.flatMap(({ field, value }, i) => {
      const new_ = after[i]?.value ?? 0;
      return value === new_ ? [] : [{ name: field.name, before: value, after: new_ }];
    });
  }
}

/** The fields of an entry, as the plug-in gives them. */
export const layoutOf = (arch: ArchPlugin): TraceField[] =>
  arch.layout.fields.map(({ name, lo, hi, means, software }) => ({
    name,
    lo,
    hi,
    means,
    ...(software === true ? { software } : {}),
  }));
