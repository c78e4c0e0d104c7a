import type { AtomicKind, Code, Instr, Place, Test, Value } from './code.js';
import { isMachine, type MachineFlavour, machineCode } from './machine-code.js';
import { randomInts } from './random.js';

/** Which instructions a batch of random programs favours. */
export type Flavour = WordFlavour | MachineFlavour;

type WordFlavour =
  | 'turns'
  | 'weak'
  | 'loads'
  | 'mixed'
  | 'interrupts'
  | 'locks'
  | 'waits'
  | 'atomics'
  | 'ors'
  | 'several'
  | 'stores'
  | 'spins';

const WEIGHTS: Record<WordFlavour, readonly string[]> = {
  turns: [
    'write',
    'write',
    'write',
    'read',
    'read',
    'read',
    'critical',
    'xchg',
    'atomic',
    'guarded',
    'try',
    'await',
    'fence',
  ],
  weak: [
    'write',
    'write',
    'write',
    'write',
    'read',
    'read',
    'barrier',
    'barrier',
    'release',
    'update',
    'update',
    'xchg',
    'await',
    'critical',
    'until',
    'choose',
  ],
  loads: [
    'write',
    'write',
    'write',
    'read',
    'read',
    'load',
    'load',
    'load',
    'load',
    'barrier',
    'barrier',
    'release',
    'update',
    'xchg',
    'await',
    'critical',
    'atomic',
  ],
  mixed: [
    'read',
    'read',
    'write',
    'xchg',
    'cmpxchg',
    'or',
    'critical',
    'try',
    'await',
    'until',
    'choose',
    'atomic',
    'cas-loop',
  ],
  locks: ['read', 'write', 'critical', 'critical', 'nested', 'try', 'choose', 'await'],
  waits: ['write', 'write', 'xchg', 'await', 'await', 'until', 'read', 'guarded', 'choose'],
  atomics: ['read', 'write', 'atomic', 'atomic', 'guarded', 'cmpxchg', 'or'],
  ors: ['or', 'or', 'read', 'await', 'until', 'or', 'write', 'guarded'],
  several: [
    'write',
    'write',
    'xchg',
    'or',
    'guarded-both',
    'guarded-both',
    'guarded',
    'critical',
    'await',
    'read',
  ],
  stores: [
    'write',
    'write',
    'write',
    'read',
    'read',
    'fence',
    'xchg',
    'await',
    'critical',
    'until',
    'atomic',
    'choose',
  ],
  interrupts: ['write', 'write', 'read', 'read', 'atomic', 'atomic', 'guarded', 'critical', 'xchg'],
  spins: ['write', 'write', 'read', 'xchg', 'spin', 'spin', 'cas-loop', 'try', 'choose', 'or', 'atomic'],
};

/** A random program: 2 or 3 threads on a few words, or those of a small machine. */
export function randomCode(seed: number, flavour: Flavour): Code {
  if (isMachine(flavour)) return machineCode(seed, flavour);
  const pick = randomInts(seed);
  const threads = 2 + pick(2);
  const data = 1 + pick(3);
  const locks = 2;
  return {
    data,
    locks,
    threads: Array.from({ length: threads }, (_, t) => {
      const code = randomThread(pick, flavour, data, threads === 2 ? 4 : 3);
      return flavour === 'interrupts' || (flavour === 'weak' && seed % 2 === 1)
        ? code.map((instr) => interrupting(pick, instr, t, threads))
        : code;
    }),
    daemons: Array.from({ length: threads }, () => pick(8) === 0),
    ...(flavour === 'turns' ? { turns: threads === 3 && pick(4) === 0 ? [0, 1, 2] : [0, 1] } : {}),
  };
}

/** An atomic step of `thread` that comes after an interrupt of some others. */
function interrupting(pick: (n: number) => number, instr: Instr, thread: number, threads: number): Instr {
  if (instr.do !== 'atomic') return instr;
  const others = Array.from({ length: threads }, (_, t) => t).filter((t) => t !== thread && pick(4) !== 0);
  return { ...instr, drains: others };
}

function randomThread(
  pick: (n: number) => number,
  flavour: WordFlavour,
  data: number,
  most: number,
): Instr[] {
  const out: Instr[] = [];
  const count = 1 + pick(most);
  for (let i = 0; i < count; i++) emit(pick, flavour, data, out, false);
  return out;
}

function emit(
  pick: (n: number) => number,
  flavour: WordFlavour,
  data: number,
  out: Instr[],
  inside: boolean,
): void {
  const reg = (): number => pick(4);
  const place = (): Place => (pick(4) === 0 ? { base: pick(data), reg: reg() } : { base: pick(data) });
  const value = (): Value => (pick(3) === 0 ? { plus: pick(2), reg: reg() } : { plus: pick(4) });
  const test = (): Test => ({ is: (['eq', 'ne', 'ge'] as const)[pick(3)]!, value: pick(3) });
  const dst = reg();
  const cells = (): number[] => {
    const all = Array.from({ length: data }, (_, i) => i);
    const size = Math.min(data, 2 + pick(2));
    while (all.length > size) all.splice(pick(all.length), 1);
    return pick(2) === 0 ? all : all.reverse();
  };
  const kinds: readonly AtomicKind[] = ['swap', 'sum', 'copy', 'bump-if', 'bump-all'];
  if (pick(6) === 0) out.push({ do: 'jump-if', reg: reg(), equals: { plus: pick(3) }, to: out.length + 2 });
  const what = WEIGHTS[flavour][pick(WEIGHTS[flavour].length)]!;
  const lockAt: Place = { base: data + pick(2) };
  switch (what) {
    case 'read':
      out.push({ do: 'read', at: place(), dst });
      break;
    case 'load':
      out.push({
        do: 'read',
        at: place(),
        order: pick(4) === 0 ? 2 : 0,
        after: pick(3) === 0 ? [pick(data)] : [],
        dst,
      });
      break;
    case 'write':
    case 'xchg':
      out.push({ do: what, at: place(), value: value(), dst });
      break;
    case 'or':
      out.push({ do: 'or', at: place(), value: { plus: 1 + pick(3) }, dst });
      break;
    case 'cmpxchg':
      out.push({ do: 'cmpxchg', at: place(), old: value(), value: value(), dst });
      break;
    case 'await':
      out.push({ do: 'await', at: place(), test: test(), dst });
      break;
    case 'choose':
      out.push({ do: 'choose', n: 2 + pick(2), dst });
      break;
    case 'fence':
      out.push({ do: 'fence' });
      break;
    case 'barrier':
      out.push({ do: 'fence', barrier: pick(3) === 0 ? 0 : 1 + pick(15) });
      break;
    case 'release':
      out.push({ do: 'write', at: place(), value: value(), order: 3, dst });
      break;
    case 'update': {
      const order = 1 + pick(4);
      const how = pick(4);
      if (how === 0) out.push({ do: 'xchg', at: place(), value: value(), order, dst });
      else if (how === 1) out.push({ do: 'cmpxchg', at: place(), old: value(), value: value(), order, dst });
      else if (how === 2) out.push({ do: 'or', at: place(), value: { plus: 1 + pick(3) }, order, dst });
      else if (pick(2) === 0) {
        const one = [pick(data)];
        const kind = kinds[pick(5)]! === 'swap' ? 'set-2' : 'bump-all';
        out.push({ do: 'atomic', cells: one, kind, guard: null, locked: true, order, dst });
      } else if (data > 1) {
        out.push({
          do: 'atomic',
          cells: cells(),
          kind: kinds[pick(5)]!,
          guard: null,
          locked: true,
          order,
          dst,
        });
      }
      break;
    }
    case 'guarded-both':
      if (data > 1) {
        const [kind, locked] = [kinds[pick(5)]!, pick(2) === 0];
        out.push({ do: 'atomic', cells: cells(), kind, guard: test(), both: true, locked, dst });
      }
      break;
    case 'atomic':
    case 'guarded':
      if (data > 1) {
        const guard = what === 'guarded' ? test() : null;
        out.push({ do: 'atomic', cells: cells(), kind: kinds[pick(5)]!, guard, locked: pick(2) === 0, dst });
      }
      break;
    case 'until': {
      const [a, b] = [pick(data), pick(data)];
      const loop = out.length;
      out.push({ do: 'read', at: { base: a }, dst: 0 });
      if (a !== b) out.push({ do: 'read', at: { base: b }, dst: 1 });
      const regs = a === b ? [0] : [0, 1];
      const exit = out.length + regs.length + 2;
      for (const r of regs) out.push({ do: 'jump-if', reg: r, equals: { plus: 1 + pick(2) }, to: exit });
      out.push({ do: 'retry', cells: a === b ? [a] : [a, b], regs });
      out.push({ do: 'jump-if', reg: 0, equals: { reg: 0, plus: 0 }, to: loop });
      break;
    }
    case 'spin': {
      // Asks again and again without waiting: endless schedules, but only so many states.
      const loop = out.length;
      out.push({ do: 'read', at: place(), dst: 0 });
      if (pick(3) === 0) out.push({ do: 'write', at: place(), value: { plus: pick(2) }, dst: 3 });
      const again = out.length;
      out.push({ do: 'jump-if', reg: 0, equals: { plus: 1 + pick(2) }, to: again + 2 });
      out.push({ do: 'jump-if', reg: 0, equals: { reg: 0, plus: 0 }, to: loop });
      break;
    }
    case 'cas-loop': {
      const at = place();
      out.push({ do: 'read', at, dst: 2 });
      const again = out.length;
      out.push({ do: 'cmpxchg', at, old: { plus: 0, reg: 2 }, value: { plus: 1, reg: 2 }, dst: 3 });
      out.push({ do: 'jump-if', reg: 3, equals: { plus: 0, reg: 2 }, to: again + 4 });
      out.push({ do: 'mov', dst: 2, value: { plus: 0, reg: 3 } });
      out.push({ do: 'jump-if', reg: 2, equals: { plus: 0, reg: 2 }, to: again });
      break;
    }
    case 'try': {
      out.push({ do: 'trylock', at: lockAt, dst: 2 });
      const jump = out.length;
      out.push({ do: 'fence' });
      if (!inside) emit(pick, flavour, data, out, true);
      out.push({ do: 'unlock', at: lockAt, dst: 3 });
      out[jump] = { do: 'jump-if', reg: 2, equals: { plus: 0 }, to: out.length };
      break;
    }
    case 'critical':
    case 'nested':
      out.push({ do: 'lock', at: lockAt, dst: 3 });
      if (what === 'nested' && !inside) {
        const other: Place = { base: data + 1 - (lockAt.base - data) };
        out.push({ do: 'lock', at: other, dst: 3 });
        emit(pick, 'waits', data, out, true);
        out.push({ do: 'unlock', at: other, dst: 3 });
      } else if (!inside) emit(pick, flavour, data, out, true);
      out.push({ do: 'unlock', at: lockAt, dst: 3 });
      break;
  }
}
