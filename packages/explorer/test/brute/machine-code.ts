/**
 * Random programs of the steps that a page-table race is made of: walks that fill a TLB, uses that find their
 * translation gone, hits that may miss, invalidations by broadcast and by interrupt, with and without an agent that
 * answers, sections in which a CPU does not answer, and grace periods.
 */
import type { AtomicKind, Code, Instr, Test } from './code.js';
import { randomInts } from './random.js';

/** Which of them a batch of programs favours. */
export type MachineFlavour = 'tlb' | 'async' | 'ipi' | 'rcu' | 'machine';

type Statement =
  | 'access'
  | 'change'
  | 'dsb'
  | 'evict'
  | 'ask'
  | 'section'
  | 'ipi'
  | 'answered'
  | 'reader'
  | 'grace'
  | 'count'
  | 'drained'
  | 'page';

const STATEMENTS: Record<MachineFlavour, readonly Statement[]> = {
  tlb: ['access', 'access', 'change', 'change', 'dsb', 'dsb', 'evict', 'page'],
  async: ['access', 'access', 'change', 'ask', 'ask', 'evict', 'page'],
  ipi: ['section', 'section', 'ipi', 'ipi', 'answered', 'access', 'change', 'page'],
  rcu: ['reader', 'reader', 'reader', 'grace', 'grace', 'count', 'count', 'drained', 'change', 'page'],
  machine: ['access', 'access', 'change', 'dsb', 'evict', 'ask', 'section', 'ipi', 'reader', 'grace'],
};

/** Whether a flavour is one of these. */
export const isMachine = (flavour: string): flavour is MachineFlavour => Object.hasOwn(STATEMENTS, flavour);

// The words: an entry, the page behind it, a counter of readers; then for every CPU its TLB, its state and what it is asked.
const ENTRY = 0;
const PAGE = 1;
const READERS = 2;
const PER_CPU = 3;

/** Bits in the state of a CPU: it does not answer; it reads; asked by interrupt. */
const OFF = 1;
const READS = 2;

/** A random program of 2 or 3 CPUs, and the agents that answer for them. */
export function machineCode(seed: number, flavour: MachineFlavour): Code {
  const pick = randomInts(seed);
  const answering = flavour === 'async' || (flavour !== 'tlb' && flavour !== 'rcu' && pick(3) === 0);
  const cpus = answering ? 2 : 2 + pick(2);
  const most = cpus === 2 && !answering ? 4 : 3;
  const threads = Array.from({ length: cpus }, (_, cpu) => {
    const writer = new Writer(pick, cpu, cpus, answering);
    for (let n = 1 + pick(most); n > 0; n--) writer.statement(flavour, false);
    return writer.out;
  });
  const agents = answering
    ? Array.from({ length: pick(8) === 0 ? 1 : 2 }, (_, cpu) => agent(cpu, flavour, pick))
    : [];
  return {
    data: PER_CPU + 3 * cpus,
    locks: 0,
    threads: [...threads, ...agents],
    daemons: [...threads.map(() => pick(10) === 0), ...agents.map(() => true)],
  };
}

const tlbOf = (cpu: number): number => PER_CPU + 3 * cpu;
const stateOf = (cpu: number): number => PER_CPU + 3 * cpu + 1;
const askedOf = (cpu: number): number => PER_CPU + 3 * cpu + 2;

const ALWAYS = { plus: 0, reg: 0 } as const;

/** Answers requests for one CPU for ever, or once: by emptying its TLB and taking the request back. */
function agent(cpu: number, flavour: MachineFlavour, pick: (n: number) => number): Instr[] {
  const asked = flavour === 'ipi' ? stateOf(cpu) : askedOf(cpu);
  const guard: Test = { is: 'eq', value: flavour === 'ipi' ? READS : 1 };
  const cells = [asked, tlbOf(cpu)];
  const answer: Instr = { do: 'atomic', cells, kind: 'answer', guard, locked: pick(2) === 0, dst: 0 };
  return pick(6) === 0 ? [answer] : [answer, { do: 'jump-if', reg: 0, equals: ALWAYS, to: 0 }];
}

class Writer {
  readonly out: Instr[] = [];

  constructor(
    readonly pick: (n: number) => number,
    readonly cpu: number,
    readonly cpus: number,
    readonly answering: boolean,
  ) {}

  statement(flavour: MachineFlavour, inside: boolean): void {
    const { pick, cpu, out } = this;
    const what = STATEMENTS[flavour][pick(STATEMENTS[flavour].length)]!;
    const others = Array.from({ length: this.cpus }, (_, c) => c).filter((c) => c !== cpu);
    switch (what) {
      case 'access':
        this.access();
        break;
      case 'change':
        this.change();
        break;
      case 'page':
        if (pick(2) === 0) out.push({ do: 'read', at: { base: PAGE }, dst: 2 });
        else out.push({ do: 'write', at: { base: PAGE }, value: { plus: pick(4) }, dst: 2 });
        break;
      case 'evict':
        this.atomic('drop', [ENTRY, tlbOf(cpu)], false);
        break;
      case 'dsb': {
        const tlbs = [cpu, ...others].map(tlbOf);
        this.atomic('drop', [ENTRY, ...(pick(3) === 0 ? tlbs.slice(1) : tlbs)], true);
        break;
      }
      case 'ask':
        for (const c of [0, 1]) this.store(askedOf(c), 1);
        if (this.answering) for (const c of [0, 1]) this.wait(askedOf(c), { is: 'eq', value: 0 });
        break;
      case 'section':
        this.section('set-1', 'clear-1', flavour, inside);
        break;
      case 'reader':
        this.section('set-2', 'clear-2', flavour, inside);
        break;
      case 'ipi':
        this.each(others, (c) =>
          this.atomic('drop', [stateOf(c), tlbOf(c)], true, { is: 'off', value: OFF }),
        );
        break;
      case 'grace':
        this.each(others, (c) => {
          if (pick(3) === 0) this.wait(stateOf(c), { is: 'off', value: OFF | READS });
          else this.atomic('drop', [stateOf(c)], true, { is: 'eq', value: 0 });
        });
        break;
      case 'answered': {
        // The request is a bit of the state, set without a look at the rest; who answers takes it back.
        const c = others[pick(others.length)]!;
        out.push({ do: 'or', at: { base: stateOf(c) }, value: { plus: READS }, dst: 3 });
        if (this.answering) this.wait(stateOf(c), { is: 'off', value: READS });
        break;
      }
      case 'count': {
        this.atomic('bump-all', [READERS], true);
        if (!inside) this.statement(flavour, true);
        const down: AtomicKind = pick(4) === 0 ? 'clear-1' : 'clear-2';
        this.atomic(down, [READERS], pick(2) === 0);
        break;
      }
      case 'drained':
        this.wait(READERS, { is: pick(2) === 0 ? 'eq' : 'off', value: pick(2) });
        break;
    }
  }

  /** Hit or walk, then use; if the translation has gone by then, walk again. */
  private access(): void {
    const { cpu, out, pick } = this;
    const tlb = tlbOf(cpu);
    const walk: AtomicKind = pick(2) === 0 ? 'walk' : 'walk-dirty';
    const again = out.length;
    if (pick(2) === 0) {
      const toWalk = again + 5;
      out.push(
        { do: 'read', at: { base: tlb }, dst: 0 },
        { do: 'jump-if', reg: 0, equals: { plus: 0 }, to: toWalk },
        { do: 'choose', n: 2, dst: 1 },
        { do: 'jump-if', reg: 1, equals: { plus: 1 }, to: toWalk },
        { do: 'jump-if', reg: 1, equals: { plus: 0 }, to: toWalk + 3 },
      );
    }
    const at = out.length;
    const end = at + 5;
    this.atomic(walk, [ENTRY, tlb], false);
    out.push(
      { do: 'jump-if', reg: 0, equals: { plus: 0 }, to: end },
      { do: 'jump-if', reg: 0, equals: { plus: 2 }, to: end },
    );
    this.atomic('use', [tlb, PAGE], false);
    out.push({ do: 'jump-if', reg: 0, equals: { plus: 0 }, to: at });
  }

  private change(): void {
    const { pick, out } = this;
    const value = { plus: pick(4) };
    const at = { base: ENTRY };
    const how = pick(5);
    if (how === 0) out.push({ do: 'write', at, value, dst: 2 });
    else if (how === 1) out.push({ do: 'or', at, value: { plus: 1 + pick(3) }, dst: 2 });
    else if (how === 2) {
      out.push({ do: 'read', at, dst: 2 });
      out.push({ do: 'cmpxchg', at, old: { plus: 0, reg: 2 }, value: { plus: 2, reg: 2 }, dst: 3 });
    } else out.push({ do: 'xchg', at, value: pick(2) === 0 ? { plus: 0 } : value, dst: 2 });
  }

  /** With the state of this CPU changed, something else. */
  private section(begin: AtomicKind, end: AtomicKind, flavour: MachineFlavour, inside: boolean): void {
    const { cpu, pick, out } = this;
    this.atomic(begin, [stateOf(cpu)], false);
    if (inside || pick(3) === 0) out.push({ do: 'read', at: { base: pick(2) === 0 ? ENTRY : PAGE }, dst: 2 });
    else this.statement(flavour, true);
    this.atomic(end, [stateOf(cpu)], false);
  }

  /** For every one of some CPUs, in any order. */
  private each(cpus: readonly number[], visit: (cpu: number) => void): void {
    const { out, pick } = this;
    if (cpus.length < 2 || pick(2) === 0) {
      for (const cpu of cpus) visit(cpu);
      return;
    }
    out.push({ do: 'choose', n: 2, dst: 1 });
    const fork = out.length;
    out.push({ do: 'fence' });
    for (const cpu of cpus) visit(cpu);
    const leave = out.length;
    out.push({ do: 'fence' });
    out[fork] = { do: 'jump-if', reg: 1, equals: { plus: 1 }, to: out.length };
    for (const cpu of [...cpus].reverse()) visit(cpu);
    out[leave] = { do: 'jump-if', reg: 0, equals: ALWAYS, to: out.length };
  }

  private store(base: number, plus: number): void {
    const what = this.pick(2) === 0 ? 'write' : 'xchg';
    this.out.push({ do: what, at: { base }, value: { plus }, dst: 3 });
  }

  private wait(base: number, test: Test): void {
    this.out.push({ do: 'await', at: { base }, test, dst: 3 });
  }

  private atomic(
    kind: AtomicKind,
    cells: readonly number[],
    locked: boolean,
    guard: Test | null = null,
  ): void {
    this.out.push({
      do: 'atomic',
      cells,
      kind,
      guard,
      locked,
      dst: kind === 'walk' || kind === 'walk-dirty' || kind === 'use' ? 0 : 3,
    });
  }
}
