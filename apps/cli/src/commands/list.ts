/** `racewalk list`: what there is. */
import { variantsOf } from '@racewalk/conformance';
import {
  type ArchPlugin,
  entriesOf,
  INVARIANTS,
  Machine,
  overriddenOps,
  PTE_OPS,
  World,
} from '@racewalk/core';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { withArchs } from '../input/archs.js';
import { list, oneOf } from '../input/options.js';
import { wrap } from '../render/numbers.js';
import { ARCHS } from './conformance.js';

const KINDS = ['archs', 'ops', 'tests', 'variants', 'invariants'] as const;
type Kind = (typeof KINDS)[number];

/** One thing of a list. */
interface Entry {
  readonly name: string;
  readonly says: string;
  /** Further facts, for `--json`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Which operations a plug-in brings itself, and which have their generic body. */
function operations(arch: ArchPlugin): Entry {
  const world = new World(arch, {}, [1], []);
  const own = overriddenOps(new Machine(world, 0, entriesOf(world)).pte);
  const generic = PTE_OPS.filter((op) => !own.includes(op));
  const counted = (what: string, ops: readonly string[]) =>
    `${ops.length} ${what}${ops.length === 0 ? '' : `: ${ops.join(', ')}`}`;
  return {
    name: arch.id,
    says: `${counted('of its own', own)}; ${counted('generic', generic)}`,
    more: { own, generic },
  };
}

const ENTRIES: Readonly<Record<Kind, (context: Context) => Entry[]>> = {
  archs: ({ bench }) =>
    bench.registry.archs.map(({ id, title, capabilities, memory, omits }) => ({
      name: id,
      says: `${title} (${memory}; ${capabilities.join(', ')})`,
      more: { capabilities, memory, omits },
    })),
  ops: ({ bench }) => bench.registry.archs.map(operations),
  tests: ({ bench }) =>
    bench.registry.scenarios.map(({ id, title, source, about, invariants }) => ({
      name: id,
      says: `${title} [${invariants.join(' ')}] (${source})`,
      more: { source, about, invariants },
    })),
  variants: ({ bench }) =>
    bench.registry.scenarios.flatMap((scenario) =>
      variantsOf(scenario, bench.registry.archs).map(({ name, what }) => ({
        name: `${scenario.id} ${name}`,
        says: what ?? 'as it is meant to be',
        more: { test: scenario.id, variant: name },
      })),
    ),
  invariants: () => Object.entries(INVARIANTS).map(([name, says]) => ({ name, says })),
};

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
    .summary('what there is: archs, ops, tests, variants, invariants')
    .description(
      'Prints all architectures, the operations they bring, race tests, their variants, or invariants.',
    )
    .argument('<what>', KINDS.join(', '), oneOf('list', KINDS))
    .option('--arch <names>', ARCHS, list)
    .option('--json', 'as JSON')
    .action(async (kind: Kind, options: { json?: boolean; arch?: readonly string[] }) => {
      const entries = ENTRIES[kind](await only(context, options.arch));
      if (options.json) {
        const plain = entries.map(({ name, says, more }) => ({ name, says, ...more }));
        context.io.out(`${JSON.stringify(plain, null, 1)}\n`);
        return;
      }
      const longest = Math.min(48, Math.max(...entries.map((e) => e.name.length)));
      const margin = ' '.repeat(longest + 2);
      for (const { name, says } of entries) {
        const [first = '', ...rest] = wrap(says, Math.max(30, context.width - margin.length));
        const head = name.length > longest ? `${name}\n${margin}` : `${name.padEnd(longest)}  `;
        context.io.out(`${[head + first, ...rest.map((line) => margin + line)].join('\n')}\n`);
      }
    });
}
