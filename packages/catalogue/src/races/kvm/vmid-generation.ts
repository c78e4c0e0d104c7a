import type { Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  loadSpace,
  type Machine,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Guests {
  readonly a: Vma;
  readonly b: Vma;
  /** `kvm_vmid_gen`, `kvm_next_vmid`, `kvm_vmid_lock`. */
  readonly gen: Cell;
  readonly next: Cell;
  readonly lock: Cell;
  /** Of guest a: `vmid_gen`, `vmid`. */
  readonly genOfA: Cell;
  readonly vmidOfA: Cell;
}

/** The second generation has begun: guest b has tag 1 in it, and guest a still has the tag 1 of the first. TLBs are flushed. */
function setup(w: World): Guests {
  w.follow({ tags: 4 });
  w.binder.add(VMID);
  const guest = (name: string): Vma => {
    const vma = w.vma({ mm: w.mm(name), pages: 1, name });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1, name: `${name}.page` }), { young: true, dirty: true });
    return vma;
  };
  const [a, b] = [guest('a'), guest('b')];
  const [genOfA, vmidOfA] = [w.word('a.vmid_gen', 1), w.word('a.vmid', 1)];
  const [gen, next] = [w.word('kvm_vmid_gen', 2), w.word('kvm_next_vmid', 2)];
  return { a, b, gen, next, genOfA, vmidOfA, lock: w.lock('kvm_vmid_lock') };
}

/** @kernel need_new_vmid_gen */
function* isOld(s: Guests): Step<boolean> {
  return (yield* read(s.genOfA, 'vmid_gen')) !== (yield* read(s.gen, 'kvm_vmid_gen'));
}

/** The next tag is that of guest a. */
function* takeNext(s: Guests): Step<void> {
  const vmid = yield* read(s.next, 'kvm_next_vmid');
  yield* write(s.vmidOfA, vmid, 'vmid');
  yield* write(s.next, vmid + 1, 'kvm_next_vmid');
}

/** A tag of the new generation: first the tag, then the generation that says it is good. Part of `update_vttbr`. */
function* newVmid(m: Machine, s: Guests, gen: number): Step<void> {
  yield* takeNext(s);
  yield* m.k.smpWmb();
  yield* write(s.genOfA, gen, 'vmid_gen');
}

/** Added by the race, to be called by name. */
const VMID = { newVmid } as const;

type VmidFunctions = typeof VMID;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends VmidFunctions {}
}

/** @kernel update_vttbr */
function* updateVttbr(m: Machine, s: Guests): Step<void> {
  if (!(yield* isOld(s))) return;
  yield* m.lock(s.lock);
  if (yield* isOld(s)) yield* m.k.newVmid(s, yield* read(s.gen, 'kvm_vmid_gen'));
  yield* m.unlock(s.lock);
}

function* runA(m: Machine, s: Guests): Step<void> {
  yield* updateVttbr(m, s);
  yield* m.k.smpRmb();
  yield* loadSpace(m, s.a.mm, yield* read(s.vmidOfA, 'vmid'), { keep: true, user: true });
  yield* new UserCpu(m, s.a, { faults: false }).load(0);
}

const first: AgentSpec<Guests> = {
  cpu: 0,
  role: 'user',
  note: 'the first vcpu of guest a',
  run: runA,
};

const second: AgentSpec<Guests> = {
  cpu: 1,
  role: 'user',
  note: 'the second vcpu of guest a, then guest b',
  *run(m, s) {
    yield* runA(m, s);
    yield* loadSpace(m, s.b.mm, 1, { keep: true, user: true });
    yield* new UserCpu(m, s.b, { faults: false }).load(0);
  },
};

/** H1. */
export const vmidGeneration: Scenario = defineScenario<Guests>({
  id: 'kvm/vmid-generation',
  title: 'Two vcpus of a guest need a tag of the new generation',
  source: 'Linux f0cf47d939d0 (4.17); need_new_vmid_gen(), virt/kvm/arm/arm.c',
  about:
    'Tags of guests have run out, and a new generation has begun. A vcpu takes the lock, and writes the new generation and the new tag of its guest. Another vcpu of the same guest asks without the lock whether the generation is the current one. If the generation is written first, the answer is yes while the tag is still the old one. By now that tag may belong to another guest, whose vcpu then finds translations that are not its own.',
  invariants: ['STALE'],
  params: { block: 1 },
  needs: ['spaceTags'],
  setup,
  agents: { first, second },
  mutants: {
    'generation-first': {
      what: 'the generation is written before the tag, as until 4.16',
      breaks: 'STALE',
      why: 'the other vcpu sees that all is well, and runs under the tag of the last generation',
      patch: {
        *newVmid(m, s, gen) {
          yield* write(s.genOfA, gen, 'vmid_gen');
          yield* takeNext(s);
          yield* m.k.smpWmb();
        },
      },
    },
  },
});
