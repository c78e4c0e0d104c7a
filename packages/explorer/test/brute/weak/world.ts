/**
 * The weak order a third time, for the enumerator: a store knows by number all earlier ones of its thread that reach
 * memory first, and each is moved on its own. No lanes, nothing implied.
 */
import { Barrier, makeOp, Order } from '@racewalk/core/step';
import { type Happened, mayPass, storeRead } from '../../../src/replay/early.js';
import { type Code, evaluate, type Instr, interruptible, placeOf, REGS, skipLocal } from '../code.js';
import { onMemory } from '../on-memory.js';
import { type Access, happens } from './happens.js';
import { NO_VIEWS, type Views, viewsAfter, viewsBehind, viewsKey } from './views.js';

/** The next step of a thread, or one of its stores reaches memory. */
export type Move = readonly [thread: number, choice: number, entry: number];

interface Stored {
  readonly cell: number;
  readonly value: number;
  /** Numbers of the stores of the thread that reach memory first. */
  readonly after: readonly number[];
  readonly event: number;
  /** It released a lock. */
  readonly unlock: boolean;
  /** Nobody else stores to the cell before it has left. */
  readonly claim: boolean;
  readonly left: boolean;
  /** The event in which it reached memory. */
  readonly arrived: number;
}
interface Thread {
  readonly pc: number;
  readonly regs: readonly number[];
  readonly stores: readonly Stored[];
  /** So many of them are ordered before all that come. */
  readonly marked: number;
  readonly views: Views;
}
interface Event {
  readonly agent: string;
  readonly accesses: readonly Access[];
  readonly clock: ReadonlyMap<string, number>;
}
/** A value that a word got, and in which event. */
export type Wrote = ReadonlyMap<number, number>;
export interface World {
  readonly mem: readonly number[];
  readonly threads: readonly Thread[];
  readonly events: readonly Event[];
  /** Per event what it did, for the order of loads, and the values that it left in memory. */
  readonly past: readonly Happened[];
  readonly wrote: readonly Wrote[];
  /** Per agent its events with their clocks. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface Rules {
  readonly code: Code;
  /** Cells where an OR counts as a store. */
  readonly awaited: ReadonlySet<number>;
  /**
   * Which loads may be early: those that `dpor` lists as alternatives, or, by another definition, all that views of
   * positions in the order of events allow.
   */
  readonly loads: 'alternatives' | 'views';
}

export function initial({ code }: Rules): World {
  return {
    mem: new Array<number>(code.data + code.locks).fill(0),
    threads: code.threads.map((instrs) => {
      const regs = new Array<number>(REGS).fill(0);
      return { pc: skipLocal(instrs, 0, regs), regs, stores: [], marked: 0, views: NO_VIEWS };
    }),
    events: [],
    past: [],
    wrote: [],
    keys: new Map(),
  };
}

export const instructionOf = ({ code }: Rules, w: World, t: number): Instr | undefined =>
  code.threads[t]![w.threads[t]!.pc];

/** All that could come next, whether or not it has to wait. */
export function moves(rules: Rules, w: World): Move[] {
  const all: Move[] = [];
  w.threads.forEach(({ stores }, t) => {
    const instr = instructionOf(rules, w, t);
    if (instr !== undefined) {
      const most = instr.do === 'choose' ? instr.n - 1 : instr.do === 'read' ? w.past.length : 0;
      for (let c = most; c >= 0; c--) all.push([t, c, -1]);
    }
    for (const [entry, { left }] of stores.entries()) if (!left) all.push([t, 0, entry]);
  });
  return all;
}

const entryCell = (thread: number, entry: number): string => `b${thread}.${entry}`;
const LOADS_BEFORE = 1;
const STORES_BEFORE = 2;
const LOADS_AFTER = 4;
const STORES_AFTER = 8;

/** The world after a move, or null if it has to wait. */
export function take(rules: Rules, w: World, [t, choice, entry]: Move): World | null {
  return entry >= 0 ? leave(w, t, entry) : step(rules, w, t, choice);
}

function step(rules: Rules, w: World, t: number, choice: number): World | null {
  const { code } = rules;
  const thread = w.threads[t]!;
  const instr = instructionOf(rules, w, t)!;
  const mem = [...w.mem];
  const regs = [...thread.regs];
  const accesses: Access[] = [];
  let { stores, marked } = thread;
  let answer = 0;
  const at = 'at' in instr ? placeOf(code, instr.at, regs) : -1;
  const touch = (cell: number, mode: Access['mode']): void => {
    accesses.push({ cell: `m${cell}`, mode });
  };
  const look = (cell: number): number => {
    const own = stores.findLastIndex((s) => s.cell === cell);
    if (own < 0 || stores[own]!.left) {
      touch(cell, 'r');
      return mem[cell]!;
    }
    accesses.push({ cell: entryCell(t, own), mode: 'r' });
    return stores[own]!.value;
  };
  const store = (cell: number, value: number, release: boolean, claim = false): void => {
    const after = stores.flatMap((s, i) => (release || i < marked || s.cell === cell ? [i] : []));
    if (interruptible(code, t)) accesses.push({ cell: `i${t}`, mode: 'w' });
    stores = [
      ...stores,
      {
        cell,
        value,
        after,
        event: w.events.length,
        unlock: instr.do === 'unlock',
        claim,
        left: false,
        arrived: -1,
      },
    ];
  };
  const waited: number[] = [];
  /** Those stores of a thread must be in memory. */
  const arrived = (thread: number, wanted: (s: Stored, i: number) => boolean): boolean =>
    (thread === t ? stores : w.threads[thread]!.stores).every((s, i) => {
      if (!wanted(s, i)) return true;
      waited.push(s.arrived);
      accesses.push({ cell: entryCell(thread, i), mode: 'r' });
      return s.left;
    });
  const order = 'order' in instr ? (instr.order ?? Order.USUAL) : Order.USUAL;
  const mine = (s: Stored): boolean =>
    s.cell === at || (instr.do === 'atomic' && instr.cells.includes(s.cell));
  const updates = ['xchg', 'cmpxchg', 'or', 'lock', 'trylock'].includes(instr.do);
  if (updates || (instr.do === 'atomic' && instr.locked)) {
    const locks = instr.do === 'lock' || instr.do === 'trylock';
    const loose = order === Order.RELAXED || order === Order.ACQUIRE || locks;
    if (!arrived(t, (s, i) => !loose || i < marked || mine(s) || (locks && s.unlock))) return null;
    if (!loose) marked = stores.length;
  }
  if (instr.do === 'atomic') {
    for (const other of instr.drains ?? []) {
      accesses.push({ cell: `i${other}`, mode: 'r' });
      if (!arrived(other, () => true)) return null;
    }
  }
  switch (instr.do) {
    case 'read':
      answer = look(at);
      if (choice > 0) {
        const early = earlyLoad(rules, w, t, at, choice, instr.order ?? Order.USUAL, instr.after ?? []);
        if (early === null) return null;
        answer = early;
      }
      break;
    case 'write':
      store(at, evaluate(instr.value, regs), order === Order.RELEASE || order === Order.FULL);
      break;
    case 'unlock':
      store(at, 0, true);
      break;
    case 'fence': {
      const bits = instr.barrier ?? Barrier.FULL;
      const all = LOADS_BEFORE | STORES_BEFORE | LOADS_AFTER | STORES_AFTER;
      const has = (bit: number): boolean => ((bits === 0 ? all : bits) & bit) !== 0;
      if (has(STORES_BEFORE) && has(LOADS_AFTER) && !arrived(t, () => true)) return null;
      if (has(STORES_BEFORE) && has(STORES_AFTER)) marked = stores.length;
      break;
    }
    default: {
      const done = onMemory(instr, { agent: t, at, mem, regs, choice, awaited: rules.awaited, look, touch });
      if (done === null) return null;
      answer = done;
    }
  }
  const claimed = (cell: number): boolean =>
    w.threads.some((other) => other.stores.some((s) => s.claim && !s.left && s.cell === cell));
  const plain = ['read', 'write', 'unlock', 'await', 'retry', 'choose', 'fence'].includes(instr.do);
  if (
    !plain &&
    accesses.some(({ cell, mode }) => mode !== 'r' && cell.startsWith('m') && claimed(Number(cell.slice(1))))
  ) {
    return null;
  }
  const single = instr.do === 'xchg' || instr.do === 'cmpxchg';
  const one = instr.do === 'atomic' && instr.locked && instr.guard === null && instr.cells.length === 1;
  if ((single || one) && (order === Order.RELAXED || order === Order.ACQUIRE)) {
    // The load is made now; the store leaves later.
    const cell = one ? instr.cells[0]! : at;
    const now = mem[cell]!;
    if (now !== w.mem[cell]!) {
      mem[cell] = w.mem[cell]!;
      store(cell, now, false, true);
    }
  }
  const later = stores.length > thread.stores.length;
  const happened = happens(w.past, thread.stores, t, instr, accesses, waited, later, choice);
  const interrupted = instr.do === 'atomic' ? (instr.drains ?? []) : [];
  const others = interrupted.map((other) => w.threads[other]!.views);
  const views = viewsAfter(thread.views, happened, w.past, others);
  if ('dst' in instr) regs[instr.dst] = answer;
  const pc = skipLocal(code.threads[t]!, thread.pc + 1, regs);
  const threads = w.threads.map((other, i) => {
    if (i === t) return { pc, regs, stores, marked, views };
    return interrupted.includes(i) ? { ...other, views: viewsBehind(other.views, w.past) } : other;
  });
  return record(w, { mem, threads }, `t${t}`, accesses, -1, choice, happened);
}

/** What a load of `cell` returns if it passes by the newest `skip` stores; null if it may not. */
function earlyLoad(
  { loads }: Rules,
  w: World,
  t: number,
  cell: number,
  skip: number,
  order: number,
  after: readonly number[],
): number | null {
  const { stores, views } = w.threads[t]!;
  if (stores.some((s) => s.cell === cell && !s.left)) return null;
  const read = storeRead(w.past, cell, skip);
  const prev = w.events.findLastIndex(({ agent }) => agent === `t${t}`);
  if (read === undefined || prev < 0) return null;
  const value = read < 0 ? 0 : w.wrote[read]!.get(cell)!;
  if (loads === 'views') {
    const passed = w.past.findIndex((e, i) => i > read && e.stores.includes(cell));
    const from = Math.max(views.newLoads, ...after.map((c) => views.loaded[c] ?? -1));
    const own = stores.filter((s) => s.cell === cell).map(({ arrived }) => arrived);
    return passed > from && read >= Math.max(views.seen[cell] ?? -1, ...own) ? value : null;
  }
  const newest = storeRead(w.past, cell, 0)!;
  const { agent, clock } = w.events[newest]!;
  if ((w.events[prev]!.clock.get(agent) ?? 0) < clock.get(agent)!) return null;
  const load: Happened = {
    thread: t,
    issued: -1,
    op: { ...makeOp(), order, after },
    loads: new Map([[cell, read]]),
    forwarded: [],
    stores: [],
    atOnce: false,
    waited: [],
    loadOnly: false,
    issues: false,
  };
  return mayPass(w.past, load, cell) ? value : null;
}

function leave(w: World, t: number, entry: number): World | null {
  const thread = w.threads[t]!;
  const store = thread.stores[entry]!;
  if (store.after.some((i) => !thread.stores[i]!.left)) return null;
  const claimed = w.threads.some((o) => o.stores.some((s) => s.claim && !s.left && s.cell === store.cell));
  if (claimed && !store.claim) return null;
  const accesses: Access[] = [
    { cell: `m${store.cell}`, mode: 'w' },
    { cell: entryCell(t, entry), mode: 'w' },
    ...store.after.map((i) => ({ cell: entryCell(t, i), mode: 'r' as const })),
  ];
  const mem = w.mem.with(store.cell, store.value);
  const stores = thread.stores.with(entry, { ...store, left: true, arrived: w.events.length });
  const threads = w.threads.with(t, { ...thread, stores });
  const happened: Happened = {
    thread: t,
    issued: store.event,
    op: makeOp(),
    loads: new Map(),
    forwarded: [],
    stores: [store.cell],
    atOnce: false,
    waited: store.after.map((i) => thread.stores[i]!.arrived),
    loadOnly: false,
    issues: false,
  };
  return record(w, { mem, threads }, entryCell(t, entry), accesses, store.event, 0, happened);
}

function record(
  w: World,
  next: Pick<World, 'mem' | 'threads'>,
  agent: string,
  accesses: readonly Access[],
  cause: number,
  choice: number,
  happened: Happened,
): World {
  const clock = new Map<string, number>();
  w.events.forEach((earlier, i) => {
    if (earlier.agent !== agent && i !== cause && !conflict(earlier.accesses, accesses)) return;
    for (const [a, value] of earlier.clock) clock.set(a, Math.max(clock.get(a) ?? 0, value));
  });
  clock.set(agent, (clock.get(agent) ?? 0) + 1);
  const text = [...clock].sort(([a], [b]) => (a < b ? -1 : 1)).join(' ');
  const key = `${w.keys.get(agent) ?? ''}(${choice}:${text})`;
  return {
    ...next,
    past: [...w.past, happened],
    wrote: [...w.wrote, new Map(happened.stores.map((c) => [c, next.mem[c]!]))],
    events: [...w.events, { agent, accesses, clock }],
    keys: new Map(w.keys).set(agent, key),
  };
}

const conflict = (a: readonly Access[], b: readonly Access[]): boolean =>
  a.some((x) => b.some((y) => x.cell === y.cell && (x.mode !== y.mode || x.mode === 'w')));

/** Canonical name of the trace. */
export const traceKey = (w: World): string =>
  [...w.keys]
    .map(([agent, key]) => `${agent}${key}`)
    .sort()
    .join('|');

/** Memory, registers and places in the code. */
export const stateKey = (w: World): string =>
  `${w.mem.join()};${w.threads.map((t) => `${t.pc}:${t.regs.join()}`).join(';')}`;

export const isComplete = ({ code }: Rules, w: World): boolean =>
  code.threads.every((instrs, t) => code.daemons[t] || w.threads[t]!.pc >= instrs.length);

/** All that the future depends on, where loads go by views: two worlds with one key go on alike. */
export function placeKey(w: World): string {
  const written = w.past.flatMap(({ stores }, i) => (stores.length > 0 ? [i] : []));
  // A position need not be that of a store: an interrupt has one, too.
  const rank = (event: number): number => written.filter((i) => i <= event).length - 1;
  const history = written.map((i) => [...w.wrote[i]!].map(([cell, value]) => `${cell}=${value}`).join('+'));
  const threads = w.threads.map(({ stores, marked, views }) => {
    const texts = stores.map(
      (s) => `${s.cell}=${s.value}>${s.after}${s.unlock}${s.claim}${s.left ? rank(s.arrived) : ''}`,
    );
    return `${texts.join()}:${marked}:${viewsKey(views, rank)}`;
  });
  return `${stateKey(w)};${history.join()};${threads.join(';')}`;
}
