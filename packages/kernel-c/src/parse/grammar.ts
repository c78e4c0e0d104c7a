/** The C grammar: WebAssembly, loaded once, in Node and in browsers alike. */
import { RacewalkError } from '@racewalk/core';
import { Language, Parser, type Tree } from 'web-tree-sitter';

/** WebAssembly modules for where they cannot be found next to the code, for instance in a bundle. */
export interface GrammarFiles {
  /** Bytes or address of `tree-sitter-c.wasm`; default: the one of this package. */
  readonly c?: Uint8Array | string;
  /** Address of `web-tree-sitter.wasm`; default: next to its code. */
  readonly parser?: string;
}

let parser: Parser | null = null;
let loading: Promise<void> | null = null;

/** The grammar of this package, as an address that the parser can load: a path in Node, a URL elsewhere. */
function vendored(): string {
  const url = new URL('../../vendor/tree-sitter-c.wasm', import.meta.url);
  return url.protocol === 'file:' ? decodeURIComponent(url.pathname) : url.href;
}

async function load(files: GrammarFiles): Promise<void> {
  const { parser: at } = files;
  await Parser.init(at === undefined ? undefined : { locateFile: () => at });
  const made = new Parser();
  made.setLanguage(await Language.load(files.c ?? vendored()));
  parser = made;
}

/** Load the grammar. Must be awaited once before C is read; later calls return at once. */
export function loadC(files: GrammarFiles = {}): Promise<void> {
  loading ??= load(files);
  return loading;
}

/** Parse a text; throws if the grammar is not loaded. */
export function parseTree(text: string): Tree {
  const tree = parser?.parse(text) ?? null;
  if (tree !== null) return tree;
  throw new RacewalkError('RACEWALK_UNSUPPORTED', 'the C grammar is not loaded', {
    hint: 'await loadC() of @racewalk/kernel-c first',
  });
}
