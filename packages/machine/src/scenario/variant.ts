/**
 * How the variants of a race differ from it: mutants, and releases of Linux.
 */
import type { ArchPlugin, InvariantCode } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import type { KernelName, Patch } from '../agent/patch.js';
import type { Params } from '../world/spec.js';
import type { Machine } from '../world/types.js';

/**
 * One agent of a race. `S` is what `setup` returns. `run` is called once for each history of answers that the agent can get, and keeps
 * nothing outside its variables. In an object that is written apart from the race, say `const user: AgentSpec<State> = …`.
 *
 * @example
 * ```ts
 * user: {
 *   cpu: 1,
 *   role: 'user',
 *   *run(m, { vma }) {
 *     yield* new UserCpu(m, vma).store(1);
 *   },
 * },
 * ```
 */
export interface AgentSpec<S> {
  /** CPU the agent runs on. */
  readonly cpu: number;
  /** `user` agents have a TLB; `kernel` agents run operations. */
  readonly role: 'kernel' | 'user' | 'device';
  /** Heading in traces, for instance `holds ptl`; the name and the CPU are added. */
  readonly note?: string;
  /**
   * A kernel agent that reaches the memory of its process. Its CPU then answers the interrupt of a flush at a moment of
   * its own; the TLB of another kernel agent is emptied when the flush begins, which is the worst for who looks at the end.
   */
  readonly uaccess?: boolean;
  /**
   * The agent is a handler of interrupts of several steps. It begins at any moment, or where the word of {@link raised} is not 0, and runs to
   * its end before anybody else on the CPU takes another step. `irq`: only while interrupts are on; `nmi`: whatever the CPU does, another
   * handler included. The race is explored in order.
   */
  readonly handles?: 'irq' | 'nmi';
  /** With {@link handles}: the handler begins where this word is not 0, and sets it to 0. */
  readonly raised?: (s: S) => Cell;
  /** May wait forever without a deadlock. */
  readonly daemon?: boolean;
  /** The agent's code; `s` is what `setup` returned. */
  readonly run: (m: Machine, s: S) => Step<void>;
}

/** The bodies that a release of Linux has in place of a plug-in's own. */
export type LinuxOps = NonNullable<ArchPlugin['linux']>[number];

/** Why something is true on an architecture, or null where it is not. */
export type ArchReason = (arch: ArchPlugin) => string | null;

/** How a variant differs from upstream. */
export interface Change<S> {
  /** Switches of the world to set, for instance a flush that interrupts nobody; those of the run win. */
  readonly params?: Params;
  /** Agents to replace. */
  readonly agents?: Readonly<Record<string, AgentSpec<S>>>;
  /** Operations and kernel functions to replace, by name. */
  readonly patch?: Patch;
  /** Replace them only where they are called from inside this function. */
  readonly within?: KernelName;
  /** Replace them only in the calls of these agents. */
  readonly only?: readonly string[];
}

/**
 * The protocol with a bug put back: it must break, or the race shows nothing. The patch is put under its names before the search.
 * Where theory says that it does no harm, `unless` says why; the suite fails if it is otherwise.
 *
 * @example
 * ```ts
 * 'no-flush': {
 *   what: 'the TLBs keep what they have',
 *   breaks: ['DIRTY', 'PERM'],
 *   why: 'the other CPU stores with the old translation',
 *   patch: { *flushTlbRange() {} },
 * },
 * ```
 */
export interface Mutant<S> extends Change<S> {
  /** What was changed, in a sentence. */
  readonly what: string;
  /** The invariant that must break; or several, of which the first one found counts: then any of them is as expected. */
  readonly breaks: InvariantCode | readonly InvariantCode[];
  /** Why it breaks, in a sentence. */
  readonly why: string;
  /** On these architectures it must hold; the text says why. */
  readonly unless?: ArchReason;
  /** On these architectures the mutant does not apply; the text says why. */
  readonly notApplicable?: ArchReason;
  /** On these architectures another invariant breaks: which, and why. */
  readonly instead?: (arch: ArchPlugin) => Pick<Mutant<S>, 'breaks' | 'why'> | null;
}

/** The invariants that a mutant may break. */
export const codesOf = ({ breaks }: Pick<Mutant<never>, 'breaks'>): readonly InvariantCode[] =>
  typeof breaks === 'string' ? [breaks] : breaks;

/**
 * Another repair, or a control: the protocol with a change that does no harm. A variant of its own, `holds:NAME`, which runs at every
 * size and fails the run if anything breaks.
 *
 * @example
 * ```ts
 * 'flush-twice': {
 *   what: 'the range is flushed twice',
 *   why: 'nothing fills a TLB with what is no longer there',
 *   patch: {
 *     *flushTlbRange(m, vma, start, end) {
 *       yield* m.tlb.flushTlbRange(vma, start, end);
 *       yield* m.tlb.flushTlbRange(vma, start, end);
 *     },
 *   },
 * },
 * ```
 */
export interface Control<S> extends Change<S> {
  /** What is different from upstream, in a sentence. */
  readonly what: string;
  /** Why it holds all the same, in a sentence. */
  readonly why: string;
  /** On these architectures it does not apply; the text says why. */
  readonly notApplicable?: ArchReason;
}

/** What a release of Linux does, where upstream is a proposal or a repair. */
export interface LinuxVariant<S> extends Change<S> {
  /** What is different from upstream, in a sentence. */
  readonly what: string;
  /** Where it stands in the kernel. */
  readonly kernel: LinuxOps['kernel'];
  /** What is known about it: a commit, a thread, or why it does no harm outside the model. */
  readonly known: string;
  /** The invariant that must break; absent where it holds everywhere. */
  readonly breaks?: InvariantCode;
  /** Why it breaks or holds, in a sentence. */
  readonly why: string;
  /** On these architectures it must hold; the text says why. */
  readonly unless?: ArchReason;
  /** On these architectures it does not differ from upstream, or does not exist; the text says why. */
  readonly notApplicable?: ArchReason;
}

/** Whether a text names a release: `6.12`, `7.0-rc3`, `6.7+contpte-v2`. */
export const isRelease = (text: string): boolean => /^\d+\.\d+(-rc\d+)?(\+[a-z0-9-]+)?$/.test(text);
