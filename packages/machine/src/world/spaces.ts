/**
 * Which address space each CPU has loaded: its root register (CR3, TTBR0_EL1, satp) as one word, with the tag under which
 * the CPU caches translations of it (PCID, ASID), and whether user code of it runs there.
 *
 * A race asks for it by `world.follow()` in its setup. Elsewhere every address space is loaded on every CPU, there
 * are no such words, and no step changes.
 */
import { type Mm, RacewalkError, type Vma } from '@racewalk/core';
import type { CellTable, Word } from '@racewalk/core/step';

type Cell = number;

/** Bits of the root register of the model: the number of the address space, its tag, and whether user code runs. */
const MM_BITS = 0xff;
const TAG_SHIFT = 8;
const TAG_BITS = 0xff;
const USER = 0x10000;

/** Tags a model may have; walk caches keep a bit for each. */
const MOST_TAGS = 16;

/** What a race says of the address spaces it switches. */
export interface SpacesSpec {
  /**
   * How many tags the hardware has in this model, 1 to 16; they are numbered from 1. Default 2. Hardware without tags
   * (no `spaceTags`) has one, and forgets what it cached under it whenever another root is loaded.
   */
  readonly tags?: number;
}

/** What a CPU starts with. */
export interface LoadedAtStart {
  /** Default 1. */
  readonly tag?: number;
  /** Whether user code of it runs; false for a CPU that is idle, or runs a kernel thread. Default true. */
  readonly user?: boolean;
}

/** The condition under which an access to an address space can be made. */
export interface Runs {
  readonly guard: Cell;
  readonly test?: (root: Word) => boolean;
}

const ANYWHERE: Runs = Object.freeze({ guard: -1 });

/** The root registers of a world. */
export class Spaces {
  readonly #roots = new Map<number, Cell>();
  #mms: readonly Mm[] = [];
  #tags = 0;
  readonly #left: { readonly cpu: number; readonly root: Word }[] = [];

  constructor(
    private readonly cells: CellTable,
    private readonly cpus: readonly number[],
    private readonly hasTags: boolean,
  ) {}

  /** Whether the race follows which address spaces are loaded. */
  get followed(): boolean {
    return this.#tags > 0;
  }

  /** How many tags there are; 0 where nobody follows. */
  get tags(): number {
    return this.#tags;
  }

  /** Whether what was cached under a tag outlives the load of another root. */
  get keeps(): boolean {
    return this.hasTags;
  }

  /** Follow from now on; `mms` are those of the world, also those that it gets later. Called by the world. */
  begin({ tags = 2 }: SpacesSpec, mms: readonly Mm[]): void {
    if (!(Number.isInteger(tags) && tags >= 1 && tags <= MOST_TAGS)) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `a model with ${tags} tags`, {
        expected: `1 to ${MOST_TAGS}`,
      });
    }
    this.#mms = mms;
    this.#tags = this.hasTags ? tags : 1;
    for (const cpu of this.cpus) {
      const show = (root: Word): string => this.text(root);
      this.#roots.set(cpu, this.cells.add({ name: `root${cpu}`, initial: 0, show }));
    }
  }

  /** What a CPU has loaded at the start; called by `setup`. */
  starts(cpu: number, mm: Mm, { tag = 1, user = true }: LoadedAtStart = {}): void {
    const cell = this.root(cpu);
    if (cell < 0) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `cpu${cpu} has no root register`, {
        expected: 'world.follow() before, and a CPU on which an agent with a TLB runs',
      });
    }
    this.cells.setInitial(cell, this.rootOf(mm, tag) | (user ? USER : 0));
  }

  /** A CPU had an address space loaded before the start: what its tables give may be cached under the tag. */
  left(cpu: number, mm: Mm, tag: number): void {
    const cell = this.root(cpu);
    this.cells.setInitial(cell, 0);
    this.#left.push({ cpu, root: this.rootOf(mm, tag) });
  }

  /** What was loaded before the start. */
  get before(): readonly { readonly cpu: number; readonly root: Word }[] {
    return this.#left;
  }

  /** The word of a CPU's root register, or -1 where nobody follows. */
  root(cpu: number): Cell {
    return this.#roots.get(cpu) ?? -1;
  }

  /** The words of some CPUs. */
  roots(cpus: readonly number[] = this.cpus): Cell[] {
    return cpus.map((cpu) => this.root(cpu)).filter((cell) => cell >= 0);
  }

  /** What stands in the register for an address space under a tag; user code does not run yet. */
  rootOf(mm: Mm, tag: number): Word {
    if (!(Number.isInteger(tag) && tag >= 1 && tag <= this.#tags)) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${mm.name} is loaded under tag ${tag}`, {
        expected: `a tag from 1 to ${this.#tags}`,
        hint: 'world.follow({ tags }) says how many the hardware has; a plug-in without `spaceTags` has one',
      });
    }
    return mm.asid | (tag << TAG_SHIFT);
  }

  /** The address space of a root, or null: nothing is loaded. */
  mmOf(root: Word): Mm | null {
    return this.#mms[(root & MM_BITS) - 1] ?? null;
  }

  /** The tag of a root. */
  tagOf(root: Word): number {
    return (root >> TAG_SHIFT) & TAG_BITS;
  }

  /** Whether a root is that of an address space. */
  has(root: Word, mm: Mm): boolean {
    return (root & MM_BITS) === mm.asid;
  }

  /** Whether user code of this address space runs. */
  runs(root: Word, mm: Mm): boolean {
    return (root & (USER | MM_BITS)) === (USER | mm.asid);
  }

  /** The same root with user code running, or not. */
  withUser(root: Word, on: boolean): Word {
    return on ? root | USER : root & ~USER;
  }

  /** When an access to an area can be made on a CPU. */
  when(cpu: number, { mm, flags }: Vma): Runs {
    const guard = flags.global === true ? -1 : this.root(cpu);
    return guard < 0 ? ANYWHERE : { guard, test: (root) => this.runs(root, mm) };
  }

  /** The bit that walk caches keep for what a root has loaded; 1 where nobody follows. */
  bitOf(root: Word): number {
    return root === 0 ? 1 : 1 << (this.tagOf(root) - 1);
  }

  /** A root in words. */
  text(root: Word): string {
    const mm = this.mmOf(root);
    if (mm === null) return 'nothing';
    const tag = this.hasTags ? `, tag ${this.tagOf(root)}` : '';
    return `${mm.name}${tag}${(root & USER) === 0 ? ', no user code' : ''}`;
  }
}
