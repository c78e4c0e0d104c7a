/** Descriptors as tests write them: `(oa:PA(x), af:0, db:0, dbm:1, valid:0, el0:0)`. The bits are the plug-in's. */
import { type PteField, type PteLayout, RacewalkError } from '@racewalk/core';
import type { EntryCodec, Names } from '../parse/names.js';
import { readAddress } from '../parse/names.js';
import type { Tokens } from '../parse/tokens.js';
import { frameOf, physicalAddress, type Symbols } from '../program/symbols.js';
import { bitsOf, toValue, type Value } from '../program/value.js';
import { MemoryTypes } from './memory-types.js';

/** An attribute: its field in the manual, and whether a test's 1 is a cleared bit. */
interface Attribute {
  readonly mask: bigint;
  readonly inverted: boolean;
}

/** Fields by attribute, in the order of printing; `ordinary` is the value that is left out. */
const ATTRIBUTES = [
  { name: 'af', field: 'AF', inverted: false, ordinary: 1 },
  { name: 'db', field: 'AP[2]', inverted: true, ordinary: 1 },
  { name: 'dbm', field: 'DBM', inverted: false, ordinary: 0 },
  { name: 'valid', field: 'VALID', inverted: false, ordinary: 1 },
  { name: 'el0', field: 'AP[1]', inverted: false, ordinary: 1 },
] as const;

/** Set in every descriptor of a test, and in no number that a test computes with. */
const ALWAYS = ['TYPE', 'nG', 'PXN', 'UXN'] as const;

const maskOf = ({ lo, hi }: PteField): bigint => ((1n << BigInt(hi - lo + 1)) - 1n) << BigInt(lo);

/** Reads, makes and prints descriptors with the fields of a plug-in. */
export class Entries implements EntryCodec {
  readonly #attributes: ReadonlyMap<string, Attribute>;
  readonly #always: bigint;
  readonly #frame: readonly [lo: bigint, mask: bigint];
  readonly #types: MemoryTypes;

  constructor(layout: PteLayout) {
    const field = (name: string): bigint => {
      const found = layout.fields.find((one) => one.name === name);
      if (found !== undefined) return maskOf(found);
      throw new RacewalkError('RACEWALK_LITMUS', `the plug-in has no field ${name} in its entries`, {
        hint: 'tests of the VMSA need a plug-in with the fields of arm64',
      });
    };
    this.#attributes = new Map(
      ATTRIBUTES.map((one) => [one.name, { mask: field(one.field), inverted: one.inverted }]),
    );
    this.#always = ALWAYS.reduce((word, name) => word | field(name), 0n);
    this.#types = new MemoryTypes(layout);
    const [lo, hi] = layout.pfn;
    this.#frame = [BigInt(lo), ((1n << BigInt(hi - lo + 1)) - 1n) << BigInt(lo)];
  }

  initial(variable: number): Value {
    const base = ATTRIBUTES.reduce(
      (word, { name, ordinary }) => this.#with(word, name, ordinary === 1),
      this.#always | this.#types.ordinary,
    );
    return toValue(base | (frameOf(physicalAddress(variable)) << this.#frame[0]));
  }

  read(tokens: Tokens, names: Names, base: Value | null): Value {
    const [lo, frame] = this.#frame;
    let word = base === null ? bitsOf(this.initial(0)) & ~frame : bitsOf(base);
    tokens.expect('(');
    while (!tokens.accept(')')) {
      const { text, at } = tokens.word('an attribute');
      tokens.expect(':');
      if (text === 'oa') word = (word & ~frame) | (frameOf(this.#address(tokens, names)) << lo);
      else if (text === 'attrs') word = (word & ~this.#types.mask) | this.#types.read(tokens);
      else if (this.#attributes.has(text)) word = this.#with(word, text, tokens.number() !== 0n);
      else {
        const known = [...this.#attributes.keys()].join(', ');
        throw tokens.source.error(
          at,
          `the attribute \`${text}\` is outside the subset`,
          `oa, ${known}, attrs are known`,
        );
      }
      if (!tokens.accept(',') && !tokens.is(')')) throw tokens.unexpected('`,` or `)`');
    }
    return toValue(word);
  }

  /** An output address: a frame, also under the name of its variable. */
  #address(tokens: Tokens, names: Names): bigint {
    const address = readAddress(tokens, names);
    const target = names.symbols.target(address);
    return target?.is === 'virtual' ? physicalAddress(target.variable) : address;
  }

  #with(word: bigint, name: string, on: boolean): bigint {
    const { mask, inverted } = this.#attributes.get(name) ?? { mask: 0n, inverted: false };
    return on !== inverted ? word | mask : word & ~mask;
  }

  /** The frame that a descriptor leads to. */
  frame(value: Value): bigint {
    const [lo, mask] = this.#frame;
    return ((bitsOf(value) & mask) >> lo) << 12n;
  }

  /** A descriptor as states print it; null for other values. */
  show(value: Value, symbols: Symbols): string | null {
    const word = bitsOf(value);
    if ((word & this.#always) !== this.#always || word >> 63n !== 0n) return null;
    const target = symbols.target(this.frame(value));
    const name = target?.is === 'physical' ? symbols.names[target.variable] : undefined;
    const rest = ATTRIBUTES.flatMap(({ name: attribute, ordinary }) => {
      const { mask, inverted } = this.#attributes.get(attribute) ?? { mask: 0n, inverted: false };
      const on = (word & mask) !== 0n ? 1 : 0;
      const shown = inverted ? 1 - on : on;
      return shown === ordinary ? [] : [`, ${attribute}:${shown}`];
    });
    return `(oa:PA(${name ?? '?'})${rest.join('')}${this.#types.show(word)})`;
  }
}
