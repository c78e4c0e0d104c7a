/**
 * The enumerator's own idea of an execution: plain immutable objects, no sharing with the explorer.
 * Two interleavings are equivalent iff every event has the same label and the same vector clock.
 */
import {
  type Code,
  evaluate,
  type Instr,
  interruptible,
  placeOf,
  REGS,
  skipLocal,
  waitsForStores,
} from './code.js';
import { onMemory } from './on-memory.js';

type Mode = 'r' | 'w' | 'o';
interface Access {
  readonly cell: string;
  readonly mode: Mode;
}
interface Event {
  readonly agent: number;
  readonly accesses: readonly Access[];
  readonly clock: readonly number[];
}
interface Stored {
  readonly cell: number;
  readonly value: number;
  /** Number of the entry in its thread, and of the event that issued it. */
  readonly entry: number;
  readonly event: number;
}
interface Thread {
  readonly pc: number;
  readonly regs: readonly number[];
  readonly issued: number;
  readonly buffer: readonly Stored[];
}
export interface World {
  readonly mem: readonly number[];
  readonly threads: readonly Thread[];
  readonly events: readonly Event[];
  /** Canonical name of the trace so far: per agent, its events with their clocks. */
  readonly keys: readonly string[];
}

/** What the enumerator needs to know about the program. */
export interface Rules {
  readonly code: Code;
  readonly tso: boolean;
  /** Cells where an OR counts as a store. */
  readonly awaited: ReadonlySet<number>;
}

export function initial({ code, tso }: Rules): World {
  return {
    mem: new Array<number>(code.data + code.locks).fill(0),
    threads: code.threads.map((instrs) => {
      const regs = new Array<number>(REGS).fill(0);
      const pc = skip(instrs, 0, regs, tso);
      return { pc, regs, issued: 0, buffer: [] };
    }),
    events: [],
    keys: new Array<string>(code.threads.length * (tso ? 2 : 1)).fill(''),
  };
}

function skip(instrs: readonly Instr[], from: number, regs: number[], tso: boolean): number {
  let pc = skipLocal(instrs, from, regs);
  while (!tso && instrs[pc]?.do === 'fence') pc = skipLocal(instrs, pc + 1, regs);
  return pc;
}

/** Alternatives of the next step of `agent`: 0 if it has ended, n at a CHOOSE, else 1. */
export function alternatives({ code }: Rules, w: World, agent: number): number {
  if (agent >= code.threads.length) return 1;
  const instr = code.threads[agent]![w.threads[agent]!.pc];
  return instr === undefined ? 0 : instr.do === 'choose' ? instr.n : 1;
}

/** The instruction a thread stands at. */
export const instructionOf = ({ code }: Rules, w: World, t: number): Instr | undefined =>
  code.threads[t]![w.threads[t]!.pc];

const memory = (cell: number): string => `m${cell}`;
const issuedCell = (thread: number): string => `i${thread}`;
const entryCell = (thread: number, entry: number): string => `b${thread}.${entry}`;

/** The world after the next step of `agent`, or null if it has to wait. */
export function take(rules: Rules, w: World, agent: number, choice: number): World | null {
  const { code, tso } = rules;
  const count = code.threads.length;
  if (agent >= count) return flush(rules, w, agent - count);
  const thread = w.threads[agent]!;
  const instr = code.threads[agent]![thread.pc]!;
  const mem = [...w.mem];
  const regs = [...thread.regs];
  const accesses: Access[] = [];
  let { buffer, issued } = thread;
  let answer = 0;
  const at = 'at' in instr ? placeOf(code, instr.at, regs) : -1;
  const touch = (cell: number, mode: Mode): void => {
    accesses.push({ cell: memory(cell), mode });
  };
  const look = (cell: number): number => {
    const own = tso ? buffer.findLast((s) => s.cell === cell) : undefined;
    if (own === undefined) {
      touch(cell, 'r');
      return mem[cell]!;
    }
    accesses.push({ cell: entryCell(agent, own.entry), mode: 'r' });
    return own.value;
  };
  const store = (cell: number, value: number): void => {
    if (!tso) {
      touch(cell, 'w');
      mem[cell] = value;
      return;
    }
    if (interruptible(code, agent)) accesses.push({ cell: issuedCell(agent), mode: 'w' });
    buffer = [...buffer, { cell, value, entry: issued++, event: w.events.length }];
  };
  const plain = ['read', 'write', 'unlock', 'await', 'retry', 'choose'].includes(instr.do);
  if (tso && !plain && !(instr.do === 'atomic' && !instr.locked)) {
    if (buffer.length > 0) return null;
    if (issued > 0) accesses.push({ cell: entryCell(agent, issued - 1), mode: 'r' });
  }
  if (tso) {
    for (const t of waitsForStores(code, agent, instr)) {
      const other = w.threads[t]!;
      if (other.buffer.length > 0) return null;
      accesses.push({ cell: issuedCell(t), mode: 'r' });
      if (other.issued > 0) accesses.push({ cell: entryCell(t, other.issued - 1), mode: 'r' });
    }
  }
  switch (instr.do) {
    case 'read':
      answer = look(at);
      break;
    case 'write':
      store(at, evaluate(instr.value, regs));
      break;
    case 'unlock':
      store(at, 0);
      break;
    default: {
      const done = onMemory(instr, { agent, at, mem, regs, choice, awaited: rules.awaited, look, touch });
      if (done === null) return null;
      answer = done;
    }
  }
  if ('dst' in instr) regs[instr.dst] = answer;
  const pc = skip(code.threads[agent]!, thread.pc + 1, regs, tso);
  const threads = w.threads.with(agent, { pc, regs, issued, buffer });
  return record(w, { mem, threads }, agent, accesses, -1, instr.do === 'choose' ? choice : 0);
}

function flush({ code }: Rules, w: World, t: number): World | null {
  const thread = w.threads[t]!;
  const head = thread.buffer[0];
  if (head === undefined) return null;
  const mem = w.mem.with(head.cell, head.value);
  const threads = w.threads.with(t, { ...thread, buffer: thread.buffer.slice(1) });
  const accesses: Access[] = [
    { cell: memory(head.cell), mode: 'w' },
    { cell: entryCell(t, head.entry), mode: 'w' },
  ];
  return record(w, { mem, threads }, code.threads.length + t, accesses, head.event, 0);
}

function record(
  w: World,
  next: Pick<World, 'mem' | 'threads'>,
  agent: number,
  accesses: readonly Access[],
  cause: number,
  choice: number,
): World {
  const clock = new Array<number>(w.keys.length).fill(0);
  for (let i = 0; i < w.events.length; i++) {
    const earlier = w.events[i]!;
    if (earlier.agent !== agent && i !== cause && !conflict(earlier.accesses, accesses)) continue;
    for (let a = 0; a < clock.length; a++) if (earlier.clock[a]! > clock[a]!) clock[a] = earlier.clock[a]!;
  }
  clock[agent] = clock[agent]! + 1;
  const key = `${w.keys[agent]}(${choice}:${clock.join()})`;
  return {
    ...next,
    events: [...w.events, { agent, accesses, clock }],
    keys: w.keys.with(agent, key),
  };
}

function conflict(a: readonly Access[], b: readonly Access[]): boolean {
  for (const x of a)
    for (const y of b) if (x.cell === y.cell && (x.mode !== y.mode || x.mode === 'w')) return true;
  return false;
}

/** Canonical name of the trace. */
export const traceKey = (w: World): string => w.keys.join('|');

/** Memory, registers and places in the code. */
export const stateKey = (w: World): string =>
  `${w.mem.join()};${w.threads.map((t) => `${t.pc}:${t.regs.join()}`).join(';')}`;
