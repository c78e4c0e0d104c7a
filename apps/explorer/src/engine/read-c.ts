/** Kernel C. The parser is loaded when the first text comes. */

import { CATALOGUE } from '@racewalk/cli/catalogue';
import { RacewalkError } from '@racewalk/core';
import type { PatchedText, ReadText, SourceText } from '@racewalk/fleet/web-worker';
import grammar from '@racewalk/kernel-c/tree-sitter-c.wasm?url';
import parser from 'web-tree-sitter/web-tree-sitter.wasm?url';

/** Larger texts are no races. */
const LARGEST = 200_000;

const refuse = (what: string, hint: string): RacewalkError => new RacewalkError('RACEWALK_C', what, { hint });

/** Load the parser, and refuse what is no text of C. */
async function ready({ text, file }: SourceText, what: string): Promise<typeof import('@racewalk/kernel-c')> {
  if (text.includes('\0')) throw refuse(`${file} is binary`, 'give a text in C');
  if (text.length > LARGEST) throw refuse(`${file} is larger than 200 kB`, `give the ${what} alone`);
  if (text.trim() === '') throw refuse(`${file} is empty`, `write a ${what}, or take one of the examples`);
  const kernelC = await import('@racewalk/kernel-c');
  await kernelC.loadC({
    c: new URL(grammar, self.location.href).href,
    parser: new URL(parser, self.location.href).href,
  });
  return kernelC;
}

/** Read a patch; throws with file, line and column. */
export async function readPatch(source: SourceText): Promise<PatchedText> {
  await ready(source, 'patch');
  const { readChange } = await import('@racewalk/cli/patch');
  const { touched, notes, plugins, row } = readChange(source.text, source.file, CATALOGUE.archs);
  return { notes: [...touched.map((one) => `changes ${one}`), ...notes], plugins, row };
}

/** Read a race; throws with file, line and column. */
export async function readC(source: SourceText): Promise<ReadText> {
  const { readRace } = await ready(source, 'race');
  const { scenario, assumed } = readRace(source.text, source.file);
  return { scenario, assumed: assumed() };
}
