/**
 * Every form in which a plug-in flushes, and what becomes of the suite when that form forgets a CPU. Which forms there are is
 * heard from the plug-in itself: the function that empties TLBs, and the operation on entries that asks for it, if one does.
 */
import {
  type ArchPlugin,
  defineArch,
  HUGE_PTE_OPS,
  kernelName,
  PMD_ONLY_OPS,
  PMD_OPS,
  PTE_OPS,
} from '@racewalk/core';
import { explore } from '@racewalk/explorer';
import { type AgentSpec, buildScenario, notApplicable, type Scenario, UserCpu } from '@racewalk/machine';

/** Whom a flush forgets: the CPU that makes it, or the first of two others or more. */
export type Forgets = 'own' | 'second';
export const FORGETS: readonly Forgets[] = ['own', 'second'];

/** Executions that one race may take to show what is forgotten. */
const ENOUGH = 2000;
/** A CPU on which no race has an agent. */
const THIRD = 29;

const OPERATIONS: ReadonlySet<string> = new Set([...PTE_OPS, ...PMD_OPS, ...PMD_ONLY_OPS, ...HUGE_PTE_OPS]);

/** The operation on entries that flushes, if one does, and the function it flushes by. */
function formOf(running: readonly string[]): string {
  const operation = running.findLast((name) => OPERATIONS.has(name));
  return [operation, running.at(-1)]
    .flatMap((name) => (name === undefined ? [] : kernelName(name)))
    .join(': ');
}

/** The CPUs that are left. */
function left(forgets: Forgets, cpu: number, cpus: readonly number[]): readonly number[] {
  if (forgets === 'own') return cpus.filter((c) => c !== cpu);
  const others = cpus.filter((c) => c !== cpu);
  return others.length < 2 ? cpus : cpus.filter((c) => c !== others[0]);
}

/** The plug-in, but this form forgets a CPU. */
const forgetful = (arch: ArchPlugin, form: string, forgets: Forgets): ArchPlugin =>
  defineArch({
    ...arch,
    flushTargets: (cpu, cpus, running) => (formOf(running) === form ? left(forgets, cpu, cpus) : cpus),
  });

/** A form in one race: who flushes, and whether there is a CPU to forget. */
interface Use {
  readonly race: Scenario;
  readonly cpu: number;
  readonly able: ReadonlySet<Forgets>;
}

function usesIn(arch: ArchPlugin, race: Scenario, uses: Map<string, Use[]>): void {
  const heard = new Map<string, { cpu: number; able: Set<Forgets> }>();
  const listens = defineArch({
    ...arch,
    flushTargets(cpu, cpus, running) {
      const form = formOf(running);
      const known = heard.get(form) ?? { cpu, able: new Set<Forgets>() };
      heard.set(form, known);
      for (const forgets of FORGETS)
        if (left(forgets, cpu, cpus).length < cpus.length) known.able.add(forgets);
      return cpus;
    },
  });
  for (const params of [{}, ...(race.sizes ?? [])]) {
    explore(buildScenario(race, listens, 'upstream', params).program, {
      bounds: { executions: 30 },
      checkDeterminism: false,
    });
  }
  for (const [form, use] of heard) uses.set(form, [...(uses.get(form) ?? []), { race, ...use }]);
}

/** User code of the first area, on one more CPU or on that of the flush. */
const bystander = (cpu: number, stores: boolean): AgentSpec<unknown> => ({
  cpu,
  role: 'user',
  *run(m) {
    const [vma] = m.world.vmas;
    if (vma === undefined) return;
    const user = new UserCpu(m, vma, stores ? {} : { faults: false });
    yield* user.load(0);
    if (stores) yield* user.store(0);
  },
});

/** The race with user code on the CPU in question. */
const watched = ({ race, cpu }: Use, forgets: Forgets, stores: boolean): Scenario => ({
  ...race,
  agents: { ...race.agents, bystander: bystander(forgets === 'own' ? cpu : THIRD, stores) },
});

/** The invariant that breaks in a few executions, or null. */
function breaks(race: Scenario, arch: ArchPlugin): string | null {
  for (const params of [{}, ...(race.sizes ?? [])]) {
    try {
      const report = explore(buildScenario(race, arch, 'upstream', params).program, {
        bounds: { executions: ENOUGH },
        checkDeterminism: false,
      });
      if (report.verdict === 'counterexample') return report.counterexample.code;
    } catch {
      // With one agent more it is no race.
    }
  }
  return null;
}

/** What shows that a form forgets: race and invariant. */
export interface Shown {
  readonly form: string;
  readonly forgets: Forgets;
  /** `race: INVARIANT`, or null if no race shows it; `+` where user code was added to the race. */
  readonly by: string | null;
}

function shown(arch: ArchPlugin, form: string, forgets: Forgets, uses: readonly Use[]): string | null {
  const broken = forgetful(arch, form, forgets);
  for (const { race, able } of uses) {
    const code = able.has(forgets) ? breaks(race, broken) : null;
    if (code !== null) return `${race.id}: ${code}`;
  }
  for (const use of uses) {
    for (const stores of [false, true]) {
      const more = watched(use, forgets, stores);
      const code = breaks(more, broken);
      if (code !== null && code !== 'THROW' && breaks(more, arch) === null)
        return `${use.race.id} +: ${code}`;
    }
  }
  return null;
}

/** For each form of a plug-in, the first race that fails when it forgets a CPU. */
export function whatShows(arch: ArchPlugin, races: readonly Scenario[]): Shown[] {
  const uses = new Map<string, Use[]>();
  for (const race of races) if (notApplicable(race, arch) === null) usesIn(arch, race, uses);
  return [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([form, where]) =>
      FORGETS.map((forgets) => ({ form, forgets, by: shown(arch, form, forgets, where) })),
    );
}
