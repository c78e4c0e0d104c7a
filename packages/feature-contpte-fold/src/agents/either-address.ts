import { choose } from '@racewalk/core/step';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import type { Move } from './mremap.js';

/** User code that stores once, through the old address or the new one. */
export const eitherAddress = (pages: (n: number) => readonly number[]): AgentSpec<Move> => ({
  cpu: 1,
  role: 'user',
  note: 'stores through old or new address',
  *run(m, s) {
    const targets = pages(s.entries.length);
    const show = (o: { readonly result: number }) => (o.result === 0 ? '→ old' : '→ new');
    const vma = (yield* choose(2, 'address to store through', show)) === 0 ? s.vma : s.to.vma;
    const picked = targets.length > 1 ? yield* choose(targets.length, 'page to store to') : 0;
    yield* new UserCpu(m, vma).store(targets[picked] ?? 0);
  },
});
