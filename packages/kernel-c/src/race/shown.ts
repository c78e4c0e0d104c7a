/** What a final state of a litmus test shows, as herd7 prints it: `0:r1=1; [x]=2;`. */
import type { StepView, World } from '@racewalk/machine';
import { CStruct, LockRef, SharedWord, type Value } from '../run/objects.js';
import { fromWord } from '../run/words.js';
import { type CType, T } from '../types/ctype.js';
import type { RaceText } from './split.js';
import type { RaceState } from './world.js';

/** A local variable that is looked at when its agent has ended. */
export interface ShownLocal {
  /** `P0:r1`. */
  readonly key: string;
  readonly agent: string;
  readonly local: string;
}

export interface Shown {
  readonly locals: readonly ShownLocal[];
  /** Names of shared variables. */
  readonly words: readonly string[];
}

const LOCAL = /\bP?(\d+):(\w+)/g;

/** What the conditions and `locations` of a race name. */
export function shownIn({ claims, locations }: RaceText): Shown {
  const asked = claims.filter(({ kind }) => kind !== 'forbids').map(({ text }) => text);
  const locals = new Map<string, ShownLocal>();
  for (const text of [...asked, ...locations]) {
    for (const [, thread, local = ''] of text.matchAll(LOCAL)) {
      const agent = `P${thread}`;
      locals.set(`${agent}:${local}`, { key: `${agent}:${local}`, agent, local });
    }
  }
  const rest = (text: string): string => text.replace(LOCAL, ' ');
  const words = new Set<string>();
  for (const text of asked)
    for (const [, name = ''] of rest(text).matchAll(/([A-Za-z_]\w*)\]?\s*!?=/g)) words.add(name);
  for (const text of locations) for (const [name] of rest(text).matchAll(/[A-Za-z_]\w*/g)) words.add(name);
  const order = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
  return {
    locals: [...locals.values()].sort((a, b) => order(a.key, b.key)),
    words: [...words].sort(order),
  };
}

/** One final state. */
export function showEnd(
  w: World,
  s: RaceState,
  view: StepView,
  { locals, words }: Shown,
  typeOf: (agent: string, local: string) => CType | undefined,
): string {
  const atoms = locals.flatMap(({ key, agent, local }) => {
    const word = s.ends.get(key);
    if (word === undefined) return [];
    return [`${key.slice(1)}=${show(fromWord(w, view.get(word.cell), typeOf(agent, local) ?? T.int))}`];
  });
  const shared = words.flatMap((name) => {
    const value = s.globals.get(name);
    return value === undefined ? [] : [`[${name}]=${contents(w, view, value)}`];
  });
  return [...atoms, ...shared].map((atom) => `${atom};`).join(' ');
}

/** What a shared variable holds; of a struct such as `atomic_t`, its first member. */
function contents(w: World, view: StepView, value: Value): string {
  if (value instanceof SharedWord) return show(fromWord(w, view.get(value.cell), value.type));
  if (value instanceof LockRef) return String(view.get(value.lock));
  if (value instanceof CStruct) return contents(w, view, Object.values(value.members)[0] ?? 0n);
  return show(value);
}

/** A number, or the name of what is pointed to. */
function show(value: Value): string {
  if (value instanceof SharedWord || value instanceof CStruct) return value.name;
  return value === null ? '0' : String(value);
}
