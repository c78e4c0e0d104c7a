/**
 * Builds the program to explore from a race, an architecture and a variant.
 */
import { type ArchPlugin, type OpsPatch, type OverrideMutant, RacewalkError } from '@racewalk/core';
import type { Program, Step } from '@racewalk/core/step';
import type { FunctionTable } from '../agent/binder.js';
import { Machine } from '../agent/machine.js';
import { handler, interruptible } from '../cpu/handlers.js';
import { checkScheduled, runningOn, whileRunning } from '../cpu/running.js';
import { takesTurns } from '../cpu/turns.js';
import { entriesOf } from '../entries/halves.js';
import { MemoryView } from '../observers/view.js';
import { contextText } from '../world/contexts.js';
import type { Params } from '../world/spec.js';
import { World } from '../world/world.js';
import { checkInvariants } from './check-invariants.js';
import { checkPatch } from './check-patch.js';
import { linuxOps, linuxReleases, names, outcomeOn } from './linux.js';
import type { Scenario } from './scenario.js';
import type { AgentSpec, Change } from './variant.js';
import { inOrderOf } from './with-memory.js';

/** `upstream`, `linux:RELEASE`, `mutant:NAME` or `holds:NAME`. */
export type VariantName = string;

/** The plug-in's own mutants that this test must catch. */
export function overrideMutants(scenario: Scenario, arch: ArchPlugin): readonly OverrideMutant[] {
  return (arch.mutants ?? []).filter((mutant) => names(mutant.tests, scenario.id));
}

/** Why a scenario does not exist on an architecture, or null. */
export function notApplicable(scenario: Scenario, arch: ArchPlugin): string | null {
  const missing = (scenario.needs ?? []).filter((c) => !arch.has(c));
  if (missing.length > 0) return `needs ${missing.join(' and ')}, which ${arch.id} does not have`;
  return scenario.notApplicable?.(arch) ?? null;
}

/** A program together with the world it was built from. */
export interface BuiltScenario {
  readonly program: Program;
  readonly world: World;
  readonly agents: readonly { readonly name: string; readonly spec: AgentSpec<unknown> }[];
}

/** Build one variant; throws `RACEWALK_UNKNOWN_VARIANT`. */
export function buildScenario(
  scenario: Scenario,
  given: ArchPlugin,
  variant: VariantName = 'upstream',
  params: Params = {},
): BuiltScenario {
  const arch = inOrderOf(scenario, given);
  const changes = variantOf(scenario, arch, variant);
  const { agents: replaced, patch, params: switches, ops } = changes;
  const agents = Object.entries({ ...scenario.agents, ...replaced }).map(([name, spec]) => ({ name, spec }));
  const values: Params = { ...scenario.params, ...switches, ...params };
  const applies = (at: Params = {}) => Object.entries(at).every(([name, value]) => values[name] === value);
  const less = (scenario.less ?? []).filter((l) => applies(l.at)).map((l) => l.hardware);
  const hasTlb = ({ spec }: (typeof agents)[number]) =>
    spec.role === 'user' || (spec.role === 'kernel' && !less.includes('kernelTlbs'));
  const accesses = (spec: AgentSpec<unknown>) => spec.role === 'user' || spec.uaccess === true;
  const cpus = [...new Set(agents.filter(hasTlb).map((a) => a.spec.cpu))];
  const world = new World(arch, values, cpus, scenario.invariants, {
    less,
    quiet: cpus.filter((cpu) => !agents.some(({ spec }) => spec.cpu === cpu && accesses(spec))),
  });
  // A device takes no interrupts and has no store buffer.
  for (const { name, spec } of agents) world.contexts.place(name, spec.role === 'device' ? null : spec.cpu);
  for (const { spec } of agents) if (spec.handles !== undefined) world.contexts.handlersOn(spec.cpu);
  const state: unknown = scenario.setup(world);
  if (ops !== undefined) world.binder.replace(ops as FunctionTable);
  if (patch !== undefined)
    world.binder.replace(patch as FunctionTable, { within: changes.within, agents: changes.only });
  checkPatch(world, `${scenario.id} ${variant}`);
  world.seal();
  checkInvariants(scenario, world);
  const kernel = agents.filter(({ spec }) => spec.role !== 'device');
  checkScheduled(world.contexts.scheduled, (cpu) => kernel.filter(({ spec }) => spec.cpu === cpu).length);
  const entries = entriesOf(world);
  const threads = agents.map(({ name, spec }, t): Program['threads'][number] => ({
    name,
    title: `${name} (cpu${spec.cpu}${spec.note === undefined ? '' : `, ${spec.note}`})`,
    body: () => bodyOf(spec, new Machine(world, spec.cpu, entries, name), state, t),
    interruptible: spec.role !== 'device',
    ...(spec.daemon === undefined ? {} : { daemon: spec.daemon }),
  }));
  const view = new MemoryView();
  const program: Program = {
    name: `${scenario.id} on ${arch.id}, ${variant}`,
    cells: world.cells.cells,
    locks: world.cells.locks,
    threads,
    memory: arch.memory,
    final(mem, base, faults) {
      view.at(mem, base);
      for (const lock of world.cells.locks) {
        if (view.get(lock) !== 0)
          faults.fail('LIVE', `${world.cells.cells[lock]?.name} is still held at the end`);
      }
      for (const cpu of world.contexts.cpus) {
        const left = view.get(world.contexts.cell(cpu));
        if (left !== 0) faults.fail('LIVE', `cpu${cpu} is left with ${contextText(left)}`);
      }
      for (const o of world.observers) o.end?.(view, faults);
      scenario.finally?.(world, state, view, faults);
    },
  };
  return { program, world, agents };
}

/** The code of an agent; where a race follows who runs on its CPU, from when it gets the CPU. */
function bodyOf(spec: AgentSpec<unknown>, m: Machine, state: unknown, thread: number): Step<void> {
  if (spec.role === 'device') return spec.run(m, state);
  const others = m.arch.memory === 'tso' ? m.world.contexts.threadsOn(m.cpu).filter((t) => t !== thread) : [];
  const run = () => settled(m, spec.run(m, state));
  const { handles } = spec;
  if (handles !== undefined) return handler(m, thread, { handles, raised: spec.raised?.(state) ?? -1, run });
  const running = runningOn(m) < 0 ? run() : whileRunning(m, run);
  const body = m.world.contexts.handled.includes(m.cpu) ? interruptible(m, thread, running) : running;
  return others.length === 0 ? body : takesTurns(others, body);
}

/** What an agent was told of entries when it ends, it goes away with. */
function settled(m: Machine, body: Step<void>): Step<void> {
  const { settle } = m.calls;
  return settle === null
    ? body
    : (function* (): Step<void> {
        yield* body;
        yield* settle();
      })();
}

interface Changes extends Change<unknown> {
  /** Bodies of the plug-in that change besides. */
  readonly ops?: OpsPatch | undefined;
}

function variantOf(scenario: Scenario, arch: ArchPlugin, variant: VariantName): Changes {
  if (variant === 'upstream') return {};
  const [kind, name = ''] = variant.split(/:(.*)/);
  if (kind === 'linux') {
    const own = scenario.linux?.[name];
    const ops = linuxOps(arch, name);
    if (own !== undefined || outcomeOn(scenario, arch, name) !== null)
      return { ...(own === 'upstream' ? {} : own), ops: ops?.patch };
  }
  if (kind === 'mutant') {
    const mutant = scenario.mutants[name];
    if (mutant !== undefined) return mutant;
    const override = overrideMutants(scenario, arch).find((o) => o.name === name);
    if (override !== undefined) return { ops: override.patch };
  }
  const control = kind === 'holds' ? scenario.holds?.[name] : undefined;
  if (control !== undefined) return control;
  const controls = Object.keys(scenario.holds ?? {}).map((k) => `holds:${k}`);
  const mutants = [...Object.keys(scenario.mutants), ...overrideMutants(scenario, arch).map((o) => o.name)];
  const releases = linuxReleases(scenario, [arch]).map((release) => `linux:${release}`);
  throw new RacewalkError(
    'RACEWALK_UNKNOWN_VARIANT',
    `${scenario.id} has no variant ${variant} on ${arch.id}`,
    {
      expected: ['upstream', ...releases, ...mutants.map((k) => `mutant:${k}`), ...controls].join(', '),
    },
  );
}
