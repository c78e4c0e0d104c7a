/** `racewalk litmus`: litmus tests in the syntax of herd7. */
import path from 'node:path';
import { RacewalkError } from '@racewalk/core';
import {
  compare,
  Entries,
  herdText,
  isaOf,
  MEMORIES,
  type Memory,
  type Printed,
  type Reference,
  readTable,
  readTest,
  runTest,
} from '@racewalk/litmus';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { printError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArch } from '../input/archs.js';
import { readText } from '../input/files.js';
import { oneOf, wholeNumber } from '../input/options.js';
import { expandFiles } from '../litmus/expand.js';
import { ARM_HARDWARE } from '../litmus/hardware.js';
import { isKernelC, runKernelC } from '../litmus/kernel-c.js';
import { type Row, rowText, sumText, verdictOf } from '../litmus/tally.js';

interface Options {
  readonly memory?: Memory;
  readonly arch: string;
  readonly ets2: 'on' | 'off';
  readonly against?: string;
  readonly unroll: number;
  readonly most: number;
}

/** What came of a file, whatever its syntax. */
interface Ran extends Printed {
  /** Ours must lie within the reference; in other syntaxes they must be equal. */
  readonly within: boolean;
}

/** Run a file of any syntax. */
async function run(context: Context, file: string, options: Options): Promise<Ran> {
  const { memory, ets2, unroll, most, arch } = options;
  const text = readText(context, file);
  if (isKernelC(text)) {
    const { context: own, id } = await withArch(context, arch);
    const result = await runKernelC(text, file, own.bench.registry.arch(id), memory ?? null);
    return { ...result, within: true };
  }
  const hardware = isaOf(text) === 'AArch64' ? ARM_HARDWARE : null;
  const test = readTest(text, file, hardware === null ? null : new Entries(hardware.layout));
  const result = runTest(test, { memory: memory ?? 'weak', ets2: ets2 === 'on', hardware, unroll, most });
  return { ...result, name: test.name, condition: test.condition, within: false };
}

/** One file against a reference. */
function compared(file: string, ran: Ran, reference: Reference, ets2: boolean): Row {
  const { name, states, bound, within } = ran;
  const theirs = reference.states(path.basename(file), name, ets2);
  const row = { name, bounded: bound !== null, within };
  if (!theirs) {
    return { ...row, comparison: null, note: theirs === null ? 'no states there' : 'not in the table' };
  }
  return { ...row, comparison: compare(states, theirs), note: bound };
}

const failed = (file: string, note: string): Row => ({
  name: path.basename(file, '.litmus'),
  bounded: false,
  within: false,
  comparison: null,
  note,
});

/** All files; what one of them does not allow is said, and the others run. */
async function runAll(context: Context, files: readonly string[], options: Options): Promise<void> {
  const { io } = context;
  const reference =
    options.against === undefined ? null : readTable(readText(context, options.against), options.against);
  const rows: Row[] = [];
  let exit: number = EXIT.OK;
  for (const file of files) {
    if (io.signal.aborted) {
      exit = EXIT.INTERRUPTED;
      break;
    }
    try {
      const result = await run(context, file, options);
      if (result.bound !== null && exit === EXIT.OK) exit = EXIT.BOUNDED;
      if (reference === null) io.out(herdText(result));
      else rows.push(compared(file, result, reference, options.ets2 === 'on'));
    } catch (error) {
      if (!(error instanceof RacewalkError) || error.code === 'RACEWALK_INTERNAL') throw error;
      exit = printError(error, io);
      rows.push(failed(file, 'outside'));
    }
  }
  if (reference !== null) {
    printRows(context, rows);
    const wrong = rows.some((row) => ['sound', 'unsound', 'beyond'].includes(verdictOf(row)));
    if (wrong && (exit === EXIT.OK || exit === EXIT.BOUNDED)) exit = EXIT.UNEXPECTED;
  }
  context.status.exit = exit;
}

/** What differs stands at the end, next to the sum. */
function printRows({ io }: Context, rows: readonly Row[]): void {
  const order = ['exact', 'within', 'none', 'bounded', 'sound', 'beyond', 'unsound'];
  const sorted = [...rows].sort((a, b) => order.indexOf(verdictOf(a)) - order.indexOf(verdictOf(b)));
  const sum = sumText(rows);
  io.out(`${sum}\n\n`);
  for (const row of sorted) {
    io.out(`${rowText(row)}\n`);
    for (const state of row.within ? [] : (row.comparison?.missing ?? []))
      io.out(`           missing ${state}\n`);
    for (const state of row.comparison?.extra ?? []) io.out(`           extra   ${state}\n`);
  }
  io.out(`\n${sum}\n`);
}

export function litmusCommand(program: Command, context: Context): void {
  program
    .command('litmus')
    .summary('run litmus tests in the syntax of herd7')
    .description(
      'Prints every final state of litmus tests (AArch64 with virtual memory, RISC-V, kernel C) in the form of herd7.',
    )
    .argument('<files...>', 'tests, folders with tests, or patterns in quotes')
    .option(
      '--memory <model>',
      'sc, tso or weak; default weak, in C as the plug-in says',
      oneOf('memory model', MEMORIES),
    )
    .option('--arch <name>', 'in C: the plug-in', 'arm64-contpte')
    .option('--ets2 <on|off>', 'FEAT_ETS2 of Arm: on or off', oneOf('value', ['on', 'off'] as const), 'on')
    .option('--against <table>', 'a JSON table of reference states: compare instead of print')
    .option('--unroll <n>', 'rounds of a loop in which a thread stores', wholeNumber('--unroll', 0), 2)
    .option(
      '--states <n>',
      'states of threads at most, for each test',
      wholeNumber('--states', 1),
      20_000_000,
    )
    .action(async (files: string[], options: Omit<Options, 'most'> & { readonly states: number }) => {
      await runAll(context, expandFiles(context, files), { ...options, most: options.states });
    });
}
