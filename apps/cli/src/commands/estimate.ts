/** `racewalk estimate`: how much there is to explore, before it is explored. */
import type { MemoryModelName } from '@racewalk/core/step';
import type { Params } from '@racewalk/machine';
import type { Command } from 'commander';
import { checkParams } from '../cells.js';
import type { Context } from '../context.js';
import { withArchs } from '../input/archs.js';
import { budgetOption, paramOption } from '../input/bounds.js';
import { inOrder, memoryOption } from '../input/in-order.js';
import { type ScenariosOption, scenariosOption, withScenarios } from '../input/module.js';
import { list } from '../input/options.js';
import { estimatesOf, estimateText } from '../render/expected.js';
import { ARCHS } from './conformance.js';

interface EstimateOptions extends ScenariosOption {
  readonly arch?: string[];
  readonly variant: string;
  readonly budget: number;
  readonly param?: Params;
  readonly memory?: MemoryModelName;
}

/** Given to one size; most are counted exactly in less. */
const SECONDS = 3;

export function estimateCommand(program: Command, context: Context): void {
  const command = program
    .command('estimate')
    .summary('how many executions a race test has')
    .description(
      'Estimates how many executions an exhaustive search of a race test makes, and how long they are.',
    )
    .argument('<test>', 'id of a race test')
    .option('--arch <names>', ARCHS, list)
    .option('--variant <name>', 'upstream, linux, linux:RELEASE, or a mutant', 'upstream')
    .addOption(budgetOption('for the estimate of one size', SECONDS * 1_000));
  memoryOption(scenariosOption(paramOption(command))).action(
    async (test: string, options: EstimateOptions) => {
      const known = await withArchs(await withScenarios(context, options), options.arch ?? []);
      const { registry, suite } = inOrder(known.context, options.memory).bench;
      registry.scenario(test);
      const variant = registry.variant(options.variant, [test]);
      const archs = options.arch === undefined ? {} : { archs: known.ids };
      if (options.param !== undefined) checkParams(registry.scenario(test), options.param);
      const params = options.param === undefined ? {} : { params: options.param };
      for (const cell of suite.plan({ test, variant, ...archs, ...params }).cells) {
        const name = cell.arch.padEnd(20);
        if (cell.expected === 'not-applicable') {
          context.io.out(`${name}not applicable: ${cell.reason ?? ''}\n`);
          continue;
        }
        for (const [i, guess] of estimatesOf(cell, { ms: options.budget }).entries()) {
          const which = cell.sizes.length > 1 ? `, ${JSON.stringify(cell.sizes[i])}` : '';
          context.io.out(`${i === 0 ? name : ' '.repeat(20)}${estimateText(guess)}${which}\n`);
        }
      }
    },
  );
}
