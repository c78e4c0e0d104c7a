/** What an instruction does for the order of loads. */
import { Barrier, makeOp, OpKind, Order } from '@racewalk/core/step';
import { type Happened, storeRead } from '../../../src/replay/early.js';
import type { Instr } from '../code.js';

/** One access of a step: of a word of memory (`m0`) or of one that the enumerator keeps. */
export interface Access {
  readonly cell: string;
  readonly mode: 'r' | 'w' | 'o';
}

/** The step of `thread` that has these accesses; a load passes by the newest `skip` stores. */
export function happens(
  past: readonly Happened[],
  own: readonly { readonly cell: number }[],
  thread: number,
  instr: Instr,
  accesses: readonly Access[],
  waited: readonly number[],
  later: boolean,
  skip: number,
): Happened {
  const cells = accesses.filter(({ cell }) => cell.startsWith('m'));
  const number = ({ cell }: Access): number => Number(cell.slice(1));
  const update = ['xchg', 'cmpxchg', 'trylock', 'atomic', 'or', 'lock'].includes(instr.do);
  const plain = ['read', 'await', 'retry'].includes(instr.do);
  const claim = later && update;
  const stores = claim ? [] : cells.filter(({ mode }) => mode !== 'r').map(number);
  const failed = (instr.do === 'cmpxchg' || instr.do === 'trylock') && stores.length === 0;
  const forwarded = accesses.filter(({ cell, mode }) => plain && mode === 'r' && cell.startsWith('b'));
  const op = {
    ...makeOp(),
    kind: KINDS[instr.do as keyof typeof KINDS] ?? OpKind.CHOOSE,
    order: 'order' in instr ? (instr.order ?? Order.USUAL) : Order.USUAL,
    ...(instr.do === 'fence' ? { a: instr.barrier ?? Barrier.FULL } : {}),
    ...(instr.do === 'atomic' ? { locked: instr.locked, drains: instr.drains ?? [] } : {}),
    ...(instr.do === 'read' ? { after: instr.after ?? [] } : {}),
  };
  return {
    thread,
    issued: -1,
    op,
    loads: new Map(
      cells.map((a) => [number(a), storeRead(past, number(a), instr.do === 'read' ? skip : 0)!]),
    ),
    forwarded: forwarded.map(({ cell }) => own[Number(cell.split('.')[1])]!.cell),
    stores,
    atOnce: stores.length > 0,
    waited,
    loadOnly: claim || failed,
    issues: later,
  };
}

const KINDS = {
  read: OpKind.READ,
  write: OpKind.WRITE,
  xchg: OpKind.XCHG,
  cmpxchg: OpKind.CMPXCHG,
  or: OpKind.OR,
  lock: OpKind.LOCK,
  unlock: OpKind.UNLOCK,
  trylock: OpKind.TRYLOCK,
  await: OpKind.AWAIT,
  retry: OpKind.RETRY,
  atomic: OpKind.ATOMIC,
  fence: OpKind.FENCE,
};
