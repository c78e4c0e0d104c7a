/** Refuses a module, and what it imports from beside it, if a call that makes a generator is dropped, or an agent keeps state in it. */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFrame, framed } from '../code-frame.js';
import { fileBehind, importsOf, ownModules } from '../imports.js';
import { droppedCall, forgottenYield, isGenerator } from './dropped-calls.js';
import { hiddenState, keptState } from './kept-state.js';

/** Names that the text imports and that are generator functions where they come from. */
async function generatorsOf(path: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { from, names } of importsOf(readFileSync(path, 'utf8'))) {
    if (!from.startsWith('.') && !from.startsWith('@racewalk/')) continue;
    const file = from.startsWith('.') ? fileBehind(path, from) : null;
    try {
      // It is loaded already: the module that imports it is.
      const all = (await import(file === null ? from : pathToFileURL(file).href)) as Record<string, unknown>;
      for (const { name, local } of names) if (isGenerator(all[name])) found.add(local);
    } catch {
      // What cannot be found from here has no names that are known here.
    }
  }
  return found;
}

/** JavaScript of a file; null if nobody here can take its types away. */
function javascriptOf(path: string): string | null {
  const text = readFileSync(path, 'utf8');
  if (!/\.[cm]?ts$/.test(path)) return text;
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (text: string) => string };
  try {
    if (stripTypeScriptTypes !== undefined) return stripTypeScriptTypes(text);
    const compiler = nodeModule.createRequire(path)('typescript') as {
      transpileModule(text: string, options: object): { outputText: string };
    };
    const compilerOptions = { module: 99, target: 9, verbatimModuleSyntax: true };
    return compiler.transpileModule(text, { compilerOptions }).outputText;
  } catch {
    return null;
  }
}

/**
 * Look at the text of `path`, which has been loaded, and at the modules beside it that it imports; places are named from `cwd`.
 *
 * @throws RacewalkError `RACEWALK_FORGOTTEN_YIELD` or `RACEWALK_HIDDEN_STATE`, with the first such call or change and its place
 */
export async function refuseForgotten(path: string, cwd: string): Promise<void> {
  for (const own of ownModules(path)) {
    const javascript = javascriptOf(own);
    if (javascript === null) continue;
    const text = readFileSync(own, 'utf8');
    const dropped = droppedCall(text, javascript, await generatorsOf(own));
    if (dropped !== null)
      throw framed(forgottenYield(relative(cwd, own), dropped), codeFrame(text, dropped.place));
    const kept = keptState(javascript);
    if (kept !== null) throw framed(hiddenState(relative(cwd, own), kept), codeFrame(text, kept.place));
  }
}
