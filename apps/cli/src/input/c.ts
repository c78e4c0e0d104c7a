/** Races in C. */
import { RacewalkError } from '@racewalk/core';
import { type CRace, loadC, type RaceOptions, readRace } from '@racewalk/kernel-c';
import { type Context, withParts } from '../context.js';
import { readText } from './files.js';

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
  return readRace(text, file, options);
}

const noRace = (file: string, what: string, hint: string): RacewalkError =>
  new RacewalkError('RACEWALK_C', `${file} ${what}`, { hint });

/** The context with a race in C and no others; traces show its lines. */
export async function withRace(context: Context, file: string, options: RaceOptions = {}): Promise<Context> {
  const { scenario, assumed, lines } = await loadRace(context, file, options);
  const modules = { ...context.modules, scenarios: { file, alone: true } };
  const code = (of: string, line: number): string | undefined => (of === file ? lines[line - 1] : undefined);
  return {
    ...withParts(context, { archs: context.bench.registry.archs, scenarios: [scenario] }),
    modules,
    assumed,
    print: { ...context.print, code },
  };
}
