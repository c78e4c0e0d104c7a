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
  type Reference,
  type Result,
  readTable,
  readTest,
  runTest,
} from '@racewalk/litmus';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { printError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { readText } from '../input/files.js';
import { oneOf, wholeNumber } from '../input/options.js';
import { expandFiles } from '../litmus/expand.js';
import { ARM_HARDWARE } from '../litmus/hardware.js';
import { type Row, rowText, sumText, verdictOf } from '../litmus/tally.js';

interface Options {
  readonly memory: Memory;
  readonly ets2: 'on' | 'off';
  readonly against?: string;
  readonly unroll: number;
  readonly most: number;
}

/** Run a file of any syntax. */
function run(context: Context, file: string, { memory, ets2, unroll, most }: Options): Result {
  const text = readText(context, file);
  const hardware = isaOf(text) === 'AArch64' ? ARM_HARDWARE : null;
  const test = readTest(text, file, hardware === null ? null : new Entries(hardware.layout));
  return runTest(test, { memory, ets2: ets2 === 'on', hardware, unroll, most });
}

/** One file against a reference. */
function compared(file: string, { test, states, bound }: Result, reference: Reference, ets2: boolean): Row {
  const theirs = reference.states(path.basename(file), test.name, ets2);
  const row = { file, name: test.name, states: states.length, bounded: bound !== null };
  if (!theirs) {
    return { ...row, comparison: null, note: theirs === null ? 'no states there' : 'not in the table' };
  }
  return { ...row, comparison: compare(states, theirs), note: bound };
}

const failed = (file: string, note: string): Row => ({
  file,
  name: path.basename(file, '.litmus'),
  states: 0,
  bounded: false,
  comparison: null,
  note,
});

/** All files; what one of them does not allow is said, and the others run. */
function runAll(context: Context, files: readonly string[], options: Options): void {
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
      const result = run(context, file, options);
      if (result.bound !== null && exit === EXIT.OK) exit = EXIT.BOUNDED;
      if (reference === null)
        io.out(herdText({ ...result, name: result.test.name, condition: result.test.condition }));
      else rows.push(compared(file, result, reference, options.ets2 === 'on'));
    } catch (error) {
      if (!(error instanceof RacewalkError) || error.code === 'RACEWALK_INTERNAL') throw error;
      exit = printError(error, io);
      rows.push(failed(file, 'outside'));
    }
  }
  if (reference !== null) {
    printRows(context, rows);
    const wrong = rows.some((row) => ['sound', 'unsound'].includes(verdictOf(row)));
    if (wrong && (exit === EXIT.OK || exit === EXIT.BOUNDED)) exit = EXIT.UNEXPECTED;
  }
  context.status.exit = exit;
}

/** What differs stands at the end, next to the sum. */
function printRows({ io }: Context, rows: readonly Row[]): void {
  const order = ['exact', 'none', 'bounded', 'sound', 'unsound'];
  const sorted = [...rows].sort((a, b) => order.indexOf(verdictOf(a)) - order.indexOf(verdictOf(b)));
  const sum = sumText(rows);
  io.out(`${sum}\n\n`);
  for (const row of sorted) {
    io.out(`${rowText(row)}\n`);
    for (const state of row.comparison?.missing ?? []) io.out(`           missing ${state}\n`);
    for (const state of row.comparison?.extra ?? []) io.out(`           extra   ${state}\n`);
  }
  io.out(`\n${sum}\n`);
}

export function litmusCommand(program: Command, context: Context): void {
  program
    .command('litmus')
    .summary('run litmus tests in the syntax of herd7')
    .description(
      'Prints every final state of AArch64 (with virtual memory) and RISC-V litmus tests, in the form of herd7.',
    )
    .argument('<files...>', 'tests, folders with tests, or patterns in quotes')
    .option('--memory <model>', 'sc, tso or weak', oneOf('memory model', MEMORIES), 'weak')
    .option('--ets2 <on|off>', 'FEAT_ETS2 of Arm: on or off', oneOf('value', ['on', 'off'] as const), 'on')
    .option('--against <table>', 'a JSON table of reference states: compare instead of print')
    .option('--unroll <n>', 'backward jumps of each thread', wholeNumber('--unroll', 0), 2)
    .option(
      '--states <n>',
      'states of threads at most, for each test',
      wholeNumber('--states', 1),
      20_000_000,
    )
    .action((files: string[], options: Omit<Options, 'most'> & { readonly states: number }) => {
      runAll(context, expandFiles(context, files), { ...options, most: options.states });
    });
}
