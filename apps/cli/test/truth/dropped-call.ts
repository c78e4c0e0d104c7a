/** A call that is left out of a function of the kernel, in a small race that then breaks. */
import type { ArchPlugin, InvariantCode } from '@racewalk/core';
import {
  type AgentSpec,
  type KernelName,
  nothing,
  type Patch,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';

/** A call of one function of the kernel from another. */
export interface Dropped {
  readonly caller: KernelName;
  readonly callee: string;
  readonly race: Scenario;
  /** What breaks without the call; `holds` where the hardware needs none. */
  readonly expected: (arch: ArchPlugin) => string;
}

interface DroppedSpec<S> {
  readonly caller: KernelName;
  /** The calls: more than one where they make no sense alone. */
  readonly callees: readonly KernelName[];
  readonly breaks: InvariantCode;
  readonly params?: Scenario['params'];
  readonly setup: (w: World) => S;
  readonly agents: Readonly<Record<string, AgentSpec<S>>>;
  readonly unless?: (arch: ArchPlugin) => boolean;
}

export function dropped<S>(spec: DroppedSpec<S>): Dropped {
  const { caller, callees, breaks, params = { block: 1 }, setup, agents, unless } = spec;
  const callee = callees.join(', ');
  const race = defineScenario<S>({
    id: `dropped/${`${caller}-${callees[0]}`.toLowerCase().replace(/[^a-z-]/g, '')}`,
    title: `${caller} without ${callee}`,
    source: 'own',
    about: '',
    invariants: [breaks],
    params,
    setup,
    agents,
    mutants: {
      dropped: {
        what: `no ${callee}`,
        breaks,
        why: '',
        within: caller,
        patch: Object.fromEntries(callees.map((name) => [name, nothing])) as Patch,
      },
    },
  });
  return { caller, callee, race, expected: (arch) => (unless?.(arch) === true ? 'holds' : breaks) };
}
