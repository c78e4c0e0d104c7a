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

/** The parts of a race in TypeScript: docs/first-race.md. */
const PARTS: readonly Completion[] = [
  ['invariants', 'what decides: DIRTY, UAF, STALE …'],
  ['params', 'numbers of the race, in their smallest size'],
  ['sizes', 'further sizes, a search each'],
  ['setup', 'the state at the start; what it returns is given to every agent'],
  ['agents', 'who runs, on which CPU'],
  ['mutants', 'bugs put in: each must break what it names'],
  ['breaks', 'of a mutant: the invariant, or several'],
  ['unless', 'of a mutant: where it holds all the same, and why'],
  ['holds', 'variants that must hold: repairs and controls'],
  ['patch', 'other bodies, by name'],
  ['requires', 'capabilities without which the race does not apply'],
].map(([label = '', info = '']) => ({ label, info, type: 'property' }));

const completionOf = ([name, args, result, floor, says]: NameTuple): Completion => ({
  label: name,
  type: floor === 'constant' ? 'constant' : 'function',
  ...(floor === 'constant'
    ? {}
    : { detail: `(${args})${result === '' || result === 'void' ? '' : ` → ${result}`}` }),
  info: `${floor}: ${says}`,
});

/** Name, what it is, where it is from. Made by tools/data.mjs. */
type OwnTuple = readonly [string, 'function' | 'method' | 'class' | 'constant', string];

const ownCompletion = ([label, type, from]: OwnTuple): Completion => ({ label, type, detail: from });

const loaded = new Map<string, Promise<readonly Completion[]>>();

/** Names in a file of the page, fetched once; none if they cannot be had. */
function fetched<T>(file: string, completion: (tuple: T) => Completion): Promise<readonly Completion[]> {
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const names = fetch(file)
    .then(async (response) => ((await response.json()) as T[]).map(completion))
    .catch(() => []);
  loaded.set(file, names);
  return names;
}

/** Words that are known, and words of the text that are none of them. */
async function completed(
  context: CompletionContext,
  words: readonly Completion[],
  names: () => Promise<readonly Completion[]>,
): Promise<CompletionResult | null> {
  const word = context.matchBefore(/\w+/);
  if (word === null && !context.explicit) return null;
  const known = [...words, ...(await names())];
  const labels = new Set(known.map(({ label }) => label));
  const own = (await completeAnyWord(context))?.options.filter(({ label }) => !labels.has(label)) ?? [];
  return { from: word?.from ?? context.pos, options: [...known, ...own], validFor: /^\w*$/ };
}

/** In C. */
export const completeC = (context: CompletionContext): Promise<CompletionResult | null> =>
  completed(context, WORDS, () => fetched('data/names.json', completionOf));

/** In TypeScript. */
export const completeTypeScript = (context: CompletionContext): Promise<CompletionResult | null> =>
  completed(context, PARTS, () => fetched('data/own-names.json', ownCompletion));
