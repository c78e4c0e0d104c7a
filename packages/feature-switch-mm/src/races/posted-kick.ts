import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  invalidateOn,
  type Machine,
  MessageQueue,
  type Scenario,
  UserCpu,
} from '@racewalk/machine';
import { defineScenario, followMms, freePage } from '@racewalk/mm';
import { type OnePage, onePage } from '../setup.js';

interface S extends OnePage {
  readonly kicks: MessageQueue;
  /** A receiver that answers before it flushes. */
  readonly early: MessageQueue;
}

/** Take the page from the host, and ask its CPU to flush; returns what to wait for. */
function* kick(m: Machine, { mm, vma }: S, queue: MessageQueue): Step<number> {
  yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
  return yield* queue.post(m);
}

/** From here on the page is the guest's: for the host it is as good as freed. */
function* donate(m: Machine, { vma, folio }: S): Step<void> {
  yield* freePage(m, folio.frames[0]!);
  yield* m.completes('unmapped', vma);
}

const hypervisor: AgentSpec<S> = {
  cpu: 0,
  role: 'kernel',
  note: 'donates a page',
  *run(m, s) {
    yield* s.kicks.wait(m, yield* kick(m, s, s.kicks));
    yield* donate(m, s);
  },
};

const server: AgentSpec<S> = {
  cpu: 1,
  role: 'kernel',
  daemon: true,
  note: 'VM exit',
  run: (m, { kicks }) => kicks.serve(m),
};

/** A CPU is asked to flush by a message; whether it has is another message. */
export const postedKick: Scenario = defineScenario<S>({
  id: 'switch/posted-kick',
  title: 'A page changes hands after a kick that nobody waits for',
  source: 'pKVM-IA 83 (March 2026)',
  about:
    'A hypervisor takes a page from the host, asks the CPU of the host to flush at its next exit, and gives the page to a guest. Is a request enough? No: it has to wait until the CPU has answered, and the CPU must not answer before it has flushed. Then no access of the host reaches the page of the guest. How the hardware invalidates makes no difference, because the CPU flushes itself.',
  invariants: ['UAF', 'STALE'],
  params: { block: 1 },
  setup(w) {
    // The hypervisor's own CPU walks tables of its own.
    const spaces = followMms(w);
    const page = onePage(w, 'host');
    spaces.starts(1, page.mm);
    const perform = (m: Machine): Step<void> => invalidateOn(m, [1], { vma: page.vma });
    const kinds = [{ name: 'flush', perform }];
    return {
      ...page,
      kicks: new MessageQueue(w, 'kicks', { kinds, slots: 1 }),
      early: new MessageQueue(w, 'early', { kinds, slots: 1, acknowledgesFirst: true }),
    };
  },
  agents: {
    hypervisor,
    host: {
      cpu: 1,
      role: 'user',
      note: 'CPU of the host',
      *run(m, { vma }) {
        const user = new UserCpu(m, vma, { faults: false });
        if (yield* user.load(0)) yield* user.load(0);
      },
    },
    exit: server,
  },
  mutants: {
    'no-wait': {
      what: 'the hypervisor goes on after the request',
      breaks: 'UAF',
      why: 'the CPU of the host still has the translation',
      agents: {
        hypervisor: {
          ...hypervisor,
          note: 'donates a page, does not wait',
          *run(m, s) {
            yield* kick(m, s, s.kicks);
            yield* donate(m, s);
          },
        },
      },
    },
    'answers-first': {
      what: 'the CPU answers, and flushes then',
      breaks: 'UAF',
      why: 'an answer says that the request has arrived, and not that it is done',
      agents: {
        hypervisor: {
          ...hypervisor,
          *run(m, s) {
            yield* s.early.wait(m, yield* kick(m, s, s.early));
            yield* donate(m, s);
          },
        },
        exit: { ...server, run: (m, { early }) => early.serve(m) },
      },
    },
  },
});
