/** `racewalk list`: what there is. */
import { variantsOf } from '@racewalk/conformance';
import { INVARIANTS } from '@racewalk/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { oneOf } from '../input/options.js';
import { wrap } from '../render/numbers.js';

const KINDS = ['archs', 'tests', 'variants', 'invariants'] as const;
type Kind = (typeof KINDS)[number];

/** One thing of a list. */
interface Entry {
  readonly name: string;
  readonly says: string;
  /** Further facts, for `--json`. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const ENTRIES: Readonly<Record<Kind, (context: Context) => Entry[]>> = {
  archs: ({ bench }) =>
    bench.registry.archs.map(({ id, title, capabilities, memory, omits }) => ({
      name: id,
      says: `${title} (${memory}; ${capabilities.join(', ')})`,
      more: { capabilities, memory, omits },
    })),
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

export function listCommand(program: Command, context: Context): void {
  program
    .command('list')
    .summary('what there is: archs, tests, variants, invariants')
    .description('Prints all architectures, race tests, variants or invariants.')
    .argument('<what>', KINDS.join(', '), oneOf('list', KINDS))
    .option('--json', 'as JSON')
    .action((kind: Kind, options: { json?: boolean }) => {
      const entries = ENTRIES[kind](context);
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
