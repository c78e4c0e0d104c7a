/** What a thread does without memory: registers, jumps, barriers. The order tables are those of docs/litmus.md. */
import {
  type Alu,
  type Branch,
  codeAddress,
  type Fence,
  READS,
  type Register,
  type Return,
  type Select,
  type Shared,
  WRITES,
} from '../program/instruction.js';
import { bitsOf, type Value } from '../program/value.js';
import { compute, decide, evaluate } from './evaluate.js';
import type { Run } from './run.js';
import {
  CAP,
  CTL,
  DEAD,
  DSB,
  ENDED,
  F_NEW,
  FAULTED,
  H_OLD,
  ISB,
  LOOPS,
  MADE,
  PC,
  R_NEW,
  R_OLD,
  R_OLD_RET,
  raise,
  type State,
  T_OLD,
  TLBI_OLD,
  view,
  W_NEW,
  W_OLD,
} from './state.js';

/** Value, view, and view with pick dependencies of a register. */
export const valueIn = (run: Run, s: State, r: Register): Value =>
  r < 0 ? 0 : view(s, run.layout.register(r));
export const viewOf = (run: Run, s: State, r: Register): number =>
  r < 0 ? 0 : view(s, run.layout.register(r) + 1);
export const pickViewOf = (run: Run, s: State, r: Register): number =>
  r < 0 ? 0 : view(s, run.layout.register(r) + 2);

/** Write a register. */
export function setRegister(
  run: Run,
  s: State,
  r: Register,
  value: Value,
  seen: number,
  picked = seen,
): void {
  if (r < 0) return;
  const at = run.layout.register(r);
  s[at] = value;
  s[at + 1] = seen;
  s[at + 2] = picked;
}

/** Instructions between two accesses. */
const MOST_TURNS = 10_000;

/** Leave a path, and say so. */
function giveUp(run: Run, s: State): null {
  run.cut = true;
  s[DEAD] = 1;
  return null;
}

/** Run to the next access to memory, changing `s`; null at the end or on a path that counts for nothing. */
export function local(run: Run, s: State): Shared | null {
  const { code } = run.thread;
  for (let turns = 0; ; turns++) {
    // A loop without any access.
    if (turns > MOST_TURNS) return giveUp(run, s);
    const instruction = code[view(s, PC)];
    if (instruction === undefined || s[DEAD] === 1) return null;
    switch (instruction.kind) {
      case 'alu':
        alu(run, s, instruction);
        break;
      case 'select':
        select(run, s, instruction);
        break;
      case 'branch':
        branch(run, s, instruction);
        continue;
      case 'sync':
        synchronise(s, 0);
        break;
      case 'return':
        comeBack(run, s, instruction);
        continue;
      case 'fence':
        // A DSB that completes invalidations is an event of its own.
        if (instruction.completes && instruction.before === (READS | WRITES) && pendingIn(run, s))
          return instruction;
        fence(s, instruction);
        break;
      default:
        return instruction;
    }
    s[PC] = view(s, PC) + 1;
  }
}

const pendingIn = (run: Run, s: State): boolean => view(s, run.layout.pending) !== 0;

function alu(run: Run, s: State, instruction: Alu): void {
  const [a = -1, b = -1] = instruction.rs;
  const value = evaluate(instruction, valueIn(run, s, a), valueIn(run, s, b));
  const seen = Math.max(viewOf(run, s, a), viewOf(run, s, b));
  setRegister(run, s, instruction.rd, value, seen, Math.max(pickViewOf(run, s, a), pickViewOf(run, s, b)));
}

function select(run: Run, s: State, instruction: Select): void {
  const { rd, flags, test, yes, no, change } = instruction;
  const first = decide(test, test, valueIn(run, s, flags), 0);
  const from = first ? yes : no;
  const raw = valueIn(run, s, from);
  const value = first ? raw : compute(instruction, change, raw, 0);
  // Both registers are read; only the one that is taken orders loads behind an address.
  const picked = Math.max(pickViewOf(run, s, flags), pickViewOf(run, s, yes), pickViewOf(run, s, no));
  setRegister(run, s, rd, value, viewOf(run, s, from), picked);
}

function branch(run: Run, s: State, instruction: Branch): void {
  const [a = -1, b = -1] = instruction.rs;
  raise(s, CTL, Math.max(pickViewOf(run, s, a), pickViewOf(run, s, b)));
  raise(s, CAP, view(s, CTL));
  const pc = view(s, PC);
  const taken = decide(instruction.test, instruction.test, valueIn(run, s, a), valueIn(run, s, b));
  s[PC] = taken ? instruction.to : pc + 1;
  if (taken && instruction.to <= pc) again(run, s);
}

/** A jump back; too many of them with messages between them end the path. */
function again(run: Run, s: State): void {
  if (s[MADE] === 0) return;
  s[MADE] = 0;
  s[LOOPS] = view(s, LOOPS) + 1;
  if (view(s, LOOPS) > run.model.unroll) giveUp(run, s);
}

/** Return from an exception: to the line whose address the register has, and synchronised. */
function comeBack(run: Run, s: State, { rs }: Return): void {
  const { handler } = run.thread;
  const line = (bitsOf(valueIn(run, s, rs)) - codeAddress(run.id, 0)) / 4n;
  const to = handler?.lines[Number(line)];
  synchronise(s, 0);
  s[PC] = to ?? ENDED;
  // The instruction that faulted runs again.
  if (to !== undefined && to <= view(s, FAULTED)) again(run, s);
}

/** DMB, DSB without invalidations before it, and the fences of RISC-V. */
function fence(s: State, { before, after, completes }: Fence): void {
  const reads = before === READS ? view(s, R_OLD_RET) : (before & READS) !== 0 ? view(s, R_OLD) : 0;
  const writes = (before & WRITES) !== 0 ? view(s, W_OLD) : 0;
  const all = completes && before === (READS | WRITES);
  const seen = all ? completed(s) : Math.max(reads, writes);
  if ((after & READS) !== 0) raise(s, R_NEW, seen);
  if ((after & WRITES) !== 0) {
    raise(s, W_NEW, seen);
    raise(s, F_NEW, seen);
  }
  if (completes) raise(s, DSB, seen);
}

/** What a full DSB waits for. */
export const completed = (s: State): number =>
  Math.max(view(s, R_OLD), view(s, W_OLD), view(s, T_OLD), view(s, H_OLD), view(s, TLBI_OLD));

/** A context synchronisation event: what comes later is fetched and translated anew. */
export function synchronise(s: State, also: number): void {
  raise(s, ISB, Math.max(view(s, CAP), view(s, CTL), view(s, DSB), also));
  const seen = view(s, ISB);
  raise(s, R_NEW, seen);
  raise(s, W_NEW, seen);
  raise(s, F_NEW, seen);
}
