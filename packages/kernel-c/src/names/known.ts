/** The table of names for people: what C may call, what answers, and what has no effect. */
import { NAMES, PATTERN_NAMES } from './index.js';

/** A name of the kernel. */
export interface KnownName {
  readonly name: string;
  /** Where it lives: values, operation, kernel, language, constant, or no effect. */
  readonly floor: string;
  /** Kinds of its arguments with commas between them; null if any number of anything is taken, `''` for none. */
  readonly args: string | null;
  /** The kind of its result; `void` without one. */
  readonly result: string;
  /** What it does, or why it does nothing. */
  readonly says: string;
}

/** What is said of a floor behind the function that answers. */
const SAYS: Readonly<Record<string, string>> = {
  values: 'a value, without a step',
  operation: 'of the architecture',
  kernel: 'of mm',
};

/** Every name, in the order of the alphabet. */
export function knownNames(): KnownName[] {
  const helpers = [...NAMES.helpers.values()].map(({ name, floor, args, result, says, here }): KnownName => {
    const sentence = here === '' ? says : `${here}(), ${SAYS[floor] ?? floor}`;
    return { name, floor, args: args === null ? null : args.join(', '), result, says: sentence };
  });
  const constants = [...NAMES.constants.keys()].map(
    (name): KnownName => ({ name, floor: 'constant', args: '', result: 'number', says: 'a constant' }),
  );
  const language = PATTERN_NAMES.map(
    ([name, says]): KnownName => ({ name, floor: 'language', args: null, result: 'its type', says }),
  );
  const own = new Set([...NAMES.helpers.keys(), ...NAMES.constants.keys()]);
  const all = [...helpers, ...constants, ...language.filter(({ name }) => !own.has(name))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
