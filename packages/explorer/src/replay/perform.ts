import { type Cell, type Op, OpKind, type Word } from '@racewalk/core/step';
import { errorText } from '../errors.js';
import type { SimpleWorld } from './world.js';

/** What one step did. */
export interface Done {
  readonly result: Word;
  readonly cells: readonly Cell[];
  readonly before: readonly Word[];
  readonly after: readonly Word[];
}

const LOCKED: ReadonlySet<number> = new Set([
  OpKind.XCHG,
  OpKind.CMPXCHG,
  OpKind.OR,
  OpKind.LOCK,
  OpKind.TRYLOCK,
  OpKind.FENCE,
]);

/** Whether `thread` can take the step `op` now. */
export function canStep(world: SimpleWorld, thread: number, op: Op): boolean {
  const drains = LOCKED.has(op.kind) || (op.kind === OpKind.ATOMIC && op.locked);
  if (drains && world.buffers[thread]!.length > 0) return false;
  switch (op.kind) {
    case OpKind.LOCK:
      return world.mem[op.cell] === 0;
    case OpKind.AWAIT:
      return op.test!(world.visible(thread, op.cell));
    case OpKind.RETRY:
      return op.cells.some((cell, i) => world.visible(thread, cell) !== op.values[i]);
    case OpKind.ATOMIC:
      return op.guard < 0 || op.test!(world.mem[op.guard]!);
    default:
      return true;
  }
}

/** Take the step `op`, which must be possible. */
export function performStep(world: SimpleWorld, thread: number, op: Op, choice: number): Done {
  const { mem } = world;
  const cells =
    op.kind === OpKind.ATOMIC || op.kind === OpKind.RETRY ? [...op.cells] : op.cell >= 0 ? [op.cell] : [];
  const before = cells.map((cell) => mem[cell]!);
  const result = act(world, thread, op, choice);
  return { result, cells, before, after: cells.map((cell) => mem[cell]!) };
}

function act(world: SimpleWorld, thread: number, op: Op, choice: number): Word {
  const { mem } = world;
  const old = op.cell >= 0 ? mem[op.cell]! : 0;
  switch (op.kind) {
    case OpKind.READ:
    case OpKind.AWAIT:
      return world.visible(thread, op.cell);
    case OpKind.WRITE:
      store(world, thread, op, op.a);
      return 0;
    case OpKind.UNLOCK:
      if (!world.tso) world.checkHeld(thread, op.cell);
      store(world, thread, op, 0);
      return 0;
    case OpKind.XCHG:
      mem[op.cell] = op.a;
      return old;
    case OpKind.CMPXCHG:
      if (old === op.a) mem[op.cell] = op.b;
      return old;
    case OpKind.OR:
      mem[op.cell] = old | op.a;
      return 0;
    case OpKind.LOCK:
      mem[op.cell] = thread + 1;
      return 0;
    case OpKind.TRYLOCK:
      if (old === 0) mem[op.cell] = thread + 1;
      return old === 0 ? 1 : 0;
    case OpKind.CHOOSE:
      return choice;
    case OpKind.ATOMIC:
      return runBody(world, thread, op);
    default:
      return 0;
  }
}

function store(world: SimpleWorld, thread: number, op: Op, value: Word): void {
  if (world.tso) world.buffers[thread]!.push({ cell: op.cell, value, op: { ...op } });
  else world.mem[op.cell] = value;
}

function runBody(world: SimpleWorld, thread: number, op: Op): Word {
  try {
    return op.run!(world.mem, 0, world.faults);
  } catch (error) {
    world.faults.fail('THROW', `${world.program.threads[thread]!.name} threw ${errorText(error)}`);
    return 0;
  }
}
