/**
 * The words of Linux about address spaces on CPUs, and how a race asks for them: `followMms`. What they mean is in the
 * protocols that use them: `tlb` (arch/x86/mm/tlb.c), `context` (arch/arm64/mm/context.c), `mmu_context`
 * (arch/loongarch/include/asm/mmu_context.h; alpha and mips are alike).
 */
import { type ArchPlugin, type Mm, RacewalkError } from '@racewalk/core';
import type { Cell, Word } from '@racewalk/core/step';
import type { LoadedAtStart, Machine, SpacesSpec, World } from '@racewalk/machine';

/** How tags are handed out; see `mmContext` of a plug-in. */
export type MmContextKind = NonNullable<ArchPlugin['mmContext']>;

/** What Linux keeps of an address space whose loads a race follows. @kernel mm_context_t */
export interface MmContext {
  /** A bit for each CPU that may have translations of it. @kernel mm_cpumask */
  readonly cpumask: Cell;
  /** `tlb-gen`: how many flushes there have been, from 1. @kernel tlb_gen */
  readonly tlbGen: Cell;
  /** `tlb-gen`: a tag that is the same on all CPUs, 0 for none. @kernel global_asid */
  readonly globalAsid: number;
  /** `generations`: generation and tag, 0 for none. @kernel context.id */
  readonly id: Cell;
  /** `versions`: version and tag on each CPU; 0: a new one at the next switch. @kernel cpu_context */
  readonly asid: ReadonlyMap<number, Cell>;
}

/** What Linux keeps of a CPU. @kernel struct tlb_state */
export interface CpuTlbState {
  /** Number of the address space; 0 for `init_mm`, `LOADED_MM_SWITCHING` in between. @kernel loaded_mm */
  readonly loadedMm: Cell;
  /** A kernel thread runs, and flushes need not come here. @kernel is_lazy */
  readonly isLazy: Cell;
  /** For each tag: the address space and the generation it is up to. @kernel ctxs */
  readonly ctxs: readonly Cell[];
  /** `tlb-gen`: the tag to be given next. @kernel next_asid */
  readonly nextAsid: Cell;
  /** `generations`: generation and tag that this CPU uses; 0 after a roll-over. @kernel active_asids */
  readonly activeAsid: Cell;
  /** `generations`: what it used when the last generation ended. @kernel reserved_asids */
  readonly reservedAsid: Cell;
  /** `versions`: version and tag that were given last. @kernel asid_cache */
  readonly asidCache: Cell;
}

/** The words of all CPUs together. */
export interface AsidAllocator {
  /** @kernel asid_generation */
  readonly generation: Cell;
  /** @kernel asid_map */
  readonly map: Cell;
  /** CPUs that flush before they use a new generation. @kernel tlb_flush_pending */
  readonly flushPending: Cell;
  /** @kernel cpu_asid_lock */
  readonly lock: Cell;
}

/** `loaded_mm` while the root register changes. */
export const LOADED_MM_SWITCHING = 0xff;

/** Generations and versions stand above the tag, as in the kernel above 16 or 10 bits. */
export const ASID_BITS = 5;
export const ASID_MASK = (1 << ASID_BITS) - 1;

/** A context of a CPU: address space above, generation below. */
export const ctxOf = (mm: Mm, gen: number): Word => (mm.asid << 16) | gen;
export const ctxMm = (ctx: Word): number => ctx >>> 16;
export const ctxGen = (ctx: Word): number => ctx & 0xffff;

/** How a race follows address spaces. */
export interface FollowSpec extends SpacesSpec {
  /** Protocol; default that of the plug-in. */
  readonly kind?: MmContextKind;
  /** `tlb-gen` with a tag that is the same everywhere, and broadcast invalidation by it (AMD INVLPGB). */
  readonly invlpgb?: boolean;
}

/** How a CPU starts. */
export interface StartsSpec extends LoadedAtStart {
  /** A kernel thread runs in lazy TLB mode. Default false. */
  readonly lazy?: boolean;
}

const maskText = (mask: Word): string => {
  const cpus = Array.from({ length: 31 }, (_, i) => i).filter((i) => (mask >>> i) & 1);
  return `{${cpus.join(' ')}}`;
};

const genText = (word: Word): string => (word === 0 ? 'none' : `${word >>> ASID_BITS}.${word & ASID_MASK}`);

/** Linux' account of which CPU has which address space. */
export class LinuxSpaces {
  readonly cpus = new Map<number, CpuTlbState>();
  readonly allocator: AsidAllocator;
  readonly #given = new Map<Mm, number>();

  constructor(
    readonly w: World,
    readonly kind: MmContextKind,
    readonly invlpgb: boolean,
  ) {
    /** A word, where this protocol has it. */
    const word = (of: MmContextKind, name: string, initial: Word, show?: (value: Word) => string): Cell =>
      of === kind ? w.word(name, initial, show) : -1;
    const mmName = (value: Word): string =>
      value === LOADED_MM_SWITCHING ? 'switching' : (w.mms[value - 1]?.name ?? 'init_mm');
    const ctxText = (ctx: Word): string => (ctx === 0 ? 'none' : `${mmName(ctxMm(ctx))} at ${ctxGen(ctx)}`);
    const tags = Array.from({ length: w.spaces.tags }, (_, i) => i + 1);
    this.allocator = {
      generation: word('generations', 'asid_generation', 1),
      map: word('generations', 'asid_map', 0, maskText),
      flushPending: word('generations', 'tlb_flush_pending', 0, maskText),
      lock: kind === 'generations' ? w.lock('cpu_asid_lock') : -1,
    };
    for (const cpu of w.cpus) {
      this.cpus.set(cpu, {
        loadedMm: w.word(`cpu${cpu}.loaded_mm`, 0, mmName),
        isLazy: word('tlb-gen', `cpu${cpu}.is_lazy`, 0),
        ctxs: tags.map((tag) => word('tlb-gen', `cpu${cpu}.ctxs[${tag}]`, 0, ctxText)),
        nextAsid: word('tlb-gen', `cpu${cpu}.next_asid`, 1),
        activeAsid: word('generations', `cpu${cpu}.active_asids`, 0, genText),
        reservedAsid: word('generations', `cpu${cpu}.reserved_asids`, 0, genText),
        asidCache: word('versions', `cpu${cpu}.asid_cache`, 1 << ASID_BITS, genText),
      });
      w.contexts.track(cpu);
    }
  }

  /** The words of a new address space of this name. */
  context(name: string): MmContext {
    const { w, kind } = this;
    const cpus = kind === 'versions' ? w.cpus : [];
    return {
      cpumask: w.word(`${name}.cpumask`, 0, maskText),
      tlbGen: kind === 'tlb-gen' ? w.word(`${name}.tlb_gen`, 1) : -1,
      globalAsid: this.invlpgb ? this.#nextGlobal() : 0,
      id: kind === 'generations' ? w.word(`${name}.context.id`, 0, genText) : -1,
      asid: new Map(cpus.map((cpu) => [cpu, w.word(`${name}.context[${cpu}]`, 0, genText)])),
    };
  }

  #global = 0;

  #nextGlobal(): number {
    return ++this.#global;
  }

  /**
   * A CPU has run an address space before and runs something else at the start: its translations may still be there, and
   * the mask still has the CPU. Called before `starts` for that CPU.
   */
  ranBefore(cpu: number, mm: Mm, tag?: number): void {
    const own = this.starts(cpu, mm, { user: false, ...(tag === undefined ? {} : { tag }) });
    const { cells } = this.w;
    const state = this.cpus.get(cpu);
    this.w.spaces.left(cpu, mm, own);
    if (state === undefined) return;
    for (const cell of [state.loadedMm, state.activeAsid]) if (cell >= 0) cells.setInitial(cell, 0);
  }

  /** A CPU has an address space loaded at the start, as `switch_mm` leaves it. Returns its tag. */
  starts(cpu: number, mm: Mm, { lazy = false, user = !lazy, tag }: StartsSpec = {}): number {
    const { w } = this;
    const { cells } = w;
    const state = this.cpus.get(cpu);
    const { context } = mm;
    if (state === undefined || context === undefined) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `cpu${cpu} cannot start with ${mm.name}`, {
        expected: 'followMms() before the first address space, and a CPU with a TLB',
      });
    }
    const known = this.#given.get(mm);
    const own = tag ?? known ?? (context.globalAsid || Math.min(this.#given.size + 1, w.spaces.tags));
    this.#given.set(mm, own);
    w.spaces.starts(cpu, mm, { tag: own, user });
    const put = (cell: Cell | undefined, value: Word): void => {
      if (cell !== undefined && cell >= 0) cells.setInitial(cell, value);
    };
    const add = (cell: Cell, bits: number): void => put(cell, (cells.cells[cell]?.initial ?? 0) | bits);
    add(context.cpumask, 1 << cpu);
    put(state.loadedMm, mm.asid);
    put(state.isLazy, lazy ? 1 : 0);
    put(state.ctxs[own - 1], ctxOf(mm, 1));
    put(state.nextAsid, (own % w.spaces.tags) + 1);
    const id = (1 << ASID_BITS) | own;
    put(context.id, id);
    add(this.allocator.map, 1 << own);
    put(state.activeAsid, id);
    put(context.asid.get(cpu), id);
    put(state.asidCache, Math.max(id, cells.cells[state.asidCache]?.initial ?? 0));
    return own;
  }
}

/** What a plug-in says, or what its invalidation suggests. */
export const mmContextOf = (arch: ArchPlugin): MmContextKind =>
  arch.mmContext ?? (arch.has('broadcastTlbi') ? 'generations' : 'tlb-gen');

/** The account of a world whose race called `followMms`. Throws `RACEWALK_BAD_SCENARIO` elsewhere. */
export function spacesOf(m: Machine): LinuxSpaces {
  const found = m.world.os.spaces;
  if (found !== undefined) return found;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', 'nobody follows which CPU has which address space', {
    expected: 'followMms(w) in the setup, before the first address space',
  });
}

/** The words of the CPU that runs this. @kernel this_cpu_ptr */
export function thisCpu(m: Machine, cpu = m.cpu): CpuTlbState {
  const found = spacesOf(m).cpus.get(cpu);
  if (found !== undefined) return found;
  throw new RacewalkError(
    'RACEWALK_BAD_SCENARIO',
    `cpu${cpu} has no TLB, so no address space is loaded there`,
    {
      expected: 'an agent of role user, or of role kernel in a race that does not leave out `kernelTlbs`',
    },
  );
}

/** The words of an address space. */
export function contextOf(mm: Mm): MmContext {
  if (mm.context !== undefined) return mm.context;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `nobody follows where ${mm.name} is loaded`, {
    expected: 'followMms(w) in the setup, before the first address space',
  });
}

interface SpacesState {
  spaces?: LinuxSpaces;
}

interface FollowedMm {
  /** Absent where nobody follows what is loaded. */
  readonly context?: MmContext;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends SpacesState {}
}

declare module '@racewalk/core/handles' {
  interface MmExtension extends FollowedMm {}
}
