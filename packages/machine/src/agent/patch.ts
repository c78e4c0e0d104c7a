/** Replacements of operations and kernel functions by a variant. */
import type { MmuNotifier, OpsPatch, Tlb } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { KernelFunctions } from './kernel.js';
import type { Machine } from './machine.js';

/**
 * Bodies by name: of operations on entries and TLBs, of notifier calls, and of functions of the kernel. Inside a
 * replacement a call of the same name reaches the body it replaces.
 */
export type Patch = OpsPatch<Machine> & OpsPatch<Machine, Tlb & MmuNotifier> & Partial<KernelFunctions>;

/** The name of anything that can be replaced. */
export type KernelName = keyof Patch;

/** The body of a function that a variant leaves out. */
export function* nothing(): Step<void> {}
