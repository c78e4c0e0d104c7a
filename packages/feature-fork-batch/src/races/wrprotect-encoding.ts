import { type PteWord, pteAndNot, ptepAdd } from '@racewalk/core';
import type { ArchReason, Machine, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { fork } from '../agents/fork.js';
import { writer } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

/** Clears the write bit and nothing else, in one locked update. */
const clearWriteBit: Patch = {
  *ptepSetWrprotect(m, _mm, _addr, ptep) {
    yield* m.entries.update(ptep, withoutWriteBit(m), 'ptep_set_wrprotect');
  },
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    const clear = withoutWriteBit(m);
    for (let i = 0; i < nr; i++) yield* m.entries.update(ptepAdd(ptep, i), clear, 'wrprotect_ptes');
  },
};

const withoutWriteBit =
  (m: Machine) =>
  (pte: PteWord): PteWord =>
    pteAndNot(pte, m.arch.layout.write);

/** Whether a dirty entry that only lost its write bit has a meaning of its own. */
const noSuchEncoding: ArchReason = (arch) => {
  const v = arch.values;
  const writable = v.pteMkwrite(v.pfnPte(1, v.mkProt({ read: true, write: true })));
  const states = [v.pteMkclean(writable), v.pteMkdirty(writable)];
  const odd = states.some((pte) => arch.malformed?.(pteAndNot(pte, arch.layout.write)) != null);
  return odd ? null : 'an entry that is dirty and not writable means just that here';
};

/** Race A7 of x86, and its like elsewhere. */
export const wrprotectEncoding: Scenario = defineScenario<Fork>({
  id: 'fork-batch/wrprotect-encoding',
  title: 'Fork write-protects an entry that the hardware makes dirty',
  source:
    'ptep_set_wrprotects() of the contpte series, November 2023 (seed 004), part 13; Linux 6.6 (user shadow stacks): _PAGE_SAVED_DIRTY',
  about:
    'Is it enough to clear the write bit to write-protect an entry? Not everywhere. On x86 a dirty entry that is not writable is shadow-stack memory, and pushes of return addresses store to it. So one compare-and-exchange loop clears R/W and moves dirty to a software bit. On arm64 the write bit says who manages dirty: with it and AP[2] clear, stores leave no trace. Here fork write-protects a batch while a thread stores, and no such entry ever appears. Clearing only the write bit makes one, except where write and dirty are independent bits.',
  invariants: ['ENC'],
  params: { block: 2 },
  setup: (w: World) => forkSetup(w, { spares: { 1: 1 }, dirty: false }),
  agents: { fork, user: writer() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'clear-write-bit': {
      what: 'the write bit is cleared and nothing else, in one locked update',
      breaks: 'ENC',
      why: 'what is left of a dirty writable entry means something else',
      unless: noSuchEncoding,
      patch: clearWriteBit,
    },
  },
});
