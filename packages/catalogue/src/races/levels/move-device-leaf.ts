import type { Vma } from '@racewalk/core';
import { type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux, spareTables, upperLevel } from '@racewalk/mm';

interface Moving {
  readonly vma: Vma;
  readonly to: Vma;
}

/** A file on persistent memory, mapped by one huge leaf that is marked as a device's. */
function setup(w: World): Moving {
  const mapping = w.addressSpace('dax');
  const area = (name: string) => w.vma({ pages: 1, name, mapping, shared: true });
  const [vma, to] = [area('old'), area('new')];
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  upperLevel(w, to, { leads: 'none' });
  const huge = linux(w).folio({ name: 'huge', pages: 1, huge: true, refcount: 2, mapcount: 1 });
  linux(w).mapFolio(vma, huge, { huge: true, young: true, dirty: true });
  const initial = w.entryIn((cell) => w.cells.cells[cell]?.initial ?? 0, pmdp);
  w.setInitial(pmdp, w.arch.pmd.pmdMkdevmap(initial));
  spareTables(w, 0, [w.pmds.spare(to)]);
  return { vma, to };
}

/** What is asked for is a huge page; a device's memory is none. And the step into a table asked nothing then. */
const ordinaryOnly: Patch = {
  pmdMovesWhole: (m, pmd) => m.p.pmdTransHuge(pmd),
  *__pteOffsetMap(m, pmdp, vpn) {
    const pmdval = yield* m.pmd.pmdpGetLockless(pmdp);
    const ptep = yield* m.k.pteOffsetKernel(pmdval, vpn);
    return ptep === null ? null : { ptep, pmdval };
  },
};

/** Race C2. */
export const moveDeviceLeaf: Scenario = defineScenario<Moving>({
  id: 'levels/move-device-leaf',
  title: 'mremap moves a huge mapping of device memory',
  source: 'CVE-2020-10757, Linux 5bfea2d9b17f (5.8)',
  about:
    'mremap asks of an upper entry whether it maps a huge page, and takes everything else for a table. A huge mapping of persistent memory is a leaf, too, and pmd_trans_huge does not say so: it has a mark of its own. So its data are taken for entries. Every kind of leaf has to be recognised. User code stores meanwhile.',
  assumes: 'device memory is mapped by no fault of this model',
  invariants: ['ENC'],
  params: { pages: 1 },
  setup,
  agents: {
    mremap: {
      cpu: 0,
      role: 'kernel',
      note: 'mremap',
      *run(m, { vma, to }) {
        yield* m.k.mremap(vma, to);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).store(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'ordinary-only': {
      what: 'only huge pages are moved as a whole, as until 5.7',
      breaks: 'ENC',
      why: 'the data of the device are taken for a table',
      unless: ({ pmd: p, values: v }) => {
        const leaf = p.pmdMkhuge(v.pteMkyoung(v.pfnPte(0x200, v.mkProt({ read: true, write: true }))));
        return p.pmdTransHuge(p.pmdMkdevmap(leaf))
          ? 'there is no mark for device memory: such a leaf is a huge page like any other'
          : null;
      },
      patch: ordinaryOnly,
    },
  },
});
