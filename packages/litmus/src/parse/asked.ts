/** What stands behind the code: `locations`, `filter`, and the condition. */
import {
  type Condition,
  type FaultPlace,
  type Formula,
  type Place,
  placesOf,
  type ValuePlace,
} from '../program/condition.js';
import type { Value } from '../program/value.js';
import { readRegister } from './initial.js';
import { type Names, readAddress, readValue, wordAddress } from './names.js';
import type { RegisterFile } from './registers.js';
import type { Piece, Text } from './text.js';
import { type Token, Tokens } from './tokens.js';

export interface Asked {
  readonly condition: Condition;
  readonly shown: readonly Place[];
  readonly filter: Formula | null;
}

/** Reads conditions of one test. */
class Reader {
  readonly #tokens: Tokens;

  constructor(
    readonly source: Text,
    from: Piece,
    readonly names: Names,
    readonly files: readonly RegisterFile[],
  ) {
    this.#tokens = new Tokens(source, from);
  }

  read(): Asked {
    const tokens = this.#tokens;
    const listed: Place[] = [];
    let filter: Formula | null = null;
    let condition: Condition | null = null;
    for (;;) {
      const { text, is, at } = tokens.peek();
      if (is === 'end') break;
      if (tokens.accept(';')) continue;
      if (tokens.accept('locations')) listed.push(...this.#locations());
      else if (tokens.accept('filter')) filter = this.#formula();
      else if (condition === null && /^(?:exists|forall|~|not)$/.test(text)) condition = this.#condition();
      else throw this.source.error(at, `\`${text}\` is not understood here`, 'one condition ends a test');
    }
    condition ??= { quantifier: 'forall', formula: { is: 'true' }, text: 'forall (true)' };
    return { condition, filter, shown: unique([...placesOf(condition.formula), ...listed]) };
  }

  #condition(): Condition {
    const tokens = this.#tokens;
    const start = tokens.peek().at;
    const negated = tokens.accept('~') || tokens.accept('not');
    const forall = tokens.accept('forall');
    if (!forall) tokens.expect('exists');
    const formula = tokens.peek().is === 'end' ? ({ is: 'true' } as const) : this.#formula();
    const text = this.source.text.slice(start, tokens.peek().at).replace(/\s+/g, ' ').trim();
    if (!forall) return { quantifier: negated ? 'not-exists' : 'exists', formula, text };
    return { quantifier: 'forall', formula, text };
  }

  #locations(): Place[] {
    const tokens = this.#tokens;
    const places: Place[] = [];
    const start = tokens.peek().at;
    tokens.expect('[');
    while (!tokens.accept(']')) {
      if (tokens.accept(';')) continue;
      if (tokens.peek().is === 'end')
        throw this.source.error(start, '`locations [` has no end', 'close it with ]');
      const { text } = tokens.peek();
      if (/^[Ff]ault$/.test(text)) places.push(this.#fault());
      else {
        // A type may stand before a name.
        const after = tokens.peek(1);
        if (/_t$|^int$/.test(text) && after.text !== ';' && after.text !== ']') tokens.next();
        while (tokens.accept('*'));
        places.push(this.#place());
      }
    }
    return places;
  }

  /** Implication binds least, then `\/`, then `/\`. */
  #formula(): Formula {
    const left = this.#either();
    if (!this.#tokens.accept('=>')) return left;
    return { is: 'or', of: [{ is: 'not', of: left }, this.#formula()] };
  }

  #either(): Formula {
    const of = [this.#both()];
    while (this.#tokens.accept('\\/')) of.push(this.#both());
    return of.length === 1 ? of[0]! : { is: 'or', of };
  }

  #both(): Formula {
    const of = [this.#one()];
    while (this.#tokens.accept('/\\')) of.push(this.#one());
    return of.length === 1 ? of[0]! : { is: 'and', of };
  }

  #one(): Formula {
    const tokens = this.#tokens;
    if (tokens.accept('~') || tokens.accept('not')) return { is: 'not', of: this.#one() };
    if (tokens.accept('(')) {
      const inner = this.#formula();
      tokens.expect(')');
      return inner;
    }
    if (tokens.accept('true')) return { is: 'true' };
    if (tokens.accept('false')) return { is: 'false' };
    if (/^[Ff]ault$/.test(tokens.peek().text)) return { is: 'fault', place: this.#fault() };
    return this.#equation();
  }

  #equation(): Formula {
    const tokens = this.#tokens;
    const place = this.#place();
    const unequal = tokens.accept('!=') || tokens.accept('<>');
    if (!unequal && !tokens.accept('==')) tokens.expect('=');
    const other = isRegister(tokens.peek(), tokens.peek(1)) || tokens.is('[') ? this.#place() : null;
    const formula: Formula = other
      ? { is: 'same', place, other }
      : { is: 'equal', place, value: readValue(tokens, this.names, this.#default(place)) };
    return unequal ? { is: 'not', of: formula } : formula;
  }

  /** What a descriptor in a condition leaves out. */
  #default(place: ValuePlace): Value | null {
    if (place.is !== 'word' || this.names.entries === null) return null;
    const target = this.names.symbols.target(place.address);
    return target?.is === 'entry' ? this.names.entries.initial(target.variable) : null;
  }

  #place(): ValuePlace {
    const tokens = this.#tokens;
    const register = readRegister(tokens);
    if (register !== null) {
      const { thread, name, at } = register;
      const file = this.files[thread];
      if (file === undefined) throw this.source.error(at, `there is no thread ${thread}`);
      const number = file.register(name, at);
      return { is: 'register', thread, register: number, name: `${thread}:${file.names.canonical(name)}` };
    }
    const bracket = tokens.accept('[');
    tokens.accept('*');
    const address = wordAddress(readAddress(tokens, this.names), this.names);
    if (bracket) tokens.expect(']');
    return { is: 'word', address, name: `[${this.#nameOf(address)}]` };
  }

  #nameOf(address: bigint): string {
    const target = this.names.symbols.target(address);
    const name = this.names.symbols.names[target?.variable ?? -1] ?? String(address);
    if (target?.is === 'entry') return `PTE(${name})`;
    return target !== null && target.offset > 0n ? `${name}+${target.offset}` : name;
  }

  /** `fault(P0:L0,x,MMU:Translation)`, of which only the thread must stand. */
  #fault(): FaultPlace {
    const tokens = this.#tokens;
    tokens.next();
    tokens.expect('(');
    const { text, at } = tokens.next();
    const thread = Number(/^P(\d+)$/.exec(text)?.[1] ?? (/^\d+$/.test(text) ? text : Number.NaN));
    if (this.files[thread] === undefined) throw this.source.error(at, `there is no thread \`${text}\``);
    const label = tokens.accept(':') ? tokens.word('a label').text : null;
    let variable: string | null = null;
    let type: string | null = null;
    while (tokens.accept(',')) {
      const word = this.#faultWord();
      if (
        /^(?:[DI]-)?MMU|^Permission$|^Translation$|^AccessFlag$|^TagCheck|^PacCheck|^UndefinedInstr/.test(
          word,
        )
      )
        type = word;
      else variable = word;
    }
    tokens.expect(')');
    return { is: 'fault', thread, label, variable, type };
  }

  #faultWord(): string {
    let word = '';
    // `PTE(x)` has brackets of its own.
    let depth = 0;
    while (this.#tokens.peek().is !== 'end') {
      if (depth === 0 && (this.#tokens.is(',') || this.#tokens.is(')'))) break;
      const { text } = this.#tokens.next();
      depth += text === '(' ? 1 : text === ')' ? -1 : 0;
      word += text;
    }
    return word;
  }
}

const isRegister = (token: Token, after: Token): boolean =>
  after.text === ':' && (token.is === 'number' || /^P\d+$/.test(token.text));

const keyOf = (place: Place): string =>
  place.is === 'fault' ? [place.thread, place.label, place.variable, place.type].join() : place.name;

/** Each place once, where it first stands. */
function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

/** Reads what is asked of a test. */
export const readAsked = (source: Text, from: Piece, names: Names, files: readonly RegisterFile[]): Asked =>
  new Reader(source, from, names, files).read();
