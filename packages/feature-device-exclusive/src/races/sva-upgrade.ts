import type { Vma } from '@racewalk/core';
import {
  type AgentSpec,
  type FunctionTable,
  nothing,
  type Patch,
  type Scenario,
  SvaDevice,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { ANON_EXCLUSIVE, defineScenario, linux, sparePages } from '@racewalk/mm';

const USER = 1;
const DEVICE = 8;

/** A page both read, and a device that walks the process's own tables. */
interface Sva {
  readonly vma: Vma;
  readonly sva: SvaDevice;
}

const readOnlyPage =
  (rewalks: boolean) =>
  (w: World): Sva => {
    const vma = w.vma({ pages: 1 });
    const page = linux(w).folio({ pages: 1, frameFlags: ANON_EXCLUSIVE });
    linux(w).mapFolio(vma, page, { write: false, young: true });
    for (const cpu of [DEVICE, USER]) sparePages(w, cpu, []);
    return { vma, sva: new SvaDevice(w, vma, 'sva', { rewalks }) };
  };

const device: AgentSpec<Sva> = {
  cpu: DEVICE,
  role: 'device',
  note: 'reads, then writes',
  *run(m, { vma, sva }) {
    for (const access of ['load', 'store'] as const) {
      yield* sva.access(m, 0, access, (mm, ptep, kind) => mm.k.iommuSvaHandleMm(vma, ptep, kind));
    }
  },
};

const user: AgentSpec<Sva> = {
  cpu: USER,
  role: 'user',
  note: 'writes',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma).store(0);
  },
};

/** Until Linux 6.5 nobody told devices that something was permitted. */
const DEVICES_NOT_TOLD: Patch = { archInvalidateSecondaryTlbs: nothing };

/** Race F6: an upgrade of permissions that the device never hears of. */
export const svaUpgrade: Scenario = defineScenario<Sva>({
  id: 'device-exclusive/sva-upgrade',
  title: 'A page becomes writable, and a device TLB keeps refusing to write',
  source:
    'Linux 6bbd42e2df8f (6.6): secondary TLBs are invalidated wherever the CPU’s are (race F6); compare seed 002 on who must be told of what',
  about:
    "A device that walks the process's tables has a read-only entry cached. It writes and faults, or a CPU does. The kernel makes the entry writable and invalidates CPU TLBs. Does the device make progress? No: notifiers reported only what is taken away, so an upgrade sent none. The device retries with its cached entry forever, while the handler finds an entry that permits everything. The repair invalidates device TLBs wherever CPU TLBs are invalidated. Progress is at stake, not safety.",
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: readOnlyPage(false),
  agents: { device, user },
  mutants: {
    'device-not-told': {
      what: 'only the TLBs of CPUs are invalidated',
      breaks: 'LIVE',
      why: 'the device refuses by the entry it has cached, and the handler finds nothing to change',
      patch: DEVICES_NOT_TOLD,
    },
  },
});

/** The same without telling, for a device that looks for itself. */
export const svaRewalk: Scenario = defineScenario<Sva>({
  id: 'device-exclusive/sva-rewalk',
  title: 'A device that walks again before it refuses need not be told of an upgrade',
  source: 'Intel VT-d, and x86 CPUs, which walk again on a permission miss (race F6); compare seed 002',
  about:
    'The same page is upgraded, and nobody notifies the device. Does it make progress? Yes: when its TLB forbids an access, this device walks again, finds the writable entry, and goes on. That is why such bugs were found on other machines. If the entry is old or clean, the device faults anyway, because its walker sets no flags. After the fault it finds them set.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup(w) {
    w.binder.replace(DEVICES_NOT_TOLD as FunctionTable);
    return readOnlyPage(true)(w);
  },
  agents: { device, user },
  mutants: {
    'handler-changes-nothing': {
      what: 'the fault handler believes that the device only needs to try again',
      breaks: 'LIVE',
      why: 'the entry forbids the access, however often the device walks',
      agents: {
        device: {
          ...device,
          *run(m, { sva }) {
            // biome-ignore lint/correctness/useYield: the handler looks at nothing
            yield* sva.access(m, 0, 'store', function* () {
              return false;
            });
          },
        },
        user: {
          ...user,
          *run(m, { vma }) {
            yield* new UserCpu(m, vma).load(0);
          },
        },
      },
    },
  },
});
