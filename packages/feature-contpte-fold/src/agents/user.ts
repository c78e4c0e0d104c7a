import type { AccessKind } from '@racewalk/core';
import { choose, type Word } from '@racewalk/core/step';
import { type AccessOptions, type AgentSpec, UserCpu } from '@racewalk/machine';
import { type Mapping, pagesIn } from '../setup.js';

/** How a user differs from one that stores once to the first or the last page. */
export interface UserOptions extends AccessOptions {
  /** Pages it may pick from, given how many there are. */
  readonly pages?: (n: number) => readonly number[];
  /** Default `store`. */
  readonly access?: AccessKind;
}

/** The first page and the last one. */
export const ends = (n: number): readonly number[] => [0, n - 1];

/** User code on CPU 1 that makes one access to a page of its choice. */
export function user<S extends Pick<Mapping, 'vma'>>(options: UserOptions = {}): AgentSpec<S> {
  const { pages = ends, access = 'store' } = options;
  return {
    cpu: 1,
    role: 'user',
    note: `${access}s`,
    *run(m, s) {
      const targets = pages(pagesIn(m.world));
      const show = (o: { readonly result: Word }) => `→ ${targets[o.result]}`;
      const picked = targets.length > 1 ? yield* choose(targets.length, `page to ${access}`, show) : 0;
      const cpu = new UserCpu(m, s.vma, options);
      const page = targets[picked] ?? 0;
      yield* access === 'store' ? cpu.store(page) : cpu.load(page);
    },
  };
}
