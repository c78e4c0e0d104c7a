/** Small races about one area, run as they are: the verdict, and the invariant that broke. */
import { type ArchPlugin, addrOf, type InvariantCode, ptepOf, type Vma } from '@racewalk/core';
import { atomic, awaitWord, type Cell, type Step } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import {
  type AgentSpec,
  buildScenario,
  type LessHardware,
  type Machine,
  type Patch,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

/** What the races start from: one page or more, mapped to `old`; `fresh` is another folio. */
export interface Pages {
  readonly vma: Vma;
  readonly old: Folio;
  readonly fresh: Folio;
  /** Two words to wait for. */
  readonly first: Cell;
  readonly second: Cell;
}

/** How the area starts. */
export interface Start {
  readonly pages?: number;
  readonly write?: boolean;
  readonly folded?: boolean;
}

function setup(w: World, { pages = 1, ...spec }: Start): Pages {
  const contents = (n: number) => Array.from({ length: pages }, () => n);
  const vma = w.vma({ pages });
  const old = linux(w).folio({ name: 'old', pages, contents: contents(1) });
  const fresh = linux(w).folio({ name: 'fresh', pages, contents: contents(2), mapcount: 0 });
  linux(w).mapFolio(vma, old, { young: true, dirty: spec.write === true, ...spec });
  return { vma, old, fresh, first: w.word('first'), second: w.word('second') };
}

/** An agent on a CPU. */
export const on = (
  cpu: number,
  role: 'kernel' | 'user',
  run: (m: Machine, s: Pages) => Step<void>,
): AgentSpec<Pages> => ({ cpu, role, run });

/** Explore a race: `holds`, or the invariant that breaks. */
export function verdict(
  arch: ArchPlugin,
  agents: Readonly<Record<string, AgentSpec<Pages>>>,
  invariants: readonly InvariantCode[],
  start: Start = {},
  less: readonly LessHardware[] = [],
  patch: Patch | null = null,
): string {
  const scenario = defineScenario<Pages>({
    id: 'tlb/kind',
    title: 'kind',
    source: 'the suite itself',
    about: '',
    invariants,
    params: { block: start.folded === true ? 4 : 1 },
    less,
    setup: (w) => setup(w, start),
    agents,
    mutants: {
      none: { what: 'nothing', breaks: 'UAF', why: '', params: { none: true } },
      ...(patch === null ? {} : { patched: { what: 'a patch', breaks: 'UAF', why: '', patch } }),
    },
  });
  const report = explore(
    buildScenario(scenario, arch, patch === null ? 'upstream' : 'mutant:patched').program,
    { checkDeterminism: false },
  );
  if (report.verdict === 'counterexample') return report.counterexample.code;
  return report.verdict === 'exhausted' ? 'holds' : report.verdict;
}

/** Map `fresh` where `old` was, without a flush. */
export function* remap(m: Machine, { vma, fresh }: Pages): Step<void> {
  const { v } = m;
  const ptep = ptepOf(vma, vma.start);
  yield* m.pte.ptepGetAndClear(vma.mm, addrOf(ptep.vpn), ptep);
  const pte = v.pteMkyoung(v.pfnPte(fresh.frames[0]?.pfn ?? 0, v.mkProt(vma.prot)));
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, pte);
}

/** Take the entry of a page away, without a flush. */
export function* unmap(m: Machine, { vma }: Pages, page = 0): Step<void> {
  const ptep = ptepOf(vma, vma.start + page);
  yield* m.pte.ptepGetAndClear(vma.mm, addrOf(ptep.vpn), ptep);
}

/** Wait until somebody has set the word. */
export const waitFor = (cell: Cell): Step<number> => awaitWord(cell, (value) => value === 1);

/** Break COH. */
export function* report(cell: Cell, what: string): Step<void> {
  yield* atomic(
    [cell],
    (_mem, _base, faults) => {
      faults.fail('COH', what);
      return 0;
    },
    'looks',
  );
}
