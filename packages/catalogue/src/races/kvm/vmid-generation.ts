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

/** @kernel update_vttbr */
function* updateVttbr(m: Machine, s: Guests, generationLast: boolean): Step<void> {
  if (!(yield* isOld(s))) return;
  yield* m.lock(s.lock);
  if (yield* isOld(s)) {
    const gen = yield* read(s.gen, 'kvm_vmid_gen');
    if (!generationLast) yield* write(s.genOfA, gen, 'vmid_gen');
    const vmid = yield* read(s.next, 'kvm_next_vmid');
    yield* write(s.vmidOfA, vmid, 'vmid');
    yield* write(s.next, vmid + 1, 'kvm_next_vmid');
    yield* m.k.smpWmb();
    if (generationLast) yield* write(s.genOfA, gen, 'vmid_gen');
  }
  yield* m.unlock(s.lock);
}

function* runsA(m: Machine, s: Guests, generationLast: boolean): Step<void> {
  yield* updateVttbr(m, s, generationLast);
  yield* m.k.smpRmb();
  yield* loadSpace(m, s.a.mm, yield* read(s.vmidOfA, 'vmid'), { keep: true, user: true });
  yield* new UserCpu(m, s.a, { faults: false }).load(0);
}

const first = (generationLast: boolean): AgentSpec<Guests> => ({
  cpu: 0,
  role: 'user',
  note: 'the first vcpu of guest a',
  *run(m, s) {
    yield* runsA(m, s, generationLast);
  },
});

const second = (generationLast: boolean): AgentSpec<Guests> => ({
  cpu: 1,
  role: 'user',
  note: 'the second vcpu of guest a, then guest b',
  *run(m, s) {
    yield* runsA(m, s, generationLast);
    yield* loadSpace(m, s.b.mm, 1, { keep: true, user: true });
    yield* new UserCpu(m, s.b, { faults: false }).load(0);
  },
});

/** H1. */
export const vmidGeneration: Scenario = defineScenario<Guests>({
  id: 'kvm/vmid-generation',
  title: 'Two vcpus of a guest need a tag of the new generation',
  source: 'Linux f0cf47d939d0 (4.17); need_new_vmid_gen(), virt/kvm/arm/arm.c',
  about:
    'Tags of guests have run out, and a new generation has begun. A vcpu takes the lock, and writes the new generation and the new tag of its guest. Another one of the same guest looks without the lock whether the generation is the current one. If the generation is written first, it is, and the tag is the old one: by now it is that of another guest, whose vcpu finds translations that are not its own.',
  invariants: ['STALE'],
  params: { block: 1 },
  needs: ['spaceTags'],
  setup,
  agents: { first: first(true), second: second(true) },
  mutants: {
    'generation-first': {
      what: 'the generation is written before the tag, as until 4.16',
      breaks: 'STALE',
      why: 'the other vcpu sees that all is well, and runs under the tag of the last generation',
      agents: { first: first(false), second: second(false) },
    },
  },
});
