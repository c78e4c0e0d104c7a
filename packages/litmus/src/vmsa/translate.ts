/**
 * Translations. A walk is a read of the descriptor with an order of its own: only DSB and context synchronisation order
 * it, DMB and acquire do not. Hardware updates are messages of their own that the access does not wait for; only DSB does.
 * (Arm ARM DDI 0487 D8.2, D8.5, and B2.3 for the order.)
 */
import type { AccessKind } from '@racewalk/core';
import type { Views } from '../model/load.js';
import { NONE, UPDATE } from '../model/messages.js';
import type { Run } from '../model/run.js';
import { CAP, CTL, DSB, F_NEW, H_OLD, ISB, R_OLD, raise, type State, view, W_OLD } from '../model/state.js';
import { isFresh, type Translation } from './fresh.js';
import { FAULTS, type Mmu } from './mmu.js';

/** Faults that no TLB remembers: they see what an ordinary read would see. */
const UNCACHED = FAULTS.indexOf('Permission');

/** What comes of one walk. */
export interface Walked {
  /** Value of the descriptor as it was read. */
  readonly entry: number;
  /** View of the translation. */
  readonly view: number;
  /** Number of the fault, or null. */
  readonly fault: number | null;
  readonly translation: Translation;
}

/** What an access asks for. */
export interface Request {
  readonly page: number;
  readonly access: AccessKind;
  readonly updates: AccessKind;
  readonly views: Views;
  readonly privileged: boolean;
}

/** Try every translation of a page that is allowed. */
export function translate(
  run: Run,
  mmu: Mmu,
  s0: State,
  { page, access, updates, views, privileged }: Request,
  use: (s: State, walked: Walked) => boolean,
): boolean {
  const { messages } = run;
  const entry = run.model.places.entryOf(page);
  const wait = Math.max(views.data, view(s0, ISB), mmu.ets >= 2 ? view(s0, DSB) : 0);
  let any = false;
  for (let read = 0; read <= messages.length; read++) {
    if (read > 0 && (!messages.writes(read, entry) || run.owes(s0, read))) continue;
    const value = run.content(read, entry);
    const decision = mmu.decide(run.id, value, access, updates, privileged);
    const found = { page, entry, read };
    if (decision.fault !== null) {
      if (fault(run, mmu, s0, { ...found, value, kind: decision.fault, wait, data: views.data }, use))
        any = true;
      continue;
    }
    const post = Math.max(wait, read);
    const walked = { entry: value, view: post, fault: null, translation: { ...found, view: wait } };
    if (decision.entry === value) {
      if (use(s0, walked)) any = true;
    } else if (update(run, mmu, s0, walked, decision.entry, views, use)) any = true;
  }
  return any;
}

interface Refusal {
  readonly page: number;
  readonly entry: number;
  readonly read: number;
  readonly value: number;
  readonly kind: number;
  readonly wait: number;
  readonly data: number;
}

function fault(
  run: Run,
  mmu: Mmu,
  s0: State,
  { page, entry, read, value, kind, wait, data }: Refusal,
  use: (s: State, walked: Walked) => boolean,
): boolean {
  const uncached = kind < UNCACHED;
  let pre = wait;
  // FEAT_ETS2: a translation or access flag fault comes after all earlier accesses; FEAT_ETS3: every fault.
  if ((mmu.ets >= 2 && uncached) || mmu.ets === 3) pre = Math.max(pre, view(s0, R_OLD), view(s0, W_OLD));
  if (uncached && run.messages.lastAt(entry, pre) > read) return false;
  const post = Math.max(pre, read);
  const translation = { page, entry, read, view: pre };
  if (!isFresh(run, translation, Math.max(post, view(s0, F_NEW), data), 0)) return false;
  return use(s0, { entry: value, view: post, fault: kind, translation });
}

/** The hardware's own write: atomic with the walk that asked for it, and later than all of its conditions. */
function update(
  run: Run,
  mmu: Mmu,
  s0: State,
  walked: Walked,
  value: number,
  views: Views,
  use: (s: State, walked: Walked) => boolean,
): boolean {
  const { messages } = run;
  const { entry, read } = walked.translation;
  const ets = mmu.ets >= 2 ? view(s0, DSB) : 0;
  const least = Math.max(walked.view, view(s0, CAP), view(s0, CTL), view(s0, ISB), views.picked, ets);
  const message = { kind: UPDATE, place: entry, value, list: NONE };
  return run.eachTime(s0, least, (time, isNew) => {
    // A new update may follow what the run itself has stored there: when in doubt a run may end; only runs without
    // new messages decide outcomes.
    const adjacent = messages.lastAt(entry, time - 1) === read;
    if (!adjacent && !(isNew && messages.lastAt(entry, run.given) === read)) return false;
    return run.make(s0, time, message, least, (s) => {
      raise(s, H_OLD, time);
      return use(s, walked);
    });
  });
}
