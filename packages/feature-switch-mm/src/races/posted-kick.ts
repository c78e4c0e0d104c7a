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

const hypervisor = (pick: (s: S) => MessageQueue, waits: boolean): AgentSpec<S> => ({
  cpu: 0,
  role: 'kernel',
  note: waits ? 'donates a page' : 'donates a page, does not wait',
  *run(m, s) {
    const { mm, vma, folio } = s;
    yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
    const ticket = yield* pick(s).post(m);
    if (waits) yield* pick(s).wait(m, ticket);
    // From here on the page is the guest's: for the host it is as good as freed.
    const [frame] = folio.frames;
    if (frame !== undefined) yield* freePage(m, frame);
    yield* m.completes('unmapped', vma);
  },
});

const server = (pick: (s: S) => MessageQueue): AgentSpec<S> => ({
  cpu: 1,
  role: 'kernel',
  daemon: true,
  note: 'VM exit',
  run: (m, s) => pick(s).serve(m),
});

/** A CPU is asked to flush by a message; whether it has is another message. */
export const postedKick: Scenario = defineScenario<S>({
  id: 'switch/posted-kick',
  title: 'a page changes hands after a kick that nobody waits for',
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
    hypervisor: hypervisor((s) => s.kicks, true),
    host: {
      cpu: 1,
      role: 'user',
      note: 'CPU of the host',
      *run(m, { vma }) {
        const user = new UserCpu(m, vma, { faults: false });
        if (yield* user.load(0)) yield* user.load(0);
      },
    },
    exit: server((s) => s.kicks),
  },
  mutants: {
    'no-wait': {
      what: 'the hypervisor goes on after the request',
      breaks: 'UAF',
      why: 'the CPU of the host still has the translation',
      agents: { hypervisor: hypervisor((s) => s.kicks, false) },
    },
    'answers-first': {
      what: 'the CPU answers, and flushes then',
      breaks: 'UAF',
      why: 'an answer says that the request has arrived, and not that it is done',
      agents: { hypervisor: hypervisor((s) => s.early, true), exit: server((s) => s.early) },
    },
  },
});
