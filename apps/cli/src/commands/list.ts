/** `racewalk list`: what there is. */

import { type Bodies, hugeBodies, pmdBodies, pteBodies } from '@racewalk/conformance';
import {
  type ConformanceReport,
  globMatcher,
  type Host,
  type Plan,
  reportOf,
  variantsOf,
} from '@racewalk/conformance/matrix';
import { type ArchPlugin, CAPABILITIES, type Capability, INVARIANTS } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { withArchs } from '../input/archs.js';
import { type ScenariosOption, withOnlyScenarios } from '../input/module.js';
import { globs, list, oneOf } from '../input/options.js';
import { wrap } from '../render/numbers.js';
import { omissionEntries } from '../render/omissions.js';
import { ARCHS, TESTS } from './conformance.js';

const KINDS = ['archs', 'capabilities', 'ops', 'tests', 'variants', 'invariants', 'omits'] as const;
type Kind = (typeof KINDS)[number];

/** One thing of a list. */
interface Entry {
  readonly name: string;
  /** Lines, to be wrapped. */
  readonly says: string;
  /** Further facts, for `--json`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const counted = (what: string, ops: readonly string[]) =>
  `${ops.length} ${what}${ops.length === 0 ? '' : `: ${ops.join(', ')}`}`;

/** One set of operations in a sentence; `core` names the class of core that has bodies other than the generic ones. */
function bodiesText({ own, ready, generic }: Bodies, core: string): string {
  const parts = [counted('of its own', own)];
  if (ready.length > 0) parts.push(counted(`by ${core}`, ready));
  return [...parts, counted('generic', generic)].join('; ');
}

/** Which operations a plug-in brings itself, and which have a body of core. */
function operations(arch: ArchPlugin): Entry {
  const [ptes, hugePages, hugetlb] = [pteBodies(arch), pmdBodies(arch), hugeBodies(arch)];
  const { own, generic } = ptes;
  return {
    name: arch.id,
    says: [
      bodiesText(ptes, ''),
      `huge pages, pmdOps: ${bodiesText(hugePages, 'AtomicPmdOps')}`,
      `hugetlb pages, hugeOps: ${bodiesText(hugetlb, 'ContHugePteOps')}`,
    ].join('\n'),
    more: { own, generic, hugePages, hugetlb },
  };
}

const ENTRIES: Readonly<Record<Kind, (context: Context) => Entry[]>> = {
  archs: ({ bench }) =>
    bench.registry.archs.map(({ id, title, capabilities, memory, omits }) => ({
      name: id,
      says: `${title} (${memory}; ${capabilities.join(', ')})`,
      more: { capabilities, memory, omits },
    })),
  capabilities: ({ bench }) =>
    Object.entries(CAPABILITIES).map(([name, says]) => {
      const have = bench.registry.archs.filter((arch) => arch.has(name as Capability)).map(({ id }) => id);
      return { name, says: `${says} (${have.join(', ') || 'none'})`, more: { archs: have } };
    }),
  ops: ({ bench }) => bench.registry.archs.map(operations),
  tests: ({ bench }) =>
    bench.registry.scenarios.map(({ id, title, source, about, invariants }) => ({
      name: id,
      says: `${title} [${invariants.join(' ')}] (${source})`,
      more: { source, about, invariants },
    })),
  variants: ({ bench }) =>
    bench.registry.scenarios.flatMap((scenario) =>
      variantsOf(scenario, bench.registry.archs).map(({ name, what }) => {
        const linux = name === 'upstream' ? sameReleases(scenario) : [];
        const same = linux.length === 0 ? '' : `, and as Linux ${linux.join(', ')} does it`;
        return {
          name: `${scenario.id} ${name}`,
          says: what ?? `as it is meant to be${same}`,
          more: { test: scenario.id, variant: name, ...(linux.length === 0 ? {} : { linux }) },
        };
      }),
    ),
  omits: ({ bench, host }) => omissionEntries(emptyReport(bench.suite.plan(), host)),
  invariants: () => Object.entries(INVARIANTS).map(([name, says]) => ({ name, says })),
};

/** The report of a run in which nothing was run: it says what is not modelled. */
const emptyReport = (plan: Plan, host: Host): ConformanceReport =>
  reportOf({ plan, results: [], interrupted: false, ms: 0 }, host);

/** Releases of Linux after which a race is written. */
const sameReleases = ({ linux = {} }: Scenario): string[] =>
  Object.keys(linux).filter((release) => linux[release] === 'upstream');

/** Options of `list`. */
interface ListOptions extends ScenariosOption {
  readonly json?: boolean;
  readonly arch?: readonly string[];
  readonly test?: string;
}

/** The context with no other race tests than those that are meant. */
async function races(context: Context, { scenarios: file, test }: ListOptions): Promise<Context> {
  const known = file === undefined ? context : await withOnlyScenarios(context, file);
  if (test === undefined) return known;
  const { archs, scenarios } = known.bench.registry;
  const matches = globMatcher(test);
  return withParts(known, { archs, scenarios: scenarios.filter(({ id }) => matches(id)) });
}

/** The context with no other architectures than these. */
async function only(context: Context, names: readonly string[] | undefined): Promise<Context> {
  if (names === undefined) return context;
  const { context: own, ids } = await withArchs(context, names);
  const { registry } = own.bench;
  return withParts(own, { archs: ids.map((id) => registry.arch(id)), scenarios: registry.scenarios });
}

export function listCommand(program: Command, context: Context): void {
  program
    .command('list')
    .summary('what there is: archs, capabilities, ops, tests, variants, invariants, omits')
    .description(
      'Prints all architectures, their capabilities, the operations they bring, race tests, their variants, invariants, or what is not modelled.',
    )
    .argument('<what>', KINDS.join(', '), oneOf('list', KINDS))
    .option('--arch <names>', ARCHS, list)
    .option('--test <glob>', TESTS, globs)
    .option('--scenarios <file>', 'the race tests of a module, as for check')
    .option('--json', 'as JSON')
    .action(async (kind: Kind, options: ListOptions) => {
      const entries = ENTRIES[kind](await only(await races(context, options), options.arch));
      if (options.json) {
        const plain = entries.map(({ name, says, more }) => ({ name, says, ...more }));
        context.raw(`${JSON.stringify(plain, null, 1)}\n`);
        return;
      }
      const longest = Math.min(48, Math.max(...entries.map((e) => e.name.length)));
      const margin = ' '.repeat(longest + 2);
      for (const { name, says } of entries) {
        const width = Math.max(30, context.width - margin.length);
        const [first = '', ...rest] = says.split('\n').flatMap((line) => wrap(line, width));
        const head = name.length > longest ? `${name}\n${margin}` : `${name.padEnd(longest)}  `;
        context.io.out(`${[head + first, ...rest.map((line) => margin + line)].join('\n')}\n`);
      }
    });
}
