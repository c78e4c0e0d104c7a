/**
 * A race: its agents, its state at the start, its invariants, and its mutants.
 */

import { type ArchPlugin, type Capability, type InvariantCode, RacewalkError } from '@racewalk/core';
import type { FaultSink, Step } from '@racewalk/core/step';
import type { KernelName, Patch } from '../agent/patch.js';
import type { StepView } from '../observers/observer.js';
import type { Params } from '../world/spec.js';
import type { Machine, World } from '../world/types.js';

/** One agent of a race. `S` is what the scenario's setup returns. */
export interface AgentSpec<S> {
  /** CPU the agent runs on. */
  readonly cpu: number;
  /** `user` agents have a TLB; `kernel` agents run operations. */
  readonly role: 'kernel' | 'user' | 'device';
  /** Heading in traces, for instance `holds ptl`; the name and the CPU are added. */
  readonly note?: string;
  /** May wait forever without a deadlock. */
  readonly daemon?: boolean;
  /** The agent's code; `s` is what `setup` returned. */
  readonly run: (m: Machine, s: S) => Step<void>;
}

/** Why something is true on an architecture, or null where it is not. */
export type ArchReason = (arch: ArchPlugin) => string | null;

/** The protocol with a bug put back. */
export interface Mutant<S> {
  /** What was changed, in a sentence. */
  readonly what: string;
  /** The invariant that must break. */
  readonly breaks: InvariantCode;
  /** Why it breaks, in a sentence. */
  readonly why: string;
  /** On these architectures it must hold; the text says why. */
  readonly unless?: ArchReason;
  /** On these architectures the mutant does not apply; the text says why. */
  readonly notApplicable?: ArchReason;
  /** Switches of the world to set, for instance a flush that interrupts nobody; those of the run win. */
  readonly params?: Params;
  /** Agents to replace. */
  readonly agents?: Readonly<Record<string, AgentSpec<S>>>;
  /** Operations and kernel functions to replace, by name. */
  readonly patch?: Patch;
  /** Replace them only where they are called from inside this function. */
  readonly within?: KernelName;
  /** Replace them only in the calls of these agents. */
  readonly only?: readonly string[];
}

/** What a scenario author writes. */
export interface ScenarioSpec<S> {
  /** `family/name`, stable. */
  readonly id: string;
  readonly title: string;
  /** Where the question comes from: thread, commit, manual. */
  readonly source: string;
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
  readonly needs?: readonly Capability[];
  /** Why the race does not exist on an architecture. */
  readonly notApplicable?: ArchReason;
  /** Build the state before the race: address space, folios, entries. */
  readonly setup: (w: World) => S;
  readonly agents: Readonly<Record<string, AgentSpec<S>>>;
  /** Checked when all agents have ended, besides the invariants. */
  readonly finally?: (w: World, s: S, view: StepView, faults: FaultSink) => void;
  readonly mutants: Readonly<Record<string, Mutant<S>>>;
}

/** A scenario with any setup type. */
// biome-ignore lint/suspicious/noExplicitAny: the setup type is private to each scenario
export type Scenario = ScenarioSpec<any>;

/** Check a scenario's form and freeze it; throws `RACEWALK_BAD_SCENARIO`. */
export function defineScenario<S>(spec: ScenarioSpec<S>): ScenarioSpec<S> {
  const reject = (message: string, expected: string): never => {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `scenario ${spec.id}: ${message}`, { expected });
  };
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(spec.id)) reject('bad id', 'family/name in lower case');
  if (Object.keys(spec.agents).length === 0) reject('no agents', 'at least one agent');
  if (Object.keys(spec.mutants).length === 0)
    reject('no mutant', 'at least one: a test that cannot fail says nothing');
  for (const [name, mutant] of Object.entries(spec.mutants)) {
    for (const agent of Object.keys(mutant.agents ?? {})) {
      if (!(agent in spec.agents))
        reject(`mutant ${name} replaces unknown agent ${agent}`, Object.keys(spec.agents).join(', '));
    }
    for (const agent of mutant.only ?? []) {
      if (!(agent in spec.agents))
        reject(`mutant ${name} is only for unknown agent ${agent}`, Object.keys(spec.agents).join(', '));
    }
    if (mutant.agents === undefined && mutant.patch === undefined && mutant.params === undefined)
      reject(`mutant ${name} changes nothing`, 'patch, agents or params');
    for (const key of Object.keys(mutant.params ?? {})) {
      if (key in spec.params)
        reject(`mutant ${name} sets ${key}, which the race itself sets`, 'another param');
    }
  }
  return Object.freeze(spec);
}
