import type { AddressSpace, Vma } from '@racewalk/core';
import { type Frame, nothing, type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, freePage, intervalTree } from '@racewalk/mm';

interface Mapped {
  readonly vma: Vma;
  readonly file: AddressSpace;
  readonly frame: Frame | undefined;
}

/** A frame of a driver, mapped by its number: the mapping holds no reference. */
function setup(w: World): Mapped {
  const file = w.addressSpace('device');
  const vma = w.vma({ pages: 1, mapping: file, shared: true, flags: { pfnmap: true } });
  const run = w.frames.add({ name: 'buffer', pages: 1 });
  w.mapFrames(vma, run, { young: true, dirty: true });
  intervalTree(w, file);
  return { vma, file, frame: run.frames[0] };
}

const flushAtEnd: Patch = { tlbEndVma: nothing };

/** Race B9. */
export const unlinkVsRevoke: Scenario = defineScenario<Mapped>({
  id: 'areas/unlink-vs-revoke',
  title: 'A driver takes its frames back while munmap has half removed their mapping',
  source: 'tlb_end_vma(), CVE-2022-39188, Linux b67fbebd4cf9 (5.19)',
  about:
    'munmap empties the entries, takes the area out of the reverse map of its file, and flushes at the end. The driver wants its frames back: it asks the reverse map for mappings, finds none, and frees the frames. Nothing pins them: such a mapping holds no reference. A CPU still has the translation. So raw frames are flushed before their area leaves the reverse map. Pages with references need no such care: the gather holds one until after the flush.',
  assumes: 'a frame without a folio, mapped by its number: the protocol of the check maps folios only',
  invariants: ['UAF'],
  params: { block: 1 },
  setup,
  agents: {
    munmap: {
      cpu: 0,
      role: 'kernel',
      note: 'munmap',
      *run(m, { vma }) {
        yield* m.k.unmapRegion(vma);
      },
    },
    driver: {
      cpu: 1,
      role: 'kernel',
      note: 'unmap_mapping_range, then frees',
      *run(m, { file, frame }) {
        yield* m.k.unmapMappingRange(file);
        if (frame !== undefined) yield* freePage(m, frame);
      },
    },
    user: {
      cpu: 2,
      role: 'user',
      note: 'loads',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-at-end': {
      what: 'the area leaves the reverse map before the flush, as until 5.18',
      breaks: 'UAF',
      why: 'the driver finds no mapping to flush, and frees frames that a TLB still leads to',
      patch: flushAtEnd,
    },
  },
});
