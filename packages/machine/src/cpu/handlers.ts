/**
 * Handlers of interrupts that take several steps. A handler is an agent that runs on a CPU to its end while whoever it interrupted does not:
 * each step of the others on the CPU waits until no handler is active, and so does each step of a handler while an NMI is.
 * Between two of its steps other CPUs run.
 *
 * What waits for such a word is a step of several words, which waits for no store buffer; so a race with handlers is explored in order. (Intel SDM 3A 7.7,
 * "Handling multiple NMIs": none interrupts another; Linux, local_irq_save() masks interrupts and no NMI.)
 */
import {
  type AtomicBody,
  announced,
  atomic,
  type Cell,
  effectOf,
  type FaultSink,
  type Op,
  OpKind,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { CpuContext, MASKS_IRQ } from '../world/contexts.js';
import type { Machine } from '../world/types.js';

/** What a handler is. */
interface Handling {
  readonly handles: 'irq' | 'nmi';
  /** It begins where this word is not 0, and sets it to 0; -1: at any moment. */
  readonly raised: Cell;
  readonly run: () => Step<void>;
}

/** Steps that touch no word, or change none and are followed by one that waits. */
const FREE: ReadonlySet<number> = new Set([OpKind.CHOOSE, OpKind.RETRY, OpKind.FENCE, OpKind.KEY]);

/** What a step on one word does to it, as `OpKind` says; `old` is what it finds. */
function stepOn(op: Op, thread: number, who: string): AtomicBody {
  const { kind, cell, a, b } = op;
  return (mem: Int32Array, base: number, faults: FaultSink): Word => {
    const at = base + cell;
    const old = mem[at] ?? 0;
    switch (kind) {
      case OpKind.WRITE:
        mem[at] = a;
        return 0;
      case OpKind.XCHG:
        mem[at] = a;
        return old;
      case OpKind.CMPXCHG:
        if (old === a) mem[at] = b;
        return old;
      case OpKind.OR:
        mem[at] = old | a;
        return 0;
      case OpKind.LOCK:
        mem[at] = thread + 1;
        return 0;
      case OpKind.UNLOCK:
        if (old !== thread + 1) faults.fail('LIVE', `${who} releases a lock that it does not hold`);
        mem[at] = 0;
        return 0;
      case OpKind.TRYLOCK:
        if (old !== 0) return 0;
        mem[at] = thread + 1;
        return 1;
      default:
        return old;
    }
  };
}

/** The words that a step waits for by itself, and how. */
function waitsFor(op: Op): { readonly guards: readonly Cell[]; readonly test: NonNullable<Op['test']> } {
  if (op.kind === OpKind.LOCK) return { guards: [op.cell], test: (value) => value === 0 };
  const { test } = op;
  if (op.kind === OpKind.AWAIT && test !== null) return { guards: [op.cell], test };
  return { guards: op.guards, test: test ?? (() => true) };
}

/** The announced step, and besides it waits until `word` has none of `bits`. */
function waitsBesides(op: Op, thread: number, who: string, word: Cell, bits: number): void {
  if (FREE.has(op.kind)) return;
  const { does, on, blind } = effectOf(op);
  const { guards, test } = waitsFor(op);
  if (op.kind !== OpKind.ATOMIC) {
    op.run = stepOn(op, thread, who);
    op.cells = [op.cell];
    op.kind = OpKind.ATOMIC;
    op.cell = -1;
  }
  op.note = { ...op.note, does, on, blind };
  op.cells = [...new Set([...op.cells, word])];
  op.guards = [...new Set([...guards, word])];
  op.test = (value, cell) =>
    (cell !== word || (value & bits) === 0) && (!guards.includes(cell) || test(value, cell));
}

function* gated(m: Machine, thread: number, bits: number, body: Step<void>): Step<void> {
  const word = m.world.contexts.cell(m.cpu);
  let next = body.next(0);
  while (next.done !== true) {
    waitsBesides(announced, thread, m.agent, word, bits);
    next = body.next(yield);
  }
}

/** The code of an agent on a CPU that handlers interrupt. */
export const interruptible = (m: Machine, thread: number, body: Step<void>): Step<void> =>
  gated(m, thread, CpuContext.IN_IRQ | CpuContext.IN_NMI, body);

/** The code of a handler: it begins where the CPU takes the interrupt, and leaves the CPU as it was. */
export function* handler(m: Machine, thread: number, { handles, raised, run }: Handling): Step<void> {
  const word = m.world.contexts.cell(m.cpu);
  const nmi = handles === 'nmi';
  const masks = nmi ? CpuContext.IN_NMI : MASKS_IRQ;
  const bit = nmi ? CpuContext.IN_NMI : CpuContext.IN_IRQ;
  const enter: AtomicBody = (mem, base) => {
    const before = mem[base + word] ?? 0;
    if (raised >= 0) mem[base + raised] = 0;
    mem[base + word] = before | bit;
    return before;
  };
  const text = `${nmi ? 'NMI' : 'interrupt'} on cpu${m.cpu}`;
  const guard = raised < 0 ? [word] : [word, raised];
  const before = yield* atomic(
    guard,
    enter,
    { text, does: 'interrupt', on: guard },
    {
      guard,
      test: (value, cell) => (cell === word ? (value & masks) === 0 : value !== 0),
      drains: m.world.contexts.threadsOn(m.cpu).filter((t) => t !== thread),
    },
  );
  yield* nmi ? run() : gated(m, thread, CpuContext.IN_NMI, run());
  const leave: AtomicBody = (mem, base) => {
    mem[base + word] = before;
    return 0;
  };
  const back = { guard: word, test: (value: Word) => nmi || (value & CpuContext.IN_NMI) === 0 };
  yield* atomic([word], leave, { text: `${text} returns`, does: 'interrupt', on: [word] }, back);
}
