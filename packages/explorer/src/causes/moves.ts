/**
 * The small changes of a schedule by which its chain is found: the last steps that an agent takes before others move are
 * taken after them, the first ones after them are taken before.
 */

/** A step of a schedule: who, and which alternative (-1: none was given). */
export interface Move {
  readonly agent: number;
  readonly choice: number;
  /** Its place in the schedule that is changed, from 0. */
  readonly index: number;
}

/** The steps of a path. */
export function movesOf(path: readonly number[]): Move[] {
  const moves: Move[] = [];
  for (const item of path) {
    const last = moves.at(-1);
    if (item >= 0) moves.push({ agent: item, choice: -1, index: moves.length });
    else if (last !== undefined) moves[moves.length - 1] = { ...last, choice: ~item };
  }
  return moves;
}

/** A change: these steps of an agent, past these steps of others. */
export interface Change {
  /** Steps that are moved; in the order of the schedule. */
  readonly moved: readonly Move[];
  readonly past: readonly Move[];
  /** The whole schedule, changed. */
  readonly moves: readonly Move[];
  /** The one of `moved` that the change before this one did not have. */
  readonly newest: Move;
}

/** Changes at one place, each moving one step more than the one before. */
export type Changes = readonly Change[];

interface Block {
  readonly agent: number;
  readonly from: number;
  readonly to: number;
}

function blocksOf(moves: readonly Move[]): Block[] {
  const blocks: Block[] = [];
  for (const [i, { agent }] of moves.entries()) {
    const last = blocks.at(-1);
    if (last?.agent === agent) blocks[blocks.length - 1] = { ...last, to: i + 1 };
    else blocks.push({ agent, from: i, to: i + 1 });
  }
  return blocks;
}

/** All changes, place by place. */
export function changesOf(moves: readonly Move[]): Changes[] {
  const blocks = blocksOf(moves);
  const all: Changes[] = [];
  for (const [b, block] of blocks.entries()) {
    const next = blocks.slice(b + 1).find(({ agent }) => agent === block.agent)?.from ?? moves.length;
    const before = blocks.slice(0, b).findLast(({ agent }) => agent === block.agent)?.to ?? 0;
    const later: Change[] = [];
    const earlier: Change[] = [];
    const tail = moves.slice(block.to, next);
    const head = moves.slice(before, block.from);
    for (let size = 1; size <= block.to - block.from; size++) {
      const cut = block.to - size;
      const last = moves.slice(cut, block.to);
      if (tail.length > 0) {
        const changed = [...moves.slice(0, cut), ...tail, ...last, ...moves.slice(next)];
        later.push({ moved: last, past: tail, moves: changed, newest: last[0]! });
      }
      const first = moves.slice(block.from, block.from + size);
      if (head.length > 0) {
        const rest = moves.slice(block.from + size);
        const changed = [...moves.slice(0, before), ...first, ...head, ...rest];
        earlier.push({ moved: first, past: head, moves: changed, newest: first.at(-1)! });
      }
    }
    all.push(later, earlier);
  }
  return all.filter((changes) => changes.length > 0);
}
