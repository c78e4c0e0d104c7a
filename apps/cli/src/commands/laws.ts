/** `racewalk laws`: the plug-in itself, without races. */
import { conformance } from '@racewalk/conformance';
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { withArchs } from '../input/archs.js';
import { inOrder, memoryOption } from '../input/in-order.js';
import { list, wholeNumber } from '../input/options.js';
import { wrap } from '../render/numbers.js';
import { problemLines } from '../render/problem.js';
import { ARCHS } from './conformance.js';

interface LawsOptions {
  readonly arch?: readonly string[];
  readonly runs: number;
  readonly seed: number;
  readonly memory?: MemoryModelName;
}

/** A test of the suite, as it is registered. */
interface Registered {
  readonly title: string;
  /** Null if it does not apply. */
  readonly body: (() => void | Promise<void>) | null;
}

/** Factory, claims, `omits` and laws of one plug-in. */
function testsOf(plugin: ArchPlugin, laws: { readonly runs: number; readonly seed: number }): Registered[] {
  const tests: Registered[] = [];
  const groups: string[] = [];
  const add = (title: string, body: Registered['body']) => {
    tests.push({ title: [...groups.slice(1), title].join(' > '), body });
  };
  const runner = {
    describe(title: string, body: () => void) {
      groups.push(title);
      body();
      groups.pop();
    },
    it: add,
    skip: (title: string) => add(title, null),
  };
  conformance({ runner, plugin, laws, scenarios: null });
  return tests;
}

/** Lets signals have their turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Run the tests of one plug-in; returns how many fail. */
async function runLaws(context: Context, arch: ArchPlugin, options: LawsOptions): Promise<number> {
  const { io, colors } = context;
  const tests = testsOf(arch, { runs: options.runs, seed: options.seed });
  let failed = 0;
  for (const { title, body } of tests) {
    await turn();
    if (io.signal.aborted)
      throw new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', { hint: 'run the same command again' });
    try {
      await body?.();
    } catch (error) {
      failed++;
      const message = error instanceof Error ? error.message : String(error);
      const head = wrap(title, context.width, '  ').map(colors.bold);
      io.out(`${[...head, ...problemLines(message, context)].join('\n')}\n\n`);
    }
  }
  const idle = tests.filter(({ body }) => body === null).length;
  const parts = [`${tests.length - idle - failed} hold`];
  if (failed > 0) parts.push(colors.red(`${failed} FAIL`));
  if (idle > 0) parts.push(`${idle} not applicable`);
  io.out(`${arch.id}: ${tests.length} claims and laws: ${parts.join(', ')}\n`);
  return failed;
}

export function lawsCommand(program: Command, context: Context): void {
  const command = program
    .command('laws')
    .summary('check plug-ins themselves, without races')
    .description('Tries the claims of plug-ins, and the laws of every operation on arbitrary entries.')
    .option('--arch <names>', ARCHS, list)
    .option('--runs <n>', 'trials per law', wholeNumber('--runs', 1), 200)
    .option('--seed <n>', 'seed of the trials', wholeNumber('--seed', 0), 1);
  memoryOption(command).action(async (options: LawsOptions) => {
    const { context: known, ids } = await withArchs(context, options.arch ?? []);
    const own = inOrder(known, options.memory);
    const { archs } = own.bench.registry;
    const chosen = options.arch === undefined ? archs : ids.map((id) => own.bench.registry.arch(id));
    let failed = 0;
    for (const arch of chosen) failed += await runLaws(own, arch, options);
    context.status.exit = failed > 0 ? EXIT.UNEXPECTED : EXIT.OK;
  });
}
