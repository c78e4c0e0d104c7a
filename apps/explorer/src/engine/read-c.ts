/** Kernel C. The parser is loaded when the first text comes. */

import { ARCHS } from '@racewalk/cli/families';
import type { PatchedText, ReadText, SourceText } from '@racewalk/fleet/web-worker';
import grammar from '@racewalk/kernel-c/tree-sitter-c.wasm?url';
import parser from 'web-tree-sitter/web-tree-sitter.wasm?url';
import { refuseNoText } from './texts.js';

/** Load the parser, and refuse what is no text of C. */
async function ready(source: SourceText, what: string): Promise<typeof import('@racewalk/kernel-c')> {
  refuseNoText(source, what, 'C', 'RACEWALK_C');
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
  const { touched, notes, plugins, row } = readChange(source.text, source.file, ARCHS);
  return { notes: [...touched.map((one) => `changes ${one}`), ...notes], plugins, row };
}

/** Read a race; throws with file, line and column. */
export async function readC(source: SourceText): Promise<ReadText> {
  const { readRace } = await ready(source, 'race');
  const { scenario, assumed } = readRace(source.text, source.file);
  return { scenario, assumed: assumed() };
}
