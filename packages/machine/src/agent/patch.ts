/** Replacements of operations and kernel functions by a variant. */
import type { HugePteValues, OpsPatch, PmdValues, PteValues, Tlb } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { MmuNotifier } from '../world/mmu-notifier.js';
import type { KernelFunctions } from './kernel.js';
import type { Machine } from './machine.js';

/**
 * Bodies by name: of operations on entries and TLBs, of notifier calls, of helpers on values (`pteMkclean`,
 * `hugePteModify`), and of functions of the kernel. Inside a replacement a call of the same name reaches the body it
 * replaces. A helper is replaced where code calls it by name (`m.v`, `m.p`, `m.hugeValues`); the hardware does not change.
 */
export type Patch = OpsPatch<Machine> &
  OpsPatch<Machine, Tlb & MmuNotifier> &
  OpsPatch<Machine, PteValues & PmdValues & HugePteValues> &
  Partial<KernelFunctions>;

/** The name of anything that can be replaced. */
export type KernelName = keyof Patch;

/** The body of a function that a variant leaves out. */
export function* nothing(): Step<void> {}
