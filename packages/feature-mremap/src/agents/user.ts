import type { AccessKind } from '@racewalk/core';
import { choose } from '@racewalk/core/step';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import type { Move } from '../setup.js';

/** How a user differs from one that stores once through the old address. */
export interface UserOptions {
  /** Default `store`. */
  readonly access?: AccessKind;
  /** Through the old address (default), or through either of the two. */
  readonly address?: 'old' | 'either';
}

/** User code on CPU 1 that makes one access to the first page. */
export function user(options: UserOptions = {}): AgentSpec<Move> {
  const { access = 'store', address = 'old' } = options;
  return {
    cpu: 1,
    role: 'user',
    note: `${access}s through the ${address === 'old' ? 'old address' : 'old or the new address'}`,
    *run(m, s) {
      const show = (o: { readonly result: number }) => (o.result === 0 ? '→ old' : '→ new');
      const moved = address === 'either' && (yield* choose(2, `address to ${access} through`, show)) === 1;
      const cpu = new UserCpu(m, moved ? s.to : s.old);
      yield* access === 'store' ? cpu.store(0) : cpu.load(0);
    },
  };
}
