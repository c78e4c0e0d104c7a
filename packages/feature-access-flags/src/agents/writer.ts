import { choose, type Word } from '@racewalk/core/step';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import type { Mapping } from '../setup.js';

/** User code that stores once, to the page the kernel works on or to the last one of its block. */
export const writer: AgentSpec<Mapping> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    const pages = [0, s.entries.length - 1];
    const show = (o: { readonly result: Word }) => `→ ${pages[o.result]}`;
    const page = pages[yield* choose(pages.length, 'page to store to', show)] ?? 0;
    yield* new UserCpu(m, s.vma).store(page);
  },
};
