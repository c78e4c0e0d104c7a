import {
  announced,
  atomic,
  awaitWord,
  CellTable,
  choose,
  cmpxchg,
  fence,
  localKey,
  lock,
  type MemoryModelName,
  or,
  type Program,
  read,
  retry,
  type Step,
  trylock,
  unlock,
  watch,
  write,
  xchg,
} from '@racewalk/core/step';
import {
  applyAtomic,
  type Code,
  evaluate,
  guardsOf,
  holds,
  type Instr,
  interruptible,
  placeOf,
  REGS,
  skipLocal,
  waitsForStores,
} from './code.js';

/** Where a thread throws: instead of taking its step at `pc`, if a register has a value. */
export interface Trap {
  readonly thread: number;
  readonly pc: number;
  readonly reg: number;
  readonly value: number;
}

/** What threads promise to depend on: their history, place and registers only, or what their calls leave. */
export type Keys = boolean | 'calls';

/** The same code as a program of steps; `keyed` is what its threads promise. */
export function toProgram(
  code: Code,
  memory: MemoryModelName,
  final?: Program['final'],
  keyed: Keys = false,
  trap?: Trap,
): Program {
  const table = new CellTable();
  for (let i = 0; i < code.data; i++) table.add({ name: `x${i}`, initial: 0 });
  for (let i = 0; i < code.locks; i++) table.addLock(`lock${i}`);
  return {
    name: 'random',
    cells: table.cells,
    memory,
    threads: code.threads.map((instrs, t) => ({
      name: `t${t}`,
      body: () => run(code, t, instrs, keyed, trap?.thread === t ? trap : undefined),
      daemon: code.daemons[t]!,
      interruptible: interruptible(code, t),
    })),
    ...(final === undefined ? {} : { final }),
  };
}

/** The same step, after the stores of those that take turns with the thread. */
function* turning(code: Code, thread: number, instr: Instr, steps: Step<number>): Step<number> {
  let next = steps.next(0);
  while (next.done !== true) {
    announced.drains = waitsForStores(code, thread, instr);
    next = steps.next(yield);
  }
  return next.value;
}

function* run(code: Code, thread: number, instrs: readonly Instr[], keyed: Keys, trap?: Trap): Step<void> {
  const regs = new Array<number>(REGS).fill(0);
  let outer = -1;
  for (let pc = skipLocal(instrs, 0, regs); pc < instrs.length; pc = skipLocal(instrs, pc + 1, regs)) {
    const instr = instrs[pc]!;
    if (trap?.pc === pc && regs[trap.reg] === trap.value) throw new RangeError('trapped');
    if (keyed === true) yield* localKey(pc, ...regs);
    // Each step is a call, and some are within others: those end where another begins, wherever a jump leads.
    const calls = keyed === 'calls' ? watch.calls : null;
    if (pc % 3 === 0) {
      if (outer >= 0) calls?.leave(outer, [pc, regs]);
      outer = calls?.enter() ?? -1;
    }
    const inner = calls?.enter() ?? -1;
    const answer = yield* turning(code, thread, instr, step(code, instr, regs));
    if ('dst' in instr) regs[instr.dst] = answer;
    calls?.leave(inner, [{ regs }]);
  }
  if (keyed === true) yield* localKey(instrs.length, ...regs);
}

function* step(code: Code, instr: Instr, regs: number[]): Step<number> {
  const at = 'at' in instr ? placeOf(code, instr.at, regs) : -1;
  switch (instr.do) {
    case 'read':
      return yield* read(at, '', null, instr.order ?? 0, instr.after ?? []);
    case 'lock':
      yield* lock(at);
      return 0;
    case 'unlock':
      yield* unlock(at);
      return 0;
    case 'trylock':
      return (yield* trylock(at)) ? 1 : 0;
    case 'write':
      yield* write(at, evaluate(instr.value, regs), '', null, instr.order);
      return 0;
    case 'xchg':
      return yield* xchg(at, evaluate(instr.value, regs), '', null, instr.order);
    case 'or':
      yield* or(at, evaluate(instr.value, regs), '', instr.order);
      return 0;
    case 'cmpxchg':
      return yield* cmpxchg(
        at,
        evaluate(instr.old, regs),
        evaluate(instr.value, regs),
        '',
        null,
        instr.order,
      );
    case 'await':
      return yield* awaitWord(at, (value) => holds(instr.test, value));
    case 'retry':
      yield* retry(
        instr.cells,
        instr.regs.map((r) => regs[r]!),
      );
      return 0;
    case 'choose':
      return yield* choose(instr.n);
    case 'atomic':
      return yield* atomic(
        instr.cells,
        (mem, base) => {
          const values = instr.cells.map((c) => mem[base + c]!);
          const answer = applyAtomic(instr.kind, values);
          instr.cells.forEach((c, i) => {
            mem[base + c] = values[i]!;
          });
          return answer;
        },
        '',
        instr.guard === null
          ? { locked: instr.locked, order: instr.order ?? 0, drains: instr.drains ?? [] }
          : {
              locked: instr.locked,
              order: instr.order ?? 0,
              drains: instr.drains ?? [],
              guard: instr.both === undefined ? instr.cells[0]! : guardsOf(instr),
              test: (v) => holds(instr.guard!, v),
            },
      );
    case 'fence':
      yield* fence('', instr.barrier);
      return 0;
    default:
      throw new Error(`${instr.do} is not a step`);
  }
}
