/** Races in C. */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import { type CRace, loadC, type RaceOptions, readRace } from '@racewalk/kernel-c';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { framedAt } from './code-frame.js';
import { readText } from './files.js';
import { list, oneOf } from './options.js';

/** Whether a file is read as C. */
export const isC = (file: string): boolean => /\.(?:c|h|litmus)$/.test(file);

/** Larger files than this are no races. */
const LARGEST = 1_000_000;

/** Read a race; throws with file, line and column. */
export async function loadRace(context: Context, file: string, options: RaceOptions = {}): Promise<CRace> {
  const text = readText(context, file);
  if (text.includes('\0')) throw noRace(file, 'is binary', 'give a text in C');
  if (text.length > LARGEST) throw noRace(file, 'is larger than 1 MB', 'give the race alone');
  if (text.trim() === '') throw noRace(file, 'is empty', 'write a race: see docs/kernel-c.md');
  await loadC();
  try {
    return readRace(text, file, options);
  } catch (error) {
    throw framedAt(error, file, text);
  }
}

const noRace = (file: string, what: string, hint: string): RacewalkError =>
  new RacewalkError('RACEWALK_C', `${file} ${what}`, { hint });

/** `P0 threw RACEWALK_C_RUN: x.c:9:2: … (what to do)`, and perhaps where in Racewalk that was. */
const THREW = /^(\w+) threw (RACEWALK_C\w*): (.*?) \((.*?)\)(?: \(\S+:\d+:\d+\))?$/s;

/** Throws what a race cannot be run for, where no plug-in got through one execution of it: a mistake in the text. */
export function refuseUnrunnable(file: string, text: string, { cells }: ConformanceReport): void {
  const upstream = cells.filter(
    ({ variant, verdict }) => variant === 'upstream' && verdict !== 'not-applicable',
  );
  const threw = upstream.map(({ verdict, executions, reason }) =>
    verdict === 'error' && executions === 0 ? THREW.exec(reason ?? '') : null,
  );
  const [first] = threw;
  if (first === undefined || first === null || threw.includes(null)) return;
  const [, agent, code, message, hint] = first;
  const error = new RacewalkError(code as 'RACEWALK_C', `${message} (in ${agent})`, { hint: hint ?? '' });
  throw framedAt(error, file, text);
}

/** How C is read, as options say it. */
export interface COptions {
  readonly config?: readonly string[];
  readonly define?: readonly string[];
  readonly plain?: 'repeat' | 'once';
}

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds the options that say how C is read. */
export const cOptions = (command: Command): Command =>
  command
    .option('--config <symbols>', 'in C: CONFIG symbols that are on, with commas between them', list)
    .option(
      '--define <name=text>',
      'in C: a word that stands for a text, or for nothing; may be given several times',
      several,
    )
    .option(
      '--plain <how>',
      'in C: whether a compiler may repeat a plain load: repeat or once',
      oneOf('value', ['repeat', 'once'] as const),
      'repeat',
    );

/** The same for the reader. */
export const raceOptions = ({ config = [], define = [], plain = 'repeat' }: COptions): RaceOptions => ({
  config,
  define,
  repeat: plain === 'repeat',
});

/** The context whose traces show the lines of a race. */
export function withLines(context: Context, file: string, { assumed, lines }: CRace): Context {
  const code = (of: string, line: number): string | undefined => (of === file ? lines[line - 1] : undefined);
  return { ...context, assumed, print: { ...context.print, code, named: file, text: lines.join('\n') } };
}

/** The context with a race in C and no others; traces show its lines. */
export async function withRace(context: Context, file: string, options: RaceOptions = {}): Promise<Context> {
  const race = await loadRace(context, file, options);
  const { scenario } = race;
  const own = withParts(context, { archs: context.bench.registry.archs, scenarios: [scenario] });
  const modules = { ...context.modules, scenarios: { file, alone: true } };
  return withLines({ ...own, modules, files: new Map([[scenario.id, file]]) }, file, race);
}
