/** Completion: words of a race's file, and the kernel's names with what answers to them here. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { completeAnyWord } from '@codemirror/autocomplete';

/** Name, arguments, result, what it is, what it says. Made by tools/data.mjs. */
type NameTuple = readonly [string, string, string, string, string];

/** What a race's file has besides C: docs/kernel-c.md. */
const WORDS: readonly Completion[] = [
  ['forbids', 'what must not happen: DIRTY, UAF, STALE …, or a condition on words at the end'],
  ['variant', 'the same race with lines changed: variant NAME breaks CODE if CAPABILITY { - old + new }'],
  ['breaks', 'of a variant: the invariant that it breaks'],
  ['holds', 'of a variant: it holds as well'],
  ['if', 'of a variant: on which architectures, by capability'],
  ['stub', 'a body for a name that is not known: stub NAME { … }'],
  ['exists', 'a condition at the end that some execution meets'],
].map(([label = '', info = '']) => ({ label, info, type: 'keyword' }));

const completionOf = ([name, args, result, floor, says]: NameTuple): Completion => ({
  label: name,
  type: floor === 'constant' ? 'constant' : 'function',
  ...(floor === 'constant'
    ? {}
    : { detail: `(${args})${result === '' || result === 'void' ? '' : ` → ${result}`}` }),
  info: `${floor}: ${says}`,
});

let loaded: Promise<readonly Completion[]> | null = null;

/** The names, fetched once; none if they cannot be had. */
function names(): Promise<readonly Completion[]> {
  loaded ??= fetch('data/names.json')
    .then(async (response) => ((await response.json()) as NameTuple[]).map(completionOf))
    .catch(() => []);
  return loaded;
}

/** Words that are known, and words of the text that are none of them. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/\w+/);
  if (word === null && !context.explicit) return null;
  const known = [...WORDS, ...(await names())];
  const labels = new Set(known.map(({ label }) => label));
  const own = (await completeAnyWord(context))?.options.filter(({ label }) => !labels.has(label)) ?? [];
  return { from: word?.from ?? context.pos, options: [...known, ...own], validFor: /^\w*$/ };
}
