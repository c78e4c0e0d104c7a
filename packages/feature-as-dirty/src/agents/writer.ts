import { choose, type Word } from '@racewalk/core/step';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import { mkwriteHandler } from '../ops/pfn-mkwrite.js';
import type { Device } from '../setup.js';

/** How a writer differs from one that stores twice to the first page. */
export interface WriterPlan {
  /** Default 1. */
  readonly cpu?: number;
  /** Pages it may pick from. Default the first. */
  readonly pages?: readonly number[];
  /** How often it stores. Default 2: the second store may be served by the TLB. */
  readonly stores?: number;
  /** Which of the device's areas it uses. Default the first. */
  readonly area?: number;
  /** Its faults on write-protected entries ask the driver. Default false. */
  readonly mkwrite?: boolean;
}

/** User code that stores to the device through its mapping: 1 first, then 2, and so on. */
export function writer<S extends Device>(plan: WriterPlan = {}): AgentSpec<S> {
  const { cpu = 1, pages = [0], stores = 2, area = 0 } = plan;
  return {
    cpu,
    role: 'user',
    note: 'stores',
    *run(m, s) {
      const show = (o: { readonly result: Word }) => `→ ${pages[o.result]}`;
      const picked = pages.length > 1 ? yield* choose(pages.length, 'page to store to', show) : 0;
      const options = plan.mkwrite === true ? { onFault: mkwriteHandler(s.external) } : {};
      const user = new UserCpu(m, s.vmas[area] ?? s.vma, options);
      for (let i = 1; i <= stores; i++) yield* user.store(pages[picked] ?? 0, i);
    },
  };
}
