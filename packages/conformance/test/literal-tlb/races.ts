/** A zap and a write-protect of two pages that two CPUs use, with the TLB as the machine has it or agent by agent. */

import { addrOf, type InvariantCode, ptepOf, type Vma } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { AsyncInvalidation, access, evict, fill } from './agents.js';

/** Which agents there are. */
export interface Form {
  /** Completion agents; without them an invalidation completes at the barrier. */
  readonly completions?: boolean;
  /** Eviction agents, and a TLB that answers whatever it has; without them every later access may hit or walk. */
  readonly evictions?: boolean;
  /** Walkers that nobody asked; without them fills are made on demand only. */
  readonly fills?: boolean;
}

/** Two pages and two CPUs that use them, or one of each. */
export type Size = 'two' | 'one';

/** The protocol, or what was left out of it: the flush, or the wait for it. */
export type Variant = 'upstream' | 'no-flush' | 'no-wait';

interface State {
  readonly vma: Vma;
  readonly folio: Folio;
  readonly done: readonly number[];
  readonly async: AsyncInvalidation;
}

const FIRST = 1;
const SECOND = 2;

const cpusOf = (size: Size): number[] => (size === 'two' ? [FIRST, SECOND] : [FIRST]);

/** What each CPU does, page by page. */
const FIRST_STORES = [0, 0];
const SECOND_LOADS = [1];

/** An access ended well, or in a fault. */
const outcome = (ok: boolean): number => (ok ? 1 : 2);

function setup(w: World, size: Size): State {
  const pages = size === 'two' ? 2 : 1;
  const vma = w.vma({ pages });
  const folio = linux(w).folio({ pages });
  linux(w).mapFolio(vma, folio, {});
  const done = [...FIRST_STORES, ...SECOND_LOADS].map((_, i) => w.word(`access ${i}`, 0));
  return { vma, folio, done, async: new AsyncInvalidation(w, vma, cpusOf(size)) };
}

function user(
  form: Form,
  kind: 'load' | 'store',
  pages: readonly number[],
  first: number,
): AgentSpec<State>['run'] {
  return function* (m, s) {
    const cheap = new UserCpu(m, s.vma, { faults: false });
    for (const [i, page] of pages.entries()) {
      const ok = form.evictions ? yield* access(m, s.vma, page, kind) : yield* cheap[kind](page);
      yield* write(s.done[first + i] ?? -1, outcome(ok));
    }
  };
}

function* issue(m: Machine, s: State, form: Form): Step<void> {
  const { start, end } = s.vma;
  if (form.completions) yield* s.async.tlbi();
  else yield* m.tlb.flushTlbRangeNosync(s.vma, addrOf(start), addrOf(end));
}

function* wait(m: Machine, s: State, form: Form): Step<void> {
  if (form.completions) yield* s.async.dsb();
  else yield* m.tlb.dsb();
}

/** Flush as the variant has it, with `after` behind the barrier, or before it. */
function* flushThen(m: Machine, s: State, form: Form, variant: Variant, after: () => Step<void>): Step<void> {
  if (variant !== 'no-flush') yield* issue(m, s, form);
  if (variant === 'no-wait') yield* after();
  if (variant !== 'no-flush') yield* wait(m, s, form);
  if (variant !== 'no-wait') yield* after();
}

function* zap(m: Machine, s: State, form: Form, variant: Variant): Step<void> {
  const { vma } = s;
  yield* m.pteOffsetMapLock(vma.table);
  for (let vpn = vma.start; vpn < vma.end; vpn++) {
    const pte = yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vpn), ptepOf(vma, vpn));
    const frame = s.folio.frames[vpn - vma.start];
    if (frame !== undefined && m.v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
  }
  yield* m.pteUnmapUnlock(vma.table);
  yield* flushThen(m, s, form, variant, function* () {
    for (const frame of s.folio.frames) yield* freePage(m, frame);
    yield* m.completes('unmapped', vma);
  });
}

function* protect(m: Machine, s: State, form: Form, variant: Variant): Step<void> {
  const { vma } = s;
  yield* m.pteOffsetMapLock(vma.table);
  for (let vpn = vma.start; vpn < vma.end; vpn++) {
    const ptep = ptepOf(vma, vpn);
    const old = yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vpn), ptep);
    yield* m.pte.setPte(ptep, m.v.pteWrprotect(old));
  }
  yield* m.pteUnmapUnlock(vma.table);
  yield* flushThen(m, s, form, variant, () => m.completes('read-only', vma));
}

/** What is run. */
export interface Case {
  readonly name: 'zap' | 'protect';
  readonly variant: Variant;
  readonly size: Size;
}

/** A race in one form and one variant, decided by some invariants. */
export function race(
  { name, variant, size }: Case,
  form: Form,
  invariants: readonly InvariantCode[],
): Scenario {
  const kernel = name === 'zap' ? zap : protect;
  const agents: Record<string, AgentSpec<State>> = {
    kernel: { cpu: 0, role: 'kernel', run: (m, s) => kernel(m, s, form, variant) },
    first: { cpu: FIRST, role: 'user', run: user(form, 'store', FIRST_STORES, 0) },
  };
  if (size === 'two') {
    agents.second = { cpu: SECOND, role: 'user', run: user(form, 'load', SECOND_LOADS, FIRST_STORES.length) };
  }
  for (const cpu of cpusOf(size)) {
    const add = (what: string, run: AgentSpec<State>['run']): void => {
      agents[`${what}${cpu}`] = { cpu, role: 'kernel', daemon: true, run };
    };
    if (form.completions) add('completion', (m, s) => s.async.complete(m));
    if (form.evictions) add('eviction', (m, s) => evict(m, s.vma));
    if (form.fills) add('fill', (m, s) => fill(m, s.vma));
  }
  return defineScenario<State>({
    id: `literal-tlb/${name}`,
    title: name,
    source: 'the suite itself',
    about: 'What a TLB does, agent by agent.',
    invariants,
    params: { block: 1 },
    setup: (w) => setup(w, size),
    agents,
    // Variants are built as races of their own.
    mutants: { none: { what: 'nothing', breaks: 'UAF', why: '', params: { none: true } } },
  });
}
