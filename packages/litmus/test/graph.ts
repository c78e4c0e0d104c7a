/**
 * The judge of the property tests: final states by enumeration of execution graphs. Every path of every thread with every
 * value its loads can have, every reads-from and coherence order; a graph counts if it is coherent by location, and what is
 * ordered before (`ob` of aarch64.cat) has no circle. Nothing of the model is used but the parsed instructions.
 */
import type { Instruction } from '../src/program/instruction.js';
import type { LitmusTest } from '../src/program/test.js';
import { bitsOf } from '../src/program/value.js';

/** What must stay in program order besides; all of it is sequential consistency. */
export interface Keep {
  readonly rr: boolean;
  readonly rw: boolean;
  readonly wr: boolean;
  readonly ww: boolean;
}

interface Event {
  readonly n: number;
  readonly is: 'R' | 'W';
  readonly at: bigint;
  readonly value: bigint;
  /** Earlier events of the thread that it comes after, as a mask. */
  readonly pre: number;
  /** A store's address and data, which a load that takes it from the same thread comes after. */
  readonly dep: number;
  /** The load exclusive of a store exclusive; -1 without. */
  readonly pair: number;
  readonly acquire: boolean;
}

interface Path {
  readonly events: readonly Event[];
  readonly registers: ReadonlyMap<number, bigint>;
}

interface State {
  pc: number;
  registers: Map<number, { value: bigint; mask: number }>;
  events: Event[];
  reads: number;
  writes: number;
  readsAfter: number;
  writesAfter: number;
  control: number;
  releases: number;
  pair: { n: number; at: bigint } | null;
}

const copy = (s: State): State => ({ ...s, registers: new Map(s.registers), events: [...s.events] });
const get = (s: State, r: number) => s.registers.get(r) ?? { value: 0n, mask: 0 };
const put = (s: State, r: number, value: bigint, mask: number): void => {
  if (r >= 0) s.registers.set(r, { value: BigInt.asUintN(64, value), mask });
};

function* paths(
  test: LitmusTest,
  id: number,
  values: ReadonlyMap<bigint, ReadonlySet<bigint>>,
  keep: Keep,
): Generator<Path> {
  const { code, initial } = test.threads[id]!;
  const initially = (at: bigint): bigint => bitsOf(test.memory.get(at) ?? 0);
  const start: State = {
    pc: 0,
    registers: new Map(initial.map((value, r) => [r, { value: bitsOf(value), mask: 0 }])),
    events: [],
    reads: 0,
    writes: 0,
    readsAfter: 0,
    writesAfter: 0,
    control: 0,
    releases: 0,
    pair: null,
  };
  const todo = [start];
  for (let s = todo.pop(); s !== undefined; s = todo.pop()) {
    const instruction: Instruction | undefined = code[s.pc];
    if (instruction === undefined) {
      yield { events: s.events, registers: new Map([...s.registers].map(([r, { value }]) => [r, value])) };
      continue;
    }
    todo.push(...after(s, instruction, values, keep, initially));
  }
}

function after(
  s: State,
  c: Instruction,
  values: ReadonlyMap<bigint, ReadonlySet<bigint>>,
  keep: Keep,
  initially: (at: bigint) => bigint,
): State[] {
  const next = copy(s);
  next.pc++;
  const ored = (rs: readonly number[]): number => rs.reduce((mask, r) => mask | get(s, r).mask, 0);
  if (c.kind === 'alu') put(next, c.rd, c.compute(...c.rs.map((r) => get(s, r).value)), ored(c.rs));
  else if (c.kind === 'branch') {
    next.control |= ored(c.rs);
    if (c.test(...c.rs.map((r) => get(s, r).value))) next.pc = c.to;
  } else if (c.kind === 'sync') next.readsAfter |= s.control;
  else if (c.kind === 'fence') {
    const mask = (c.before & 1 ? s.reads : 0) | (c.before & 2 ? s.writes : 0);
    if (c.after & 1) next.readsAfter |= mask;
    if (c.after & 2) next.writesAfter |= mask;
  } else if (c.kind === 'load' || c.kind === 'store') return access(s, c, values, keep, initially);
  else throw new Error(`the judge has no ${c.kind}`);
  return [next];
}

function access(
  s: State,
  c: Extract<Instruction, { kind: 'load' | 'store' }>,
  values: ReadonlyMap<bigint, ReadonlySet<bigint>>,
  keep: Keep,
  initially: (at: bigint) => bigint,
): State[] {
  const { base, index, extend, offset } = c.address;
  const i = get(s, index).value;
  const at = get(s, base).value + (extend?.(i) ?? i) + offset;
  const address = get(s, base).mask | get(s, index).mask;
  const n = s.events.length;
  const bit = 1 << n;
  if (c.kind === 'load') {
    const own = s.events.findLast((e) => e.is === 'W' && e.at === at);
    const kept = (keep.rr ? s.reads : 0) | (keep.wr ? s.writes : 0);
    const pre = kept | address | s.readsAfter | (c.acquire && c.rcsc ? s.releases : 0) | (own?.dep ?? 0);
    return [...(values.get(at) ?? [initially(at)])].map((value) => {
      const t = copy(s);
      t.pc++;
      t.events.push({ n, is: 'R', at, value, pre, dep: 0, pair: -1, acquire: c.acquire });
      t.reads |= bit;
      t.control |= address;
      if (c.acquire) {
        t.readsAfter |= bit;
        t.writesAfter |= bit;
      }
      if (c.exclusive) t.pair = { n, at };
      put(t, c.rd, value, bit);
      return t;
    });
  }
  const result: State[] = [];
  if (c.exclusive) {
    const failed = copy(s);
    failed.pc++;
    failed.pair = null;
    put(failed, c.status, 1n, 0);
    result.push(failed);
    if (s.pair === null || s.pair.at !== at) return result;
  }
  const t = copy(s);
  t.pc++;
  const data = get(s, c.rs);
  const pair = c.exclusive ? (s.pair?.n ?? -1) : -1;
  const same = s.events.reduce((mask, e) => (e.at === at ? mask | (1 << e.n) : mask), 0);
  const kept = (keep.rw ? s.reads : 0) | (keep.ww ? s.writes : 0) | (c.release ? s.reads | s.writes : 0);
  const pre = kept | same | address | data.mask | s.control | s.writesAfter | (pair >= 0 ? 1 << pair : 0);
  t.events.push({ n, is: 'W', at, value: data.value, pre, dep: address | data.mask, pair, acquire: false });
  t.writes |= bit;
  t.control |= address;
  if (c.release && c.rcsc) t.releases |= bit;
  if (c.exclusive) {
    t.pair = null;
    put(t, c.status, 0n, 0);
  }
  result.push(t);
  return result;
}

function acyclic(edges: readonly (readonly number[])[]): boolean {
  const state = new Int8Array(edges.length);
  const visit = (u: number): boolean => {
    state[u] = 1;
    for (const v of edges[u]!) if (state[v] === 1 || (state[v] === 0 && !visit(v))) return false;
    state[u] = 2;
    return true;
  };
  return edges.every((_, u) => state[u] !== 0 || visit(u));
}

interface Node extends Event {
  readonly id: number;
  readonly base: number;
  readonly thread: number;
}

/** Whether a graph is allowed: reads-from by id of the load (-1: initial), coherence by location. */
function allowed(
  nodes: readonly Node[],
  from: ReadonlyMap<number, number>,
  orders: ReadonlyMap<bigint, readonly number[]>,
): boolean {
  const ordered: number[][] = nodes.map(() => []);
  const coherent: number[][] = nodes.map(() => []);
  const add = (a: number, b: number): void => {
    coherent[a]!.push(b);
    if (nodes[a]!.thread !== nodes[b]!.thread) ordered[a]!.push(b);
  };
  for (const e of nodes) {
    for (let k = 0; k < e.n; k++) {
      if ((e.pre >> k) & 1) ordered[e.base + k]!.push(e.id);
      if (nodes[e.base + k]!.at === e.at) coherent[e.base + k]!.push(e.id);
    }
  }
  for (const order of orders.values())
    for (const [i, w] of order.entries()) for (const later of order.slice(i + 1)) add(w, later);
  for (const e of nodes) {
    if (e.is !== 'R') continue;
    const w = from.get(e.id) ?? -1;
    if (w >= 0) add(w, e.id);
    // rmw; lrs; [A]: an acquire that takes an own store exclusive comes after the load of the pair.
    const source = nodes[w];
    if (source && source.thread === e.thread && source.pair >= 0 && e.acquire)
      ordered[source.base + source.pair]!.push(e.id);
    const order = orders.get(e.at) ?? [];
    for (const later of order.slice(w >= 0 ? order.indexOf(w) + 1 : 0)) add(e.id, later);
  }
  if (!acyclic(coherent) || !acyclic(ordered)) return false;
  return nodes.every((e) => {
    if (e.pair < 0) return true;
    const order = orders.get(e.at) ?? [];
    const w = from.get(e.base + e.pair) ?? -1;
    return order
      .slice(w >= 0 ? order.indexOf(w) + 1 : 0, order.indexOf(e.id))
      .every((between) => nodes[between]!.thread === e.thread);
  });
}

function* permutations(
  nodes: readonly Node[],
  rest: readonly number[],
  done: readonly number[] = [],
): Generator<readonly number[]> {
  if (rest.length === 0) yield done;
  for (const w of rest) {
    // Program order of a thread is kept within a location.
    if (rest.some((u) => u < w && nodes[u]!.thread === nodes[w]!.thread)) continue;
    yield* permutations(
      nodes,
      rest.filter((u) => u !== w),
      [...done, w],
    );
  }
}

/** Values that stores can give each location, until no more come. */
function fixpoint(test: LitmusTest, keep: Keep): Map<bigint, ReadonlySet<bigint>> {
  let values = new Map<bigint, Set<bigint>>();
  for (let size = -1; ; ) {
    const next = new Map<bigint, Set<bigint>>();
    test.threads.forEach((_, id) => {
      for (const { events } of paths(test, id, values, keep)) {
        for (const { is, at, value } of events) {
          if (is !== 'W') continue;
          const set = next.get(at) ?? new Set([bitsOf(test.memory.get(at) ?? 0)]);
          next.set(at, set.add(value));
        }
      }
    });
    const total = [...next.values()].reduce((sum, set) => sum + set.size, 0);
    if (total === size) return values;
    size = total;
    values = next;
  }
}

/** All final states: `thread:register=value` of every register that is asked, and `@address=value` of every location. */
export function enumerate(
  test: LitmusTest,
  keep: Keep,
  show: (register: (t: number, r: number) => bigint, word: (at: bigint) => bigint) => string,
): string[] {
  const values = fixpoint(test, keep);
  const all = test.threads.map((_, id) => [...paths(test, id, values, keep)]);
  const states = new Set<string>();
  const judge = (chosen: readonly Path[]): void => {
    const nodes: Node[] = [];
    chosen.forEach(({ events }, thread) => {
      const base = nodes.length;
      for (const e of events) nodes.push({ ...e, base, thread, id: base + e.n });
    });
    const reads = nodes.filter((e) => e.is === 'R');
    const stores = new Map<bigint, number[]>();
    for (const e of nodes) if (e.is === 'W') stores.set(e.at, [...(stores.get(e.at) ?? []), e.id]);
    const from = new Map<number, number>();
    const orders = new Map<bigint, readonly number[]>();
    const order = (left: readonly (readonly [bigint, readonly number[]])[]): void => {
      const [first, ...rest] = left;
      if (first === undefined) {
        if (!allowed(nodes, from, orders)) return;
        const word = (at: bigint): bigint => {
          const last = orders.get(at)?.at(-1);
          return last === undefined ? bitsOf(test.memory.get(at) ?? 0) : nodes[last]!.value;
        };
        states.add(show((t, r) => chosen[t]!.registers.get(r) ?? 0n, word));
        return;
      }
      for (const one of permutations(nodes, first[1])) {
        orders.set(first[0], one);
        order(rest);
      }
    };
    const read = (k: number): void => {
      const e = reads[k];
      if (e === undefined) {
        order([...stores]);
        return;
      }
      if (bitsOf(test.memory.get(e.at) ?? 0) === e.value) {
        from.set(e.id, -1);
        read(k + 1);
      }
      for (const w of stores.get(e.at) ?? []) {
        if (nodes[w]!.value !== e.value || (nodes[w]!.thread === e.thread && w > e.id)) continue;
        from.set(e.id, w);
        read(k + 1);
      }
    };
    read(0);
  };
  const choose = (i: number, chosen: readonly Path[]): void => {
    if (i === all.length) judge(chosen);
    else for (const path of all[i]!) choose(i + 1, [...chosen, path]);
  };
  choose(0, []);
  return [...states].sort();
}
