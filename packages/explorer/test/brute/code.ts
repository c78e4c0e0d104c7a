/** A little language for random programs, run by the explorer (as steps) and by the enumerator (directly). */

/** A cell, possibly picked by a register. */
export interface Place {
  readonly base: number;
  readonly reg?: number;
}

/** A value: a constant, or a register plus a constant. */
export interface Value {
  readonly plus: number;
  readonly reg?: number;
}

/** A condition on a word; `off`: none of these bits is set. */
export type Test = { readonly is: 'eq' | 'ne' | 'ge' | 'off'; readonly value: number };

/** What an atomic step does; the second row is what hardware and CPUs do (see `machine-code.ts`). */
export type AtomicKind =
  | 'swap'
  | 'sum'
  | 'copy'
  | 'bump-if'
  | 'bump-all'
  | 'walk'
  | 'walk-dirty'
  | 'use'
  | 'drop'
  | 'answer'
  | 'set-1'
  | 'set-2'
  | 'clear-1'
  | 'clear-2';

export type Instr =
  | { readonly do: 'lock' | 'unlock' | 'trylock'; readonly at: Place; readonly dst: number }
  | {
      readonly do: 'read';
      readonly at: Place;
      /** One of `Order`, and the cells that its address came from; weak order only. */
      readonly order?: number;
      readonly after?: readonly number[];
      readonly dst: number;
    }
  | {
      readonly do: 'write' | 'xchg' | 'or';
      readonly at: Place;
      readonly value: Value;
      /** One of `Order`; weak order only. */
      readonly order?: number;
      readonly dst: number;
    }
  | {
      readonly do: 'cmpxchg';
      readonly at: Place;
      readonly old: Value;
      readonly value: Value;
      readonly order?: number;
      readonly dst: number;
    }
  | { readonly do: 'await'; readonly at: Place; readonly test: Test; readonly dst: number }
  | { readonly do: 'retry'; readonly cells: readonly number[]; readonly regs: readonly number[] }
  | { readonly do: 'choose'; readonly n: number; readonly dst: number }
  | {
      readonly do: 'atomic';
      readonly cells: readonly number[];
      readonly kind: AtomicKind;
      /** Of the first of the cells; with `both`, of each of the first two. */
      readonly guard: Test | null;
      readonly both?: true;
      readonly locked: boolean;
      readonly order?: number;
      /** Other threads whose stores are in memory by then. */
      readonly drains?: readonly number[];
      readonly dst: number;
    }
  | { readonly do: 'fence'; readonly barrier?: number }
  // Not steps:
  | { readonly do: 'mov'; readonly dst: number; readonly value: Value }
  | { readonly do: 'jump-if'; readonly reg: number; readonly equals: Value; readonly to: number };

/** A random program: `data` words, then `locks` locks. */
export interface Code {
  readonly data: number;
  readonly locks: number;
  readonly threads: readonly (readonly Instr[])[];
  readonly daemons: readonly boolean[];
  /** Threads that take turns on one CPU: under TSO each step but a wait comes after the stores of the others. */
  readonly turns?: readonly number[];
}

export const REGS = 4;

/** Whether a step of another thread comes after an interrupt of this one. */
export const interruptible = (code: Code, thread: number): boolean =>
  code.turns?.includes(thread) === true ||
  code.threads.some((t) => t.some((i) => i.do === 'atomic' && i.drains?.includes(thread) === true));

const WAITS: ReadonlySet<string> = new Set(['await', 'retry', 'choose']);

/** Threads whose stores an instruction waits for. */
export function waitsForStores({ turns = [] }: Code, thread: number, instr: Instr): readonly number[] {
  const interrupted = instr.do === 'atomic' ? (instr.drains ?? []) : [];
  if (!turns.includes(thread) || WAITS.has(instr.do)) return interrupted;
  return [...turns.filter((t) => t !== thread), ...interrupted];
}

export const placeOf = (code: Code, place: Place, regs: readonly number[]): number =>
  place.base >= code.data
    ? place.base
    : (place.base + (place.reg === undefined ? 0 : regs[place.reg]!)) % code.data;

export const evaluate = (value: Value, regs: readonly number[]): number =>
  (value.plus + (value.reg === undefined ? 0 : regs[value.reg]!)) & 3;

export function holds({ is, value: wanted }: Test, value: number): boolean {
  if (is === 'eq') return value === wanted;
  if (is === 'ne') return value !== wanted;
  return is === 'ge' ? value >= wanted : (value & wanted) === 0;
}

/** The words that a guarded step waits for. */
export const guardsOf = ({ cells, both }: Extract<Instr, { do: 'atomic' }>): number[] =>
  cells.slice(0, both === undefined ? 1 : 2);

/** What an atomic instruction does to the values of its cells (in place); returns its answer. */
export function applyAtomic(kind: AtomicKind, v: number[]): number {
  const answer = v[0]!;
  switch (kind) {
    case 'swap':
      v[0] = v[1]!;
      v[1] = answer;
      break;
    case 'sum':
      v[0] = v.reduce((a, b) => a + b) & 3;
      break;
    case 'copy':
      v[v.length - 1] = answer;
      break;
    case 'bump-if':
      if (answer === 1) v[1] = (v[1]! + 1) & 3;
      break;
    case 'bump-all':
      for (let i = 0; i < v.length; i++) v[i] = (v[i]! + 1) & 3;
      break;
    case 'walk-dirty':
    case 'walk': // entry, TLB
      if (!(answer & 1)) break;
      if (kind === 'walk-dirty') v[0] = answer | 2;
      v[1] = v[0]!;
      break;
    case 'use': // TLB, contents of the page
      if (answer !== 0) v[1] = (v[1]! + 1) & 3;
      break;
    case 'drop': // something that is not changed, TLBs
      v.fill(0, 1);
      break;
    case 'answer': // request, TLBs
      v.fill(0);
      break;
    case 'set-1':
    case 'set-2':
      v[0] = answer | (kind === 'set-1' ? 1 : 2);
      break;
    case 'clear-1':
    case 'clear-2':
      v[0] = answer & (kind === 'clear-1' ? ~1 : ~2);
      break;
  }
  return answer;
}

/** Follow instructions that are no steps; returns where the next step is. */
export function skipLocal(thread: readonly Instr[], from: number, regs: number[]): number {
  let pc = from;
  for (let i = 0; ; i++) {
    if (i > 1000) throw new Error('a loop without a step');
    const instr = thread[pc];
    if (instr?.do === 'mov') regs[instr.dst] = evaluate(instr.value, regs);
    else if (instr?.do === 'jump-if') {
      if (regs[instr.reg] === evaluate(instr.equals, regs)) {
        pc = instr.to;
        continue;
      }
    } else return pc;
    pc++;
  }
}
