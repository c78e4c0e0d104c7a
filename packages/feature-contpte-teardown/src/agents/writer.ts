import { choose, type Word } from '@racewalk/core/step';
import { type AccessOptions, type AgentSpec, UserCpu } from '@racewalk/machine';
import { type Block, samplePages } from '../block.js';

/** How a writer differs from one that stores once to any page. */
export interface WriterOptions extends AccessOptions {
  /** CPU it runs on. Default 1. */
  readonly cpu?: number;
  /** Pages it may pick from, given how many there are. */
  readonly pages?: (n: number) => readonly number[];
}

/**
 * User code that stores once, to a page of its choice.
 *
 * It stands for whatever still walks the tables while the kernel takes them down: another thread, or a
 * device that shares them. One store, so each page it reaches it reaches through a walk of its own.
 */
export function writer(options: WriterOptions = {}): AgentSpec<Block> {
  const { cpu = 1, pages = samplePages } = options;
  return {
    cpu,
    role: 'user',
    note: 'stores',
    *run(m, s) {
      const targets = pages(s.entries.length);
      const show = (o: { readonly result: Word }) => `→ ${targets[o.result]}`;
      const picked = targets.length > 1 ? yield* choose(targets.length, 'page to store to', show) : 0;
      yield* new UserCpu(m, s.vma, options).store(targets[picked] ?? 0);
    },
  };
}
