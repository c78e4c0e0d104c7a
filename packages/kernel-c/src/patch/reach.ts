/** Who calls whom in some texts: by the words of each function, which is never too little. */
import { masked } from '../mail/pieces.js';
import type { CFunction, Unit } from '../parse/unit.js';

const words = (f: CFunction): Set<string> => new Set(masked(f.body.text).match(/[A-Za-z_]\w*/g) ?? []);

const NOBODY: ReadonlySet<string> = new Set();

/** Calls between functions and macros of texts that belong together. */
export class Calls {
  readonly #uses = new Map<string, Set<string>>();

  constructor(functions: Iterable<CFunction>, units: readonly Unit[]) {
    for (const unit of units)
      for (const [name, { body }] of unit.macros)
        this.#uses.set(name, new Set(body.match(/[A-Za-z_]\w*/g) ?? []));
    for (const f of functions) this.#uses.set(f.name, words(f));
  }

  /** All names from which a call comes to one of these, these included. What is in `stop` is found, and not gone past. */
  callersOf(names: Iterable<string>, stop: ReadonlySet<string> = NOBODY): Set<string> {
    const found = new Set(names);
    for (let grew = true; grew; ) {
      grew = false;
      for (const [name, used] of this.#uses)
        if (!found.has(name) && [...used].some((word) => found.has(word) && !stop.has(word))) {
          found.add(name);
          grew = true;
        }
    }
    return found;
  }

  /** The names that one calls itself. */
  usesOf(name: string): ReadonlySet<string> {
    return this.#uses.get(name) ?? new Set();
  }
}
