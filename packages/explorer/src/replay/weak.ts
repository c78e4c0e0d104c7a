import {
  type Cell,
  drainsStores,
  type Op,
  OpKind,
  Order,
  ordersStores,
  type Program,
  type Word,
} from '@racewalk/core/step';
import type { Done, Fail, ReplayModel } from './model.js';
import { ReplaySc } from './sc.js';

/** A store on its way to memory, or in it. */
interface Store {
  readonly op: Op;
  /** Those of its thread that reach memory first. */
  readonly after: readonly Store[];
  readonly lane: number;
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
const MOST_LANES = 8;

/** As SC, but a plain store leaves its thread later, after those that a barrier, a release or its own word puts first. */
export class ReplayWeak extends ReplaySc implements ReplayModel {
  readonly #stores: Stores[];
  readonly #lanes: number;

  constructor(program: Program, fail: Fail) {
    super(program, fail);
    this.#stores = program.threads.map(() => ({ all: [], marked: [] }));
    const each = Math.floor(MOST_AGENTS / program.threads.length) - 1;
    this.#lanes = Math.max(1, Math.min(MOST_LANES, each));
  }

  override get agents(): number {
    return (1 + this.#lanes) * this.program.threads.length;
  }

  override enabled(agent: number, op: Op | null): boolean {
    const { threads } = this.program;
    if (agent >= threads.length) {
      const first = this.#first(agent);
      return first?.after.every(({ left }) => left) === true;
    }
    const arrived = (stores: readonly Store[]): boolean => stores.every(({ left }) => left);
    if (op !== null && !arrived(this.#awaited(agent, op))) return false;
    return !op?.drains.some((t) => !arrived(this.#stores[t]!.all)) && super.enabled(agent, op);
  }

  override execute(agent: number, op: Op | null, choice: number): Done {
    const count = this.program.threads.length;
    if (agent >= count) return this.#leave(agent);
    const done = super.execute(agent, op!, choice);
    const own = this.#stores[agent]!;
    if (drains(op!) || (op!.kind === OpKind.FENCE && ordersStores(op!.a))) own.marked = [...own.all];
    return done;
  }

  override key(): string {
    const of = ({ all, marked }: Stores): string =>
      all
        .map(({ op, after, left }) => {
          const place = left ? 'in' : `=${op.kind === OpKind.UNLOCK ? 'unlocked' : op.a}`;
          return `${op.cell}${place}>${after.filter((s) => !s.left).map((s) => all.indexOf(s))}`;
        })
        .concat(String(marked.length))
        .join();
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
      left: false,
    });
  }

  /** The stores that a step of `thread` waits for. */
  #awaited(thread: number, op: Op): readonly Store[] {
    const own = this.#stores[thread]!;
    if (drains(op)) return own.all;
    if (!relaxedUpdate(op)) return [];
    return [...own.marked, ...own.all.filter((s) => s.op.cell === op.cell || op.cells.includes(s.op.cell))];
  }

  /** The lane whose newest store went to the same word, else the first that holds only what comes first anyway. */
  #lane(thread: number, cell: Cell, first: readonly Store[]): number {
    const { all } = this.#stores[thread]!;
    const newest = Array.from({ length: this.#lanes }, (_, lane) => all.findLast((s) => s.lane === lane));
    const same = newest.findIndex((s) => s?.op.cell === cell);
    return same >= 0 ? same : newest.findIndex((s) => s === undefined || first.includes(s));
  }

  /** The next store that the lane of `agent` moves. */
  #first(agent: number): Store | undefined {
    const count = this.program.threads.length;
    const lane = Math.floor(agent / count) - 1;
    return this.#stores[agent % count]!.all.find((s) => s.lane === lane && !s.left);
  }

  #leave(agent: number): Done {
    const store = this.#first(agent)!;
    store.left = true;
    return this.arrive(agent % this.program.threads.length, store.op);
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
  if (op.kind === OpKind.FENCE) return drainsStores(op.a);
  return UPDATES.has(op.kind) && op.locked && !relaxedUpdate(op);
}
