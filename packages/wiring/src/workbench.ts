/**
 * The container. Everything is registered under explicit tokens and made by factories: an interface has
 * no run-time type that could be injected, and nothing hot carries a decorator.
 */
import 'reflect-metadata';
import {
  type Plan,
  type PlanFilter,
  plan,
  runSuite,
  type SuiteOptions,
  type SuiteResult,
} from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { container, type DependencyContainer } from 'tsyringe';
import { Registry } from './registry.js';
import { TOKENS } from './tokens.js';

/** What goes into a workbench. */
export interface Parts {
  readonly archs: readonly ArchPlugin[];
  readonly scenarios: readonly Scenario[];
}

/** Runs parts of the matrix of one workbench. */
export interface Suite {
  /** The cells to run. Names in the filter must be known. */
  plan(filter?: PlanFilter): Plan;
  /** Run every cell of a plan. */
  run(plan: Plan, options?: SuiteOptions): Promise<SuiteResult>;
}

/** Plug-ins, scenarios and what runs them, wired together. */
export interface Workbench {
  readonly registry: Registry;
  readonly suite: Suite;
}

/** Register both kinds in a container; each may be registered several times. */
function register(into: DependencyContainer, { archs, scenarios }: Parts): void {
  for (const useValue of archs) into.register(TOKENS.arch, { useValue });
  for (const useValue of scenarios) into.register(TOKENS.scenario, { useValue });
}

const all = <T>(from: DependencyContainer, token: symbol): T[] =>
  from.isRegistered(token) ? from.resolveAll<T>(token) : [];

/** A registry of the parts, and checked filters. */
function makeSuite(registry: Registry): Suite {
  return {
    plan(filter = {}) {
      for (const id of filter.archs ?? []) registry.arch(id);
      const tests =
        filter.test === undefined ? registry.scenarios.map((s) => s.id) : registry.matching(filter.test);
      const group = ['all', 'upstream', 'mutants', 'linux', undefined].includes(filter.variant);
      const variant = group ? filter.variant : registry.variant(filter.variant ?? '', tests);
      return plan(registry.archs, registry.scenarios, {
        ...filter,
        ...(variant === undefined ? {} : { variant }),
      });
    },
    run: (cells, options) => runSuite(cells, options),
  };
}

/**
 * Wire parts together, in a child container of their own: two workbenches share nothing, and the global
 * container is never written to.
 */
export function createWorkbench(parts: Parts): Workbench {
  const child = container.createChildContainer();
  register(child, parts);
  child.register(TOKENS.registry, {
    useFactory: (c) => new Registry(all<ArchPlugin>(c, TOKENS.arch), all<Scenario>(c, TOKENS.scenario)),
  });
  child.register(TOKENS.suite, { useFactory: (c) => makeSuite(c.resolve<Registry>(TOKENS.registry)) });
  return {
    registry: child.resolve<Registry>(TOKENS.registry),
    suite: child.resolve<Suite>(TOKENS.suite),
  };
}
