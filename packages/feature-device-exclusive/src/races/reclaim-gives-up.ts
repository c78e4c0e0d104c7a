import { atomic, read, type Step } from '@racewalk/core/step';
import type { AgentSpec, Frame, Machine, Scenario } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { putPage, tryGetPage, trylockPage, unlockPage } from '../ops/page-lock.js';
import { type Setup, setup } from '../setup.js';

/** Take the last references if nobody else has one. @kernel folio_ref_freeze */
function* pageRefFreeze(page: Frame, expected: number): Step<boolean> {
  const { refcount, name } = page.folio;
  const run = (mem: Int32Array, base: number) => {
    if (mem[base + refcount] !== expected) return 0;
    mem[base + refcount] = 0;
    return 1;
  };
  const frozen = yield* atomic(
    [refcount],
    run,
    { op: 'page_ref_freeze', text: `${name} (${expected})` },
    {
      show: (o) => (o.result === 0 ? '→ refused' : '→ frozen'),
    },
  );
  return frozen !== 0;
}

/** Takes an unmapped page, if all its references are accounted for. @kernel shrink_page_list */
function* shrinkPage(m: Machine, page: Frame, counts: boolean): Step<void> {
  if (!(yield* tryGetPage(m, page))) return;
  if (!(yield* trylockPage(m, page))) return yield* putPage(m, page);
  const { mapcount, name } = page.folio;
  const mapped = (yield* read(mapcount, { op: 'page_mapcount', text: name }, (o) => `→ ${o.result}`)) > 0;
  const mine = !mapped && (!counts || (yield* pageRefFreeze(page, 1)));
  yield* unlockPage(m, page);
  if (mine) yield* freePage(m, page);
  else yield* putPage(m, page);
}

const reclaim = (counts: boolean): AgentSpec<Setup> => ({
  cpu: 0,
  role: 'kernel',
  note: 'reclaim',
  *run(m, { page }) {
    yield* shrinkPage(m, page, counts);
  },
});

/** Race F2: not mapped, and not free for the taking. */
export const reclaimGivesUp: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/reclaim-gives-up',
  title: 'Reclaim finds a page that is mapped nowhere and has a reference too many',
  source:
    'page_remove_rmap() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): the reference stays, the mapping is not counted (race F2)',
  about:
    'Making a page exclusive lowers its map count and keeps its reference, which now belongs to the entry. Reclaim sees an unmapped page. Does it free it? No: it compares counts, finds one reference too many, and gives up. So a page that a device has exclusively cannot be reclaimed, migrated or split. That is safe, and it is why a later rework counts the entry as a mapping. A reclaim that trusts the map count alone frees the page while the device uses it.',
  invariants: ['UAF'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device' }),
  agents: { reclaim: reclaim(true), gpu: atomics(), user: user(1, ['load']) },
  mutants: {
    'trusts-mapcount': {
      what: 'a page that is mapped nowhere is taken without a look at its references',
      breaks: 'UAF',
      why: 'the entry and the device still have it',
      agents: { reclaim: reclaim(false) },
    },
  },
});
