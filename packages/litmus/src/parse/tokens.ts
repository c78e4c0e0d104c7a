/** Words, numbers and signs of the initial state and of conditions. */
import type { Piece, Text } from './text.js';

export interface Token {
  readonly is: 'word' | 'number' | 'string' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /(?<word>[A-Za-z_][\w.%$]*)|(?<number>0[xX][0-9a-fA-F]+|\d+)|(?<string>"[^"\n]*")|(?<sign>\/\\|\\\/|=>|<>|!=|==|[~()[\]{},;:=*&+\-<>])|(?<space>\s+)/y;

/** Reads tokens one after another. */
export class Tokens {
  readonly #tokens: Token[] = [];
  #next = 0;

  constructor(
    readonly source: Text,
    from: Piece,
  ) {
    TOKEN.lastIndex = 0;
    let at = 0;
    while (at < from.text.length) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(from.text);
      if (match === null)
        throw source.error(from.at + at, `unexpected ${JSON.stringify(from.text.slice(at, at + 1))}`);
      const { word, number, string, sign } = match.groups ?? {};
      const is = word ? 'word' : number ? 'number' : string ? 'string' : sign ? 'sign' : null;
      if (is !== null) this.#tokens.push({ is, text: match[0], at: from.at + at });
      at += match[0].length;
    }
    this.#tokens.push({ is: 'end', text: '', at: from.at + from.text.length });
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Whether the next token has this text. */
  is(text: string): boolean {
    return this.peek().is !== 'end' && this.peek().text === text;
  }

  /** Take the next token if it has this text. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#next++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`\`${text}\``);
  }

  /** A word, whatever it is. */
  word(what: string): Token {
    if (this.peek().is !== 'word') throw this.unexpected(what);
    return this.next();
  }

  /** A number, possibly negative. */
  number(): bigint {
    const minus = this.accept('-');
    if (this.peek().is !== 'number') throw this.unexpected('a number');
    const value = BigInt(this.next().text);
    return minus ? -value : value;
  }

  /** What stands here was not expected. */
  unexpected(wanted: string): Error {
    const { text, at, is } = this.peek();
    return this.source.error(at, `${is === 'end' ? 'the end' : `\`${text}\``} where ${wanted} should stand`);
  }
}
