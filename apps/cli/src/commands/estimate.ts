/** `racewalk estimate`: how much there is to explore, before it is explored. */
import { buildScenario } from '@racewalk/core';
import { estimate } from '@racewalk/explorer';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { withArchs } from '../input/archs.js';
import { type ScenariosOption, scenariosOption, withScenarios } from '../input/module.js';
import { list } from '../input/options.js';
import { grouped } from '../render/numbers.js';
import { ARCHS } from './conformance.js';

interface EstimateOptions extends ScenariosOption {
  readonly arch?: string[];
  readonly variant: string;
}

export function estimateCommand(program: Command, context: Context): void {
  const command = program
    .command('estimate')
    .summary('how many executions a race test has')
    .description('Probes a race test at random and prints how many executions an exhaustive search makes.')
    .argument('<test>', 'id of a race test')
    .option('--arch <names>', ARCHS, list)
    .option('--variant <name>', 'upstream, or a mutant', 'upstream');
  scenariosOption(command).action(async (test: string, options: EstimateOptions) => {
    const known = await withArchs(await withScenarios(context, options), options.arch ?? []);
    const { registry, suite } = known.context.bench;
    registry.scenario(test);
    const variant = registry.variant(options.variant, [test]);
    const archs = options.arch === undefined ? {} : { archs: known.ids };
    for (const cell of suite.plan({ test, variant, ...archs }).cells) {
      const name = cell.arch.padEnd(20);
      if (cell.expected === 'not-applicable') {
        context.io.out(`${name}not applicable: ${cell.reason ?? ''}\n`);
        continue;
      }
      for (const [i, size] of cell.sizes.entries()) {
        const { program: built } = buildScenario(cell.scenario, cell.plugin, variant, size);
        const { mean, sd, steps, samples } = estimate(built);
        const numbers = `${grouped(mean)} ± ${grouped(sd)} executions of ${grouped(steps)} steps`;
        const which = cell.sizes.length > 1 ? `, ${JSON.stringify(size)}` : '';
        context.io.out(`${i === 0 ? name : ' '.repeat(20)}${numbers} (${grouped(samples)} probes${which})\n`);
      }
    }
  });
}
