import { read } from '@racewalk/core/step';
import { type ArchReason, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, followMms, returns, thisCpu } from '@racewalk/mm';
import { noGenerations, noMask, noStoreBuffer, noTags } from '../reasons.js';
import { type OnePage, onePage, switchedTo, unmapper } from '../setup.js';

interface S extends OnePage {
  readonly other: OnePage;
}

const goesByTag: ArchReason = (arch) =>
  noMask(arch) ?? (arch.mmContext === 'generations' ? 'the fence names the tag, whatever is loaded' : null);

/** A flush leaves out a CPU that runs something else, where translations are kept under the tag. */
export const ranBefore: Scenario = defineScenario<S>({
  id: 'switch/ran-before',
  title: 'A flush against a CPU that ran the address space before and switches back',
  source: 'Linux b0579ade7cd8 (4.14), 209954cbc7d0 and 83b0177a6c48 (6.14), arch/x86/mm/tlb.c',
  about:
    'CPU 1 ran an address space, runs another one, and switches back; its old translations are under the tag. CPU 0 takes a page away meanwhile. Three ways to tell CPU 1: a generation that it compares when it switches back (x86), its tag is taken away (loongarch, mips, alpha), or the invalidation names the tag (arm64, RISC-V). In the first two the switch has to be one piece for the interrupt: it looks, and then loads.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w);
    const page = onePage(w, 'mm');
    const other = onePage(w, 'other');
    spaces.starts(0, page.mm, { lazy: true });
    spaces.ranBefore(1, page.mm);
    spaces.starts(1, other.mm);
    return { ...page, other };
  },
  agents: {
    unmap: unmapper((s) => s),
    user: switchedTo('switches back'),
  },
  mutants: {
    'generation-not-read': {
      what: 'the switch takes the tag as it is',
      breaks: ['UAF', 'STALE'],
      why: 'the flush did not come here, and what is cached under the tag is from before',
      unless: (arch) => noGenerations(arch) ?? noTags(arch),
      patch: { readTlbGen: returns(1) },
      only: ['user'],
    },
    'no-barrier': {
      what: 'the bit in the mask is set already, and then there is no barrier',
      breaks: 'UAF',
      why: 'that the switch has begun is still on its way when the generation is read',
      unless: (arch) => noGenerations(arch) ?? noTags(arch) ?? noStoreBuffer(arch),
      patch: { smpMb: nothing },
      only: ['user'],
    },
    'tag-kept': {
      what: 'the handler leaves the tag of an address space that is not loaded',
      breaks: 'UAF',
      why: 'the next switch takes the tag with all that is cached under it',
      unless: (arch) => (arch.mmContext === 'versions' ? null : 'a flush takes no tag away'),
      patch: {
        *dropMmuContext(m, cpu, mm) {
          const loaded = yield* read(thisCpu(m, cpu).loadedMm, { op: 'active_mm', text: `cpu${cpu}` });
          if (loaded === mm.asid) yield* m.k.dropMmuContext(cpu, mm);
        },
      },
    },
    'irqs-on': {
      what: 'the switch may be interrupted',
      breaks: 'UAF',
      why: 'the handler comes between the look and the load, and finds neither the old nor the new',
      unless: goesByTag,
      patch: { localIrqSave: nothing, localIrqRestore: nothing },
      only: ['user'],
    },
  },
});
