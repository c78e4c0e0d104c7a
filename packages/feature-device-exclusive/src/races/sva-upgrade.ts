import { type AccessKind, addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FaultHandler,
  type FunctionTable,
  type Machine,
  nothing,
  type Patch,
  type Scenario,
  SvaDevice,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

/** A page both read, and a device that walks the process's own tables. */
interface Sva {
  readonly vma: Vma;
  readonly sva: SvaDevice;
}

const readOnlyPage =
  (rewalks: boolean) =>
  (w: World): Sva => {
    const vma = w.vma({ pages: 1 });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { write: false, young: true });
    return { vma, sva: new SvaDevice(w, vma, 'sva', { rewalks }) };
  };

/**
 * Make the entry allow the access: the page may be written in place. Returns whether anything changed. If so, CPUs are told by
 * the architecture's own operation, and devices since Linux 6.6. @kernel wp_page_reuse (for a device that walks the tables)
 */
function* allow(m: Machine, vma: Vma, ptep: Ptep, access: AccessKind): Step<boolean> {
  const { v } = m;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const young = v.pteMkyoung(pte);
  const entry = access === 'store' ? v.pteMkwrite(v.pteMkdirty(young)) : young;
  const changed =
    entry !== pte && (yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, true));
  if (changed) {
    const range = { event: 'protection-page', mm: vma.mm, start: ptep.vpn, end: ptep.vpn + 1 } as const;
    yield* m.notifier.archInvalidateSecondaryTlbs(range);
  }
  yield* m.pteUnmapUnlock(ptep.table);
  return changed;
}

const device: AgentSpec<Sva> = {
  cpu: 8,
  role: 'device',
  note: 'reads, then writes',
  *run(m, { vma, sva }) {
    for (const access of ['load', 'store'] as const) {
      yield* sva.access(m, 0, access, (mm, ptep, kind) => allow(mm, vma, ptep, kind));
    }
  },
};

const user: AgentSpec<Sva> = {
  cpu: 1,
  role: 'user',
  note: 'writes',
  *run(m, { vma }) {
    const onFault: FaultHandler = function* (mm, { access }) {
      yield* allow(mm, vma, ptepOf(vma, vma.start), access);
      return 'retry';
    };
    yield* new UserCpu(m, vma, { onFault }).store(0);
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
