/**
 * Counts the executions of model T2 in two ways that share nothing with the explorer: classes of
 * schedules that differ only in the order of independent steps, found by sleep sets; and execution graphs
 * (for each event the store it reads from, for each word the order of its stores), as GenMC counts them.
 */
const VALID = 1;
const FLAGS = 6;

type Mode = 'read' | 'store' | 'failed';

interface Event {
  readonly agent: number;
  readonly cell: number;
  readonly mode: Mode;
}

/** Where one agent stands: `at` names the next step, the rest are its variables. */
interface Agent {
  readonly at: 'exchange' | 'find' | 'push' | 'gather' | 'walk' | 'set' | 'end';
  readonly i: number;
  readonly k: number;
  readonly old: number;
  readonly seen: number;
}

interface World {
  readonly pte: readonly number[];
  readonly agents: readonly Agent[];
}

/** Classes and graphs of T2(n, w). */
export interface Counted {
  readonly classes: number;
  readonly graphs: number;
}

/** `failedPushStores`: take the software thread's failed compare-and-exchange for a store. */
export function countTeardown(n: number, w: number, failedPushStores = false): Counted {
  let classes = 0;
  let graphs = 0;
  for (const picks of picksOf(n, w)) {
    const counter = new Counter(n, failedPushStores);
    counter.search(start(n, picks), new Map());
    classes += counter.classes;
    graphs += counter.graphs.size;
  }
  return { classes, graphs };
}

function picksOf(n: number, w: number): number[][] {
  if (w === 0) return [[]];
  return picksOf(n, w - 1).flatMap((picks) => Array.from({ length: n }, (_, j) => [...picks, j]));
}

function start(n: number, picks: readonly number[]): World {
  const idle = { i: 0, k: 0, old: 0, seen: 0 };
  const walkers = picks.map((k): Agent => ({ ...idle, at: 'walk', k }));
  return { pte: new Array<number>(n).fill(VALID), agents: [{ ...idle, at: 'exchange' }, ...walkers] };
}

class Counter {
  classes = 0;
  readonly graphs = new Set<string>();
  readonly #n: number;
  readonly #failedPushStores: boolean;
  readonly #events: Event[] = [];

  constructor(n: number, failedPushStores: boolean) {
    this.#n = n;
    this.#failedPushStores = failedPushStores;
  }

  search(world: World, asleep: ReadonlyMap<number, Event>): void {
    const sleeping = new Map(asleep);
    let over = true;
    world.agents.forEach((agent, a) => {
      if (agent.at === 'end') return;
      over = false;
      if (sleeping.has(a)) return;
      const [event, next] = this.#step(world, agent, a);
      this.#events.push(event);
      this.search(next, new Map([...sleeping].filter(([, other]) => !this.#conflict(event, other))));
      this.#events.pop();
      sleeping.set(a, event);
    });
    if (!over) return;
    this.classes++;
    this.graphs.add(this.#graph());
  }

  #conflict(a: Event, b: Event): boolean {
    const stores = ({ agent, mode }: Event): boolean =>
      mode === 'store' || (mode === 'failed' && agent === 0 && this.#failedPushStores);
    return a.cell === b.cell && (stores(a) || stores(b));
  }

  #step({ pte, agents }: World, agent: Agent, a: number): [Event, World] {
    const { at, i, k, old, seen } = agent;
    const event = (cell: number, mode: Mode): Event => ({ agent: a, cell, mode });
    const go = (e: Event, next: Partial<Agent>, value = pte[e.cell]!): [Event, World] => [
      e,
      { pte: pte.with(e.cell, value), agents: agents.with(a, { ...agent, ...next }) },
    ];
    const last = this.#n - 1;
    const here = pte[at === 'exchange' ? i : k]!;
    switch (at) {
      case 'exchange': {
        const flags = here & FLAGS;
        return go(event(i, 'store'), flags ? { at: 'find', k: last, old: flags } : { at: 'gather', k: 0 }, 0);
      }
      case 'find':
        if (here & VALID) return go(event(k, 'read'), { at: 'push', seen: here });
        return go(event(k, 'read'), k > 0 ? { k: k - 1 } : { at: 'gather' });
      case 'push':
        if (here === seen) return go(event(k, 'store'), { at: 'gather', k: 0 }, seen | old);
        return go(event(k, 'failed'), { seen: here });
      case 'gather':
        if (k < last) return go(event(k, 'read'), { k: k + 1 });
        return go(event(k, 'read'), i < last ? { at: 'exchange', i: i + 1 } : { at: 'end' });
      case 'walk':
        return go(event(k, 'read'), here & VALID ? { at: 'set', seen: here } : { at: 'end' });
      default:
        if (here === seen) return go(event(k, 'store'), { at: 'end' }, seen | FLAGS);
        return go(event(k, 'failed'), here & VALID ? { seen: here } : { at: 'end' });
    }
  }

  #graph(): string {
    const steps = new Map<number, string[]>();
    const newest = new Map<number, string>();
    const order = new Map<number, string[]>();
    for (const { agent, cell, mode } of this.#events) {
      const own = steps.get(agent) ?? [];
      steps.set(agent, own);
      const name = `${agent}.${own.length}`;
      own.push(`${mode} ${cell} from ${newest.get(cell) ?? 'initial'}`);
      if (mode !== 'store') continue;
      newest.set(cell, name);
      order.set(cell, [...(order.get(cell) ?? []), name]);
    }
    return JSON.stringify([[...steps].sort(byFirst), [...order].sort(byFirst)]);
  }
}

const byFirst = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number => a - b;
