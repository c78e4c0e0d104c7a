import type { PteWord } from '@racewalk/core';
import {
  type AgentSpec,
  type Machine,
  type Patch,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, linux, doUserAddrFault as onFault } from '@racewalk/mm';
import { accountsAgree } from '../accounts.js';
import { afterFork, fork } from '../agents/fork.js';
import { expectRead, writer } from '../agents/users.js';
import { areas, type Fork, setAside } from '../setup.js';

/** Four entries that look like one batch, and are three. */
interface Mixed extends Fork {
  /** What the child has to find on page 3. */
  readonly lastContent: number;
}

/**
 * Pages 0 and 1 are the end of one folio, the first of them read-only; page 2 is the next frame in a row,
 * and the first of another folio; page 3 is of that folio, too, but not the page that comes next.
 */
function setup(w: World): Mixed {
  const { parent, child, rss } = areas(w, 4);
  const halfMapped = (first: number): Folio =>
    linux(w).folio({
      pages: 4,
      contents: [first, first + 1, first + 2, first + 3],
      mapcount: 2,
    });
  const folio = halfMapped(1);
  const next = halfMapped(5);
  linux(w).mapFolio(parent, folio, { from: 2, pages: 1, write: false });
  linux(w).mapFolio(parent, folio, { at: 1, from: 3, pages: 1 });
  linux(w).mapFolio(parent, next, { at: 2, pages: 1 });
  linux(w).mapFolio(parent, next, { at: 3, from: 2, pages: 1 });
  setAside(w, { 1: 1 });
  return { parent, child, folio, rss, lastContent: 7 };
}

/** Takes the next folio for a part of this one. */
const pastTheFolio: Patch = {
  *folioPteBatch(m, folio, ...args) {
    const all = (m.world.os.linux?.folios ?? []).flatMap(({ frames }) => frames);
    return yield* m.k.folioPteBatch({ ...folio, frames: all.slice(all.indexOf(folio.frames[0]!)) }, ...args);
  },
};

const frameless = (m: Machine, pte: PteWord) => m.v.pteAdvancePfn(pte, -m.v.ptePfn(pte));

/** Compares without the frame. */
const ignoresFrame: Patch = { pteSame: (m, a, b) => frameless(m, a) === frameless(m, b) };

const child: AgentSpec<Mixed> = {
  cpu: 2,
  role: 'user',
  note: 'child, reads',
  *run(m, s) {
    yield* afterFork(s);
    const got = yield* new UserCpu(m, s.child, { onFault }).loadValue(3);
    yield* expectRead(got, s.lastContent, 'page 3 of the child');
  },
};

/** Seed 004, part 1: what is a batch. */
export const batchDetection: Scenario = defineScenario<Mixed>({
  id: 'fork-batch/batch-detection',
  title: 'Entries that look like one batch and are not',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 1: folio_nr_pages_cont_mapped(), merged in 6.9 as folio_pte_batch()',
  about:
    'A batch is a run of entries that map one folio in order. What may differ within it? The access flag, because the child starts old; the write permission, if the code notices that one entry had it; dirty, in shared mappings only. The frame must be the next one and belong to the same folio; folios lie side by side, so these are two rules. Here the first entry is read-only and the second writable, the third is in another folio, and the fourth skips a frame. Linux 6.9 copies this right; it fails without any of the three rules.',
  invariants: ['OWN', 'COH', 'RMAP'],
  params: { block: 4 },
  setup,
  agents: { fork, user: writer(() => [1]), child },
  finally: accountsAgree(),
  linux: { '6.12': 'upstream' },
  mutants: {
    'ignores-write': {
      what: 'the batch does not notice that a later entry is writable when its first is not',
      breaks: 'OWN',
      why: 'the parent is not write-protected, and stores to a page the child has, too',
      patch: {
        *folioPteBatch(m, ...args) {
          return { ...(yield* m.k.folioPteBatch(...args)), anyWritable: false };
        },
      },
    },
    'past-the-folio': {
      what: 'the batch goes on into the next folio, if that lies right behind',
      breaks: 'RMAP',
      why: 'references and map counts of three pages are added to a folio that has two of them',
      patch: pastTheFolio,
    },
    'ignores-frame': {
      what: 'the batch takes every entry that maps some page of the folio',
      breaks: 'COH',
      why: 'the child is given the frames in order, and one of them is not what the parent has there',
      patch: ignoresFrame,
      within: 'folioPteBatch',
    },
  },
});
