/**
 * A race: its agents, its state at the start, its invariants, and its variants.
 */

import { type Capability, type InvariantCode, RacewalkError } from '@racewalk/core';
import type { FaultSink } from '@racewalk/core/step';
import type { StepView } from '../observers/observer.js';
import type { Params } from '../world/spec.js';
import type { World } from '../world/types.js';
import { checkForm } from './check-form.js';
import {
  type AgentSpec,
  type ArchReason,
  type Change,
  type Control,
  codesOf,
  isRelease,
  type LinuxVariant,
  type Mutant,
} from './variant.js';

/**
 * Hardware that a race does without although the architecture has it. The report prints what, where and why.
 *
 * @example
 * ```ts
 * less: [{ hardware: 'speculativeFill', why: 'one load is one fill; the suite asks with fills' }],
 * ```
 */
export interface LessHardware {
  /** A capability of TLBs, or `kernelTlbs`: the TLBs of CPUs on which no user code runs. */
  readonly hardware: LessHardwareName;
  /** Only at these sizes; always, if absent. */
  readonly at?: Params;
  /** Why the verdict is the same, or what is not asked; printed in the report. */
  readonly why: string;
}

/** What a race may do without. */
export const LESS_HARDWARE = [
  'speculativeFill',
  'severalTranslations',
  'staleRefusals',
  'blockTranslations',
  'negativeCaching',
  'kernelTlbs',
] as const;

/** One of {@link LESS_HARDWARE}. */
export type LessHardwareName = (typeof LESS_HARDWARE)[number];

/**
 * What a scenario author writes; docs/scenario.md has each part in a whole file, and when it is called.
 *
 * @example
 * ```ts
 * import { addrOf } from '@racewalk/core';
 * import { UserCpu } from '@racewalk/machine';
 * import { defineScenario, linux } from '@racewalk/mm';
 *
 * export const less = defineScenario({
 *   id: 'mine/less',
 *   title: 'A page is zapped while a thread loads from it',
 *   source: 'docs/scenario.md',
 *   about: 'Is the page freed while a TLB leads to it?',
 *   invariants: ['UAF'],
 *   params: {},
 *   needs: ['hwAccess'],
 *   less: [{ hardware: 'speculativeFill', why: 'one load is one fill; the suite asks with fills' }],
 *   setup(w) {
 *     const vma = w.vma({ pages: 1 });
 *     linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
 *     return { vma };
 *   },
 *   agents: {
 *     zap: { cpu: 0, role: 'kernel', run: (m, { vma }) => m.k.zapPageRangeSingle(vma, addrOf(vma.start), addrOf(1), null) },
 *     user: { cpu: 1, role: 'user', run: (m, { vma }) => new UserCpu(m, vma).load(0) },
 *   },
 *   mutants: {
 *     'no-flush': { what: 'nothing is flushed', breaks: 'UAF', why: 'the TLB leads on', patch: { *tlbFlushMmuTlbonly() {} } },
 *   },
 * });
 * ```
 */
export interface ScenarioSpec<S> {
  /** `family/name`, stable. */
  readonly id: string;
  readonly title: string;
  /** Where the question comes from: thread, commit, manual. */
  readonly source: string;
  /**
   * Checksum of the text that the race was read from, and behind a `+` that of what decides how it is read. A token
   * that was made with another text is refused.
   */
  readonly text?: string;
  /**
   * In this order: the question, the answer the machine gives, where it holds or what breaks it. At most about
   * 90 words.
   */
  readonly about: string;
  /** The invariants that decide it. LIVE is always checked. */
  readonly invariants: readonly InvariantCode[];
  /** Sizes of the default run. `block` is the number of entries in a contiguous block. */
  readonly params: Params;
  /** Further sizes that the suite runs. */
  readonly sizes?: readonly Params[];
  /**
   * `weak`: the race is about the order of loads and stores. A plug-in that is explored in order although its hardware
   * reorders is explored in the weak order here, unless `--memory` says otherwise; the report names the race. A mutant that
   * only that order catches says so in `unless`: `REASONS.storesInOrder`, `REASONS.loadsInOrder`.
   */
  readonly memory?: 'weak';
  /**
   * Ids of plug-ins on which the weak order has more executions than the suite explores by default. There the race is explored
   * in order, unless `--memory` says otherwise; the report names it. Whoever lists races says so, not the race.
   */
  readonly inOrderOn?: readonly string[];
  readonly needs?: readonly Capability[];
  /** Hardware that the race leaves out, each with its reason. */
  readonly less?: readonly LessHardware[];
  /** Why the race does not exist on an architecture. */
  readonly notApplicable?: ArchReason;
  /**
   * Why the state before the race is not the one a protocol leads to, in a sentence. Without it the check of start
   * states runs the protocol and compares.
   */
  readonly assumes?: ArchReason | string;
  /** Build the state before the race: address space, folios, entries. */
  readonly setup: (w: World) => S;
  readonly agents: Readonly<Record<string, AgentSpec<S>>>;
  /** Checked when all agents have ended, besides the invariants. */
  readonly finally?: (w: World, s: S, view: StepView, faults: FaultSink) => void;
  readonly mutants: Readonly<Record<string, Mutant<S>>>;
  /** Variants that must hold: other repairs, and changes that look like a bug and are none. */
  readonly holds?: Readonly<Record<string, Control<S>>>;
  /**
   * What releases of Linux do here, by release: `upstream` where the race is written after that release, and
   * else how it differs. A series as posted is `6.7-rc1+NAME`. No entry: it was not compared.
   */
  readonly linux?: Readonly<Record<string, 'upstream' | LinuxVariant<S>>>;
}

/** A scenario with any setup type. */
// biome-ignore lint/suspicious/noExplicitAny: the setup type is private to each scenario
export type Scenario = ScenarioSpec<any>;

/** Every field of a race. A type that lacks or adds one does not compile. */
const FIELDS: Readonly<Record<keyof ScenarioSpec<unknown>, true>> = {
  id: true,
  title: true,
  source: true,
  text: true,
  about: true,
  invariants: true,
  params: true,
  sizes: true,
  memory: true,
  inOrderOn: true,
  needs: true,
  less: true,
  notApplicable: true,
  assumes: true,
  setup: true,
  agents: true,
  finally: true,
  mutants: true,
  holds: true,
  linux: true,
};

type Reject = (message: string, expected: string) => never;

/** A variant changes something, and only what is there. */
function checkChange<S>(who: string, change: Change<S>, spec: ScenarioSpec<S>, reject: Reject): void {
  const { agents = {}, only = [], params = {}, patch } = change;
  const known = Object.keys(spec.agents);
  for (const agent of Object.keys(agents))
    if (!known.includes(agent)) reject(`${who} replaces unknown agent ${agent}`, known.join(', '));
  for (const agent of only)
    if (!known.includes(agent)) reject(`${who} is only for unknown agent ${agent}`, known.join(', '));
  if (change.agents === undefined && patch === undefined && change.params === undefined)
    reject(`${who} changes nothing`, 'patch, agents or params');
  for (const key of Object.keys(params))
    if (key in spec.params) reject(`${who} sets ${key}, which the race itself sets`, 'another param');
}

/** A race on the bare machine, without an operating system. Checks its form and freezes it; throws `RACEWALK_BAD_SCENARIO`. */
export function defineBareScenario<S>(spec: ScenarioSpec<S>): ScenarioSpec<S> {
  const reject: Reject = (message, expected) => {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `scenario ${spec.id}: ${message}`, { expected });
  };
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(spec.id)) reject('bad id', 'family/name in lower case');
  if (Object.keys(spec.agents ?? {}).length === 0) reject('no agents', 'at least one agent');
  if (Object.keys(spec.mutants ?? {}).length === 0)
    reject('no mutant', 'at least one: a test that cannot fail says nothing');
  for (const { hardware, why } of spec.less ?? []) {
    if (!LESS_HARDWARE.includes(hardware))
      reject(`less: nothing is called ${hardware}`, LESS_HARDWARE.join(', '));
    if (why.trim().length < 20)
      reject(`less: no reason for leaving out ${hardware}`, 'a sentence, for the report');
  }
  checkForm(spec, Object.keys(FIELDS), reject);
  for (const [name, mutant] of Object.entries(spec.mutants))
    checkChange(`mutant ${name}`, mutant, spec, reject);
  for (const [name, mutant] of Object.entries(spec.mutants))
    if (codesOf(mutant).length === 0)
      reject(`mutant ${name} breaks nothing`, 'the invariant that catches it');
  for (const [name, control] of Object.entries(spec.holds ?? {}))
    checkChange(`holds ${name}`, control, spec, reject);
  for (const [release, variant] of Object.entries(spec.linux ?? {})) {
    if (!isRelease(release)) reject(`linux: ${release} is no release`, '6.12, or 6.7-rc1+series');
    if (variant !== 'upstream') checkChange(`linux ${release}`, variant, spec, reject);
  }
  const caller = (new Error().stack ?? '')
    .split('\n')
    .slice(1)
    .find((line) => !DEFINING.test(line));
  // Who defines it again, for instance the command that loads it, is not its author.
  if (!places.has(spec))
    places.set(spec, /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(caller ?? '')?.[1] ?? '');
  return Object.freeze(spec);
}

/** Lines of a stack that define scenarios for an author. */
const DEFINING = /[\\/](?:scenario|define-scenario)\.[jt]s/;

/** Where each scenario was defined. */
const places = new WeakMap<object, string>();

/** File, line and column of the call that defined a scenario, as a stack names them; null if it is not known. */
export const definedAt = (scenario: Scenario): string | null => places.get(scenario) || null;
