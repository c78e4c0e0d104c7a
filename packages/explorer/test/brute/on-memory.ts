/** What an instruction that acts on memory at once does there, under every order alike. */
import { applyAtomic, evaluate, guardsOf, holds, type Instr } from './code.js';

/** Where it acts. */
export interface Scene {
  readonly agent: number;
  /** The cell of an instruction that has one, else -1. */
  readonly at: number;
  readonly mem: number[];
  readonly regs: readonly number[];
  readonly choice: number;
  /** Cells where an OR counts as a store. */
  readonly awaited: ReadonlySet<number>;
  /** A load by the agent, which may see its own store that nobody else sees yet. */
  look(cell: number): number;
  touch(cell: number, mode: 'r' | 'w' | 'o'): void;
}

/** Do it, and return its answer; null if it cannot be done now. */
export function onMemory(instr: Instr, s: Scene): number | null {
  const { agent, at, mem, regs, look, touch } = s;
  switch (instr.do) {
    case 'await': {
      const seen = look(at);
      return holds(instr.test, seen) ? seen : null;
    }
    case 'retry': {
      const seen = instr.cells.map((c) => look(c));
      return seen.every((v, i) => v === regs[instr.regs[i]!]) ? null : 0;
    }
    case 'choose':
      return s.choice;
    case 'xchg': {
      const old = mem[at]!;
      touch(at, 'w');
      mem[at] = evaluate(instr.value, regs);
      return old;
    }
    case 'or':
      touch(at, s.awaited.has(at) ? 'w' : 'o');
      mem[at] = mem[at]! | evaluate(instr.value, regs);
      return 0;
    case 'cmpxchg': {
      const old = mem[at]!;
      const hit = old === evaluate(instr.old, regs);
      touch(at, hit ? 'w' : 'r');
      if (hit) mem[at] = evaluate(instr.value, regs);
      return old;
    }
    case 'lock':
      if (mem[at] !== 0) return null;
      touch(at, 'w');
      mem[at] = agent + 1;
      return 0;
    case 'trylock': {
      const free = mem[at] === 0;
      touch(at, free ? 'w' : 'r');
      if (free) mem[at] = agent + 1;
      return free ? 1 : 0;
    }
    case 'atomic': {
      const before = instr.cells.map((c) => mem[c]!);
      const { guard } = instr;
      if (guard !== null && !guardsOf(instr).every((c) => holds(guard, mem[c]!))) return null;
      const after = [...before];
      const answer = applyAtomic(instr.kind, after);
      instr.cells.forEach((c, i) => {
        touch(c, after[i] === before[i] ? 'r' : 'w');
        mem[c] = after[i]!;
      });
      return answer;
    }
    default:
      return 0;
  }
}
