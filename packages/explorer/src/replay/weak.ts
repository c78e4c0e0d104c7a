import {
  type Cell,
  effectOf,
  type Op,
  OpKind,
  Order,
  type Program,
  roleOf,
  type Word,
} from '@racewalk/core/step';
import { barriers, mayBeOld } from '../program/barriers.js';
import { type Happened, mayPass, storeRead } from './early.js';
import type { Done, Fail, ReplayModel } from './model.js';
import { ReplaySc } from './sc.js';

/** A store on its way to memory, or in it. */
interface Store {
  readonly op: Op;
  /** Those of its thread that reach memory first. */
  readonly after: readonly Store[];
  readonly lane: number;
  /** The store of an exchange whose load is made: nobody else stores to the word before it leaves. */
  readonly claim: boolean;
  /** Numbers of the steps that made it and in which it reached memory, among all that has happened. */
  readonly issued: number;
  arrived: number;
  left: boolean;
}

interface Stores {
  /** All of the thread, oldest first. */
  readonly all: Store[];
  /** Those that a barrier orders before what comes. */
  marked: readonly Store[];
}

/** Agents of a search, at most, and lanes of one thread. They are part of what a path means. */
const MOST_AGENTS = 30;
const MOST_LANES = 14;

/** As SC, but a plain store leaves its thread later, after those that a barrier, a release or its own word puts first. */
export class ReplayWeak extends ReplaySc implements ReplayModel {
  readonly #stores: Stores[];
  readonly #lanes: number;
  readonly #past: Happened[] = [];
  /** What each event of {@link #past} stored over, by word. */
  readonly #replaced: Map<Cell, Word>[] = [];
  readonly #real: (cell: Cell) => boolean;
  readonly #mayBeOld: (cell: Cell) => boolean;

  constructor(program: Program, fail: Fail) {
    super(program, fail);
    this.#stores = program.threads.map(() => ({ all: [], marked: [] }));
    const each = Math.floor(MOST_AGENTS / program.threads.length) - 1;
    this.#lanes = Math.max(1, Math.min(MOST_LANES, each));
    const roles = program.cells.map(roleOf);
    this.#real = (cell) => roles[cell]!.is !== 'ghost';
    this.#mayBeOld = (cell) => mayBeOld(roles[cell]!);
  }

  override get agents(): number {
    return (1 + this.#lanes) * this.program.threads.length;
  }

  override enabled(agent: number, op: Op | null): boolean {
    const { threads } = this.program;
    if (agent >= threads.length) {
      const first = this.#first(agent);
      if (first === undefined || (!first.claim && this.#claimed(first.op.cell))) return false;
      return first.after.every(({ left }) => left);
    }
    const arrived = (stores: readonly Store[]): boolean => stores.every(({ left }) => left);
    if (op !== null && !arrived(this.#awaited(agent, op))) return false;
    return (
      !op?.drains.some((t) => !arrived(this.#stores[t]!.all)) &&
      super.enabled(agent, op) &&
      !this.#meetsClaim(agent, op)
    );
  }

  /** Whether somebody has claimed the word. */
  #claimed(cell: Cell): boolean {
    return this.#stores.some(({ all }) => all.some((s) => s.claim && !s.left && s.op.cell === cell));
  }

  /** Whether the step would store to a word that is claimed: it is tried on a copy of memory. */
  #meetsClaim(thread: number, op: Op | null): boolean {
    if (op === null || !UPDATES.has(op.kind)) return false;
    const cells = op.cell >= 0 ? [op.cell] : op.cells;
    if (!cells.some((cell) => this.#claimed(cell))) return false;
    if (op.kind === OpKind.CMPXCHG) return this.mem[op.cell] === op.a;
    if (op.kind === OpKind.TRYLOCK) return this.mem[op.cell] === 0;
    if (op.kind !== OpKind.ATOMIC) return true;
    const tried = new ReplaySc(this.program, () => undefined);
    tried.mem.set(this.mem);
    tried.execute(thread, op, 0);
    return cells.some((cell) => this.#claimed(cell) && tried.mem[cell] !== this.mem[cell]);
  }

  override execute(agent: number, op: Op | null, choice: number): Done {
    const count = this.program.threads.length;
    if (agent >= count) return this.#leave(agent);
    if (op!.kind === OpKind.READ && choice > 0) return this.#early(agent, op!, choice);
    const event = this.#happens(agent, op!);
    const own = this.#stores[agent]!;
    const { length } = own.all;
    const done = claims(op!) ? this.#claim(agent, op!) : super.execute(agent, op!, choice);
    this.#note(event, done, own.all.length > length);
    if (drains(op!) || (op!.kind === OpKind.FENCE && barriers.ordersStores(op!.a))) own.marked = [...own.all];
    return done;
  }

  /** Whether the load may pass by the newest `choice` stores to its word. */
  override accepts(thread: number, op: Op, choice: number): boolean {
    if (op.kind !== OpKind.READ || op.order === Order.FULL || !this.#mayBeOld(op.cell)) return false;
    if (this.#onItsWay(thread, op.cell) !== undefined) return false;
    const read = storeRead(this.#past, op.cell, choice);
    if (read === undefined || !this.#past.some((e) => e.thread === thread && e.issued < 0)) return false;
    const load = { ...this.#happens(thread, op), loads: new Map([[op.cell, read]]) };
    return mayPass(this.#past, load, op.cell);
  }

  #early(thread: number, op: Op, choice: number): Done {
    const read = storeRead(this.#past, op.cell, choice)!;
    const passed = this.#past.findIndex(({ stores }, i) => i > read && stores.includes(op.cell));
    const result = this.#replaced[passed]!.get(op.cell)!;
    this.#past.push({ ...this.#happens(thread, op), loads: new Map([[op.cell, read]]) });
    this.#replaced.push(new Map());
    const { kind, label, cell } = op;
    const before = [this.mem[cell]!];
    const shown = op.show?.({ result, before: [result], after: [result] }) ?? '';
    const text = `${shown}${shown === '' ? '' : ' '}(loaded early)`;
    return {
      thread,
      kind,
      label,
      effect: effectOf(op),
      cells: [cell],
      before,
      after: before,
      result,
      text,
      flusher: false,
    };
  }

  /** What the step of `thread` would be among all that has happened, but for what it stores. */
  #happens(thread: number, op: Op): Happened {
    const cells =
      op.kind === OpKind.WRITE || op.kind === OpKind.UNLOCK ? [] : op.cell >= 0 ? [op.cell] : op.cells;
    const plain = op.kind === OpKind.READ || op.kind === OpKind.AWAIT || op.kind === OpKind.RETRY;
    const forwarded = plain ? cells.filter((c) => this.#onItsWay(thread, c) !== undefined) : [];
    const loaded = cells.filter((c) => this.#real(c) && !forwarded.includes(c));
    const waited = [...this.#awaited(thread, op), ...op.drains.flatMap((t) => this.#stores[t]!.all)];
    return {
      thread,
      issued: -1,
      op: { ...op },
      loads: new Map(loaded.map((c) => [c, storeRead(this.#past, c, 0)!])),
      forwarded,
      stores: [],
      atOnce: false,
      waited: waited.map(({ arrived }) => arrived),
      loadOnly: false,
      issues: false,
    };
  }

  /** Keep what a step has done; `later`: its store is on its way. */
  #note(event: Happened, { kind, cells, before, after, result }: Done, later: boolean): void {
    const failed =
      (kind === OpKind.CMPXCHG && result !== event.op.a) || (kind === OpKind.TRYLOCK && result === 0);
    const silent = later || failed || !UPDATES.has(kind);
    const stored = cells.filter(
      (c, i) => !silent && this.#real(c) && (kind !== OpKind.ATOMIC || before[i] !== after[i]),
    );
    const loadOnly = failed || (later && UPDATES.has(kind));
    const atOnce = stored.some((c) => event.op.locked || this.#mayBeOld(c));
    this.#past.push({ ...event, stores: stored, atOnce, loadOnly, issues: later });
    this.#replaced.push(new Map(stored.map((c) => [c, before[cells.indexOf(c)]!])));
  }

  #onItsWay(thread: number, cell: Cell): Store | undefined {
    const newest = this.#stores[thread]!.all.findLast(({ op }) => op.cell === cell);
    return newest?.left === false ? newest : undefined;
  }

  override key(): string {
    const of = ({ all, marked }: Stores): string => {
      const left = all.filter((s) => !s.left);
      const text = left.map(({ op, after, claim }) => {
        const value = op.kind === OpKind.UNLOCK ? 'unlocked' : op.a;
        const before = left.flatMap((s, i) => (after.includes(s) ? [i] : []));
        return `${claim ? '!' : ''}${op.cell}=${value}>${before}`;
      });
      return `${text} ${left.filter((s) => marked.includes(s)).length}`;
    };
    return `${super.key()};${this.#stores.map(of).join('|')}`;
  }

  override load(thread: number, cell: Cell): Word {
    const newest = this.#stores[thread]!.all.findLast(({ op }) => op.cell === cell);
    if (newest === undefined || newest.left) return super.load(thread, cell);
    return newest.op.kind === OpKind.UNLOCK ? 0 : newest.op.a;
  }

  override store(thread: number, op: Op): void {
    const own = this.#stores[thread]!;
    const same = own.all.filter((s) => s.op.cell === op.cell);
    const release = op.kind === OpKind.UNLOCK ? op.order !== Order.RELAXED : op.order >= Order.RELEASE;
    const first = release ? [...own.all] : [...own.marked];
    own.all.push({
      op: { ...op },
      after: [...first, ...same],
      lane: this.#lane(thread, op.cell, first),
      claim: false,
      issued: this.#past.length,
      arrived: -1,
      left: false,
    });
  }

  /** Load at once, and leave the store for later. */
  #claim(thread: number, op: Op): Done {
    const cell = op.cell >= 0 ? op.cell : op.cells[0]!;
    const old = this.mem[cell]!;
    const done = super.execute(thread, op, 0);
    const now = this.mem[cell]!;
    if (now === old) return done;
    this.mem[cell] = old;
    const { all, marked } = this.#stores[thread]!;
    const first = [...marked];
    const lane = this.#lane(thread, cell, first);
    const store = { ...op, kind: OpKind.WRITE, cell, a: now, show: null, drains: [] };
    const issued = this.#past.length;
    all.push({ op: store, after: first, lane, claim: true, issued, arrived: -1, left: false });
    return { ...done, after: [...done.before] };
  }

  /** The stores that a step of `thread` waits for. */
  #awaited(thread: number, op: Op): readonly Store[] {
    const own = this.#stores[thread]!;
    if (drains(op)) return own.all;
    if (!relaxedUpdate(op)) return [];
    const locks = op.order === Order.USUAL && (op.kind === OpKind.LOCK || op.kind === OpKind.TRYLOCK);
    const unlocks = (s: Store) => s.op.kind === OpKind.UNLOCK && s.op.order !== Order.RELAXED;
    const mine = (s: Store) => s.op.cell === op.cell || op.cells.includes(s.op.cell);
    return [...own.marked, ...own.all.filter((s) => mine(s) || (locks && unlocks(s)))];
  }

  /** A lane whose newest store went to the same word, else the first that holds only what comes first anyway. */
  #lane(thread: number, cell: Cell, first: readonly Store[]): number {
    const { all } = this.#stores[thread]!;
    const newest = Array.from({ length: this.#lanes }, (_, lane) => all.findLast((s) => s.lane === lane));
    const free = (s: Store | undefined): boolean => s === undefined || first.includes(s);
    const same = newest.findLastIndex((s) => s?.op.cell === cell && !free(s));
    return same >= 0 ? same : newest.findIndex(free);
  }

  /** The next store that the lane of `agent` moves. */
  #first(agent: number): Store | undefined {
    const count = this.program.threads.length;
    const lane = Math.floor(agent / count) - 1;
    return this.#stores[agent % count]!.all.find((s) => s.lane === lane && !s.left);
  }

  #leave(agent: number): Done {
    const store = this.#first(agent)!;
    const thread = agent % this.program.threads.length;
    const { cell } = store.op;
    store.left = true;
    store.arrived = this.#past.length;
    this.#past.push({
      ...this.#happens(thread, store.op),
      issued: store.issued,
      stores: this.#real(cell) ? [cell] : [],
      waited: store.after.map(({ arrived }) => arrived),
    });
    this.#replaced.push(new Map([[cell, this.mem[cell]!]]));
    return this.arrive(thread, store.op);
  }
}

const UPDATES: ReadonlySet<number> = new Set([
  OpKind.XCHG,
  OpKind.CMPXCHG,
  OpKind.OR,
  OpKind.LOCK,
  OpKind.TRYLOCK,
  OpKind.ATOMIC,
]);

/** Whether a step waits only for the stores to its own words, and for those before a barrier. */
function relaxedUpdate({ kind, locked, order }: Op): boolean {
  if (!UPDATES.has(kind) || !locked) return false;
  const usually = kind === OpKind.LOCK || kind === OpKind.TRYLOCK;
  return order === Order.RELAXED || order === Order.ACQUIRE || (order === Order.USUAL && usually);
}

/** Whether a step waits for all stores of its thread. */
function drains(op: Op): boolean {
  if (op.kind === OpKind.FENCE) return barriers.drainsStores(op.a);
  return UPDATES.has(op.kind) && op.locked && !relaxedUpdate(op);
}

/** Whether the store of a step may be seen later than its load is made. */
function claims(op: Op): boolean {
  if (op.order !== Order.RELAXED && op.order !== Order.ACQUIRE) return false;
  if (op.kind === OpKind.ATOMIC) return op.locked && op.guards.length === 0 && op.cells.length === 1;
  return op.kind === OpKind.XCHG || op.kind === OpKind.CMPXCHG;
}
