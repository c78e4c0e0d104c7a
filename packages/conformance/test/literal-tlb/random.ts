/**
 * Small programs about one page, with the TLB as the machine has it and with a literal one: words of two CPUs that hold up to
 * two translations, filled and emptied by agents at any time, flushed CPU by CPU, and answering with whatever they hold.
 */
import {
  type AccessKind,
  type ArchPlugin,
  addrOf,
  defineArch,
  HARDWARE_FILLED_TLB,
  type InvariantCode,
  type PteWord,
  pteById,
  ptepOf,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, choose, type Step, type Word, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type BuiltScenario,
  buildScenario,
  type Machine,
  MemoryView,
  membersOf,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { toyPlain } from '@racewalk/toys';

/** What the kernel does to the entry. */
export const CHANGES = ['clear', 'remap', 'wrprotect', 'upgrade'] as const;
/** How it flushes. */
export const FLUSHES = ['none', 'local', 'page', 'range', 'mm', 'two halves'] as const;

/** One program. */
export interface Small {
  readonly write: boolean;
  readonly kernel: readonly {
    readonly change: (typeof CHANGES)[number];
    readonly flush: (typeof FLUSHES)[number];
  }[];
  /** Whether the old page is freed before the last flush, after it, or not at all. */
  readonly frees: 'no' | 'before' | 'after';
  readonly promises: 'nothing' | 'unmapped' | 'read-only';
  readonly accesses: readonly AccessKind[];
}

const with_ = (id: string, not: readonly string[]): ArchPlugin =>
  defineArch({
    ...toyPlain,
    id,
    capabilities: [
      ...new Set([...toyPlain.capabilities, ...HARDWARE_FILLED_TLB.filter((c) => !not.includes(c))]),
    ],
    fixSpuriousFault: 'none',
  });
const REDUCED = with_('toy-reduced', []);
/** Nothing is filled but by an agent. */
const LITERAL = with_('toy-literal', ['speculativeFill']);

const KERNEL = 0;
const USER = 1;
const CPUS = [KERNEL, USER] as const;
/** Translations of one page that a TLB holds at once. */
const SLOTS = 2;
/** One translation too many on the kernel's CPU is enough to be seen; user code may be answered with either of two. */
const FILLS = { [KERNEL]: [0], [USER]: [0, 1] } as const;
const FAULT = -1;
const ASK = -2;

function setup(w: World, { write: writable, accesses }: Small) {
  const vma = w.vma({ pages: 1 });
  const old = linux(w).folio({ name: 'old', pages: 1 });
  const fresh = linux(w).folio({ name: 'fresh', pages: 1, mapcount: 0 });
  linux(w).mapFolio(vma, old, { young: true, write: writable, dirty: writable });
  const flights = new Map(
    CPUS.map((cpu): [number, Cell[]] => [cpu, FILLS[cpu].map((i) => w.word(`walk ${i} of cpu${cpu}`))]),
  );
  return {
    vma,
    old,
    fresh,
    ptep: ptepOf(vma, vma.start),
    done: accesses.map((_, i) => w.word(`access ${i}`)),
    /** Per CPU, walks that nobody asked for: what each has read and not yet put into the TLB. */
    flights,
  };
}
type State = ReturnType<typeof setup>;

const wordOf = (m: Machine, s: State, cpu: number): Cell => m.world.tlbs.word(cpu, s.vma.mm, s.vma.start);

/** Put these translations into a word of the TLB, instead of what it holds. */
function hold(m: Machine, view: MemoryView, word: Cell, held: readonly PteWord[]): void {
  view.set(word, 0);
  for (const pte of held) m.world.tlbs.fillWord(view, word, pte);
}

/** The walker of a CPU reads the entry for an access; the TLB has what it found. */
function* walk(m: Machine, s: State, access: AccessKind): Step<Word> {
  const word = wordOf(m, s, m.cpu);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) => {
    view.at(mem, base);
    const held = membersOf(view.get(word));
    if (held.length > 0) return ASK;
    const entry = m.world.entryIn((c) => view.get(c), s.ptep);
    const found = m.world.walker.walk(entry, access);
    if (!found.ok || found.entry !== entry) return FAULT;
    hold(m, view, word, [found.cached]);
    return found.cached.id;
  };
  return yield* atomic([s.ptep.cell, word], run, `walk for ${access}`, { locked: false });
}

/** A walk that nobody asked for: it reads the entry, and later the TLB has what it read, unless a flush came between. */
function* fill(m: Machine, s: State, i: number): Step<void> {
  const word = wordOf(m, s, m.cpu);
  const flight = s.flights.get(m.cpu)?.[i] ?? -1;
  const view = new MemoryView();
  const reads: AtomicBody = (mem, base) => {
    view.at(mem, base);
    const entry = m.world.entryIn((c) => view.get(c), s.ptep);
    const found = m.world.walker.walk(entry, 'load');
    if (found.ok && found.entry === entry) view.set(flight, found.cached.id);
    return 0;
  };
  yield* atomic([s.ptep.cell, flight], reads, 'walk ahead', { locked: false });
  const puts: AtomicBody = (mem, base) => {
    view.at(mem, base);
    const id = view.get(flight);
    const held = membersOf(view.get(word));
    if (id !== 0 && held.length < SLOTS) hold(m, view, word, [...held, pteById(id)]);
    view.set(flight, 0);
    return 0;
  };
  yield* atomic([word, flight], puts, 'fill', { locked: false });
}

/** What a TLB that holds something answers: any of it. */
function* answer(m: Machine, s: State): Step<Word> {
  const word = wordOf(m, s, m.cpu);
  const slot = yield* choose(SLOTS, 'slot that answers');
  const run: AtomicBody = (mem, base) => {
    const held = membersOf(mem[base + word] ?? 0);
    return held[slot % held.length]?.id ?? 0;
  };
  return yield* atomic([word], run, 'TLB answers', { locked: false });
}

function* use(m: Machine, s: State, access: AccessKind, id: Word): Step<boolean> {
  const { world, cpu } = m;
  const word = wordOf(m, s, cpu);
  const cached = pteById(id);
  const frame = world.frames.at(m.v.ptePfn(cached));
  if (frame === undefined) throw new Error('no frame behind the page');
  const event = { cpu, vma: s.vma, vpn: s.vma.start, access, cached, frame };
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    if (!membersOf(view.get(word)).includes(cached)) return 0;
    for (const o of world.observers) o.use?.(view, event, faults);
    return 1;
  };
  const looks = world.observers.flatMap((o) => o.useCells?.(event) ?? []);
  const cells = [...new Set([word, frame.cell, ...looks])];
  return (yield* atomic(cells, run, access, { locked: false })) === 1;
}

/** One access; false if it faults, whether in the table or in the TLB. */
function* literalAccess(m: Machine, s: State, access: AccessKind): Step<boolean> {
  for (;;) {
    let id = yield* walk(m, s, access);
    if (id === ASK) id = yield* answer(m, s);
    if (id === FAULT) return false;
    if (id === 0) continue;
    if (!m.world.walker.permits(pteById(id), access)) return false;
    if (yield* use(m, s, access, id)) return true;
  }
}

/** A TLB loses what it has. That it loses one of two is no more: it may answer with the other anyway. */
function* evict(m: Machine, s: State): Step<void> {
  const word = wordOf(m, s, m.cpu);
  const run: AtomicBody = (mem, base) => {
    mem[base + word] = 0;
    return 0;
  };
  yield* atomic([word], run, 'evict', { locked: false });
}

function* literalFlush(m: Machine, s: State, form: (typeof FLUSHES)[number]): Step<void> {
  for (const cpu of form === 'none' ? [] : form === 'local' ? [m.cpu] : CPUS) {
    const words = [wordOf(m, s, cpu), ...(s.flights.get(cpu) ?? [])];
    const run: AtomicBody = (mem, base) => {
      for (const word of words) mem[base + word] = 0;
      return 0;
    };
    yield* atomic(words, run, `flush cpu${cpu}`, { locked: false });
  }
}

function* machineFlush(m: Machine, { vma }: State, form: (typeof FLUSHES)[number]): Step<void> {
  const [start, end] = [addrOf(vma.start), addrOf(vma.end)];
  if (form === 'local') yield* m.tlb.localFlushTlbPage(vma, start);
  if (form === 'page') yield* m.tlb.flushTlbPage(vma, start);
  if (form === 'range') yield* m.tlb.flushTlbRange(vma, start, end);
  if (form === 'mm') yield* m.tlb.flushTlbMm(vma.mm);
  if (form !== 'two halves') return;
  yield* m.tlb.flushTlbRangeNosync(vma, start, end);
  yield* m.tlb.dsb();
}

function* change(m: Machine, s: State, how: (typeof CHANGES)[number]): Step<void> {
  const { v } = m;
  const { vma, ptep, fresh } = s;
  const addr = addrOf(vma.start);
  if (how === 'clear') yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
  if (how === 'wrprotect') yield* m.pte.ptepSetWrprotect(vma.mm, addr, ptep);
  if (how === 'remap') {
    yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
    const pte = v.pfnPte(fresh.frames[0]?.pfn ?? 0, v.mkProt({ read: true, write: true }));
    yield* m.pte.setPteAt(vma.mm, addr, ptep, v.pteMkyoung(v.pteMkdirty(v.pteMkwrite(pte))));
  }
  if (how === 'upgrade') {
    const pte = yield* m.pte.ptepGet(ptep);
    if (v.ptePresent(pte)) yield* m.pte.setPteAt(vma.mm, addr, ptep, v.pteMkwrite(v.pteMkdirty(pte)));
  }
}

function kernelOf(it: Small, literal: boolean): AgentSpec<State>['run'] {
  const flush = literal ? literalFlush : machineFlush;
  return function* (m, s) {
    function* free(folio: Folio): Step<void> {
      for (const frame of folio.frames) yield* freePage(m, frame);
    }
    for (const [i, op] of it.kernel.entries()) {
      const last = i === it.kernel.length - 1;
      yield* change(m, s, op.change);
      if (last && it.frees === 'before') yield* free(s.old);
      yield* flush(m, s, op.flush);
      if (last && it.frees === 'after') yield* free(s.old);
    }
    if (it.promises !== 'nothing') yield* m.completes(it.promises, s.vma);
  };
}

function userOf(it: Small, literal: boolean): AgentSpec<State>['run'] {
  return function* (m, s) {
    const cpu = new UserCpu(m, s.vma, { faults: false });
    for (const [i, access] of it.accesses.entries()) {
      const ok = literal ? yield* literalAccess(m, s, access) : yield* cpu[access](0);
      yield* write(s.done[i] ?? -1, ok ? 1 : 2);
    }
  };
}

/** One program in one of the two forms. */
export function built(it: Small, literal: boolean, invariants: readonly InvariantCode[]): BuiltScenario {
  const agents: Record<string, AgentSpec<State>> = {
    kernel: { cpu: KERNEL, role: 'kernel', run: kernelOf(it, literal) },
    user: { cpu: USER, role: 'user', run: userOf(it, literal) },
  };
  const add = (name: string, cpu: number, run: AgentSpec<State>['run']): void => {
    if (literal) agents[name] = { cpu, role: 'kernel', daemon: true, run };
  };
  for (const cpu of CPUS)
    for (const i of FILLS[cpu]) add(`fill ${i} of cpu${cpu}`, cpu, (m, s) => fill(m, s, i));
  for (let i = 1; i < it.accesses.length; i++) add(`evict ${i}`, USER, evict);
  const scenario = defineScenario<State>({
    id: 'literal-tlb/random',
    title: 'random',
    source: 'the suite itself',
    about: 'A small program, and what becomes of its page.',
    invariants,
    params: { block: 1 },
    setup: (w) => setup(w, it),
    agents,
    mutants: { none: { what: 'nothing', breaks: 'UAF', why: '', params: { none: true } } },
  });
  return buildScenario(scenario, literal ? LITERAL : REDUCED);
}
