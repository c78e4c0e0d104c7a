/** Kernel C. The parser is loaded when the first text comes. */
import { RacewalkError } from '@racewalk/core';
import type { ReadText, SourceText } from '@racewalk/fleet/web-worker';
import grammar from '@racewalk/kernel-c/tree-sitter-c.wasm?url';
import parser from 'web-tree-sitter/web-tree-sitter.wasm?url';

/** Larger texts are no races. */
const LARGEST = 200_000;

const refuse = (what: string, hint: string): RacewalkError => new RacewalkError('RACEWALK_C', what, { hint });

/** Read a race; throws with file, line and column. */
export async function readC({ text, file }: SourceText): Promise<ReadText> {
  if (text.includes('\0')) throw refuse(`${file} is binary`, 'give a text in C');
  if (text.length > LARGEST) throw refuse(`${file} is larger than 200 kB`, 'give the race alone');
  if (text.trim() === '') throw refuse(`${file} is empty`, 'write a race, or take one of the examples');
  const { loadC, readRace } = await import('@racewalk/kernel-c');
  await loadC({
    c: new URL(grammar, self.location.href).href,
    parser: new URL(parser, self.location.href).href,
  });
  const { scenario, assumed } = readRace(text, file);
  return { scenario, assumed: assumed() };
}
