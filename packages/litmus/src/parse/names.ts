/** Names of addresses and values, as the initial state and conditions write them. */
import { entryAddress, physicalAddress, type Symbols, virtualAddress } from '../program/symbols.js';
import { toValue, type Value } from '../program/value.js';
import type { Tokens } from './tokens.js';

/** How descriptors are written and made. */
export interface EntryCodec {
  /** Read `(oa:PA(x), valid:0)`; what is left out is as in `base`, or as in an ordinary entry. */
  read(tokens: Tokens, names: Names, base: Value | null): Value;
  /** The ordinary entry of a variable. */
  initial(variable: number): Value;
}

/** What names mean in one test. */
export interface Names {
  readonly symbols: Symbols;
  /** How descriptors are written; null in a test without virtual memory. */
  readonly entries: EntryCodec | null;
}

const ENTRY = /^(?:PTE|TTD)$/;
const ENTRY_PREFIX = /^pte_(\w+)$/;
const PHYSICAL = /^(?:PA|phy)$/;
const PHYSICAL_PREFIX = /^phy_(\w+)$/;

/** The variable in brackets behind `PTE` or `PA`. */
function inBrackets(tokens: Tokens): string {
  tokens.expect('(');
  const { text } = tokens.word('a variable');
  tokens.expect(')');
  return text;
}

/** An address by name: `x`, `x+4`, `x[1]`, and with virtual memory `PTE(x)`, `pte_x`, `PA(x)`, `phy_x`. */
export function readAddress(tokens: Tokens, names: Names, elementSize = 4n): bigint {
  const { text } = tokens.word('a variable');
  const base = baseOf(tokens, names, text);
  if (tokens.accept('+')) return base + tokens.number();
  if (tokens.accept('[')) {
    const index = tokens.number();
    tokens.expect(']');
    return base + index * elementSize;
  }
  return base;
}

function baseOf(tokens: Tokens, { symbols, entries }: Names, text: string): bigint {
  if (entries !== null) {
    const bracket = tokens.is('(');
    const entry = ENTRY_PREFIX.exec(text)?.[1] ?? (bracket && ENTRY.test(text) ? inBrackets(tokens) : null);
    if (entry !== null) return entryAddress(symbols.variable(entry));
    const frame =
      PHYSICAL_PREFIX.exec(text)?.[1] ?? (bracket && PHYSICAL.test(text) ? inBrackets(tokens) : null);
    if (frame !== null) return physicalAddress(symbols.variable(frame));
  }
  return virtualAddress(symbols.variable(text));
}

/** The word of memory that a name stands for: with virtual memory, a variable is its frame. */
export function wordAddress(address: bigint, { symbols, entries }: Names): bigint {
  const target = symbols.target(address);
  if (entries === null || target?.is !== 'virtual') return address;
  return physicalAddress(target.variable) + target.offset;
}

/** `label:"P1:L0"`. */
function readLabel(tokens: Tokens, { symbols }: Names): Value {
  tokens.next();
  tokens.expect(':');
  const { text, at, is } = tokens.next();
  const address = is === 'string' ? symbols.labelled(text.slice(1, -1)) : undefined;
  if (address === undefined) throw tokens.source.error(at, `${text} is no label of a thread`);
  return toValue(address);
}

/** A value: a number, an address, a place in the code, or a descriptor like `(oa:PA(x), valid:0)`, of which `base` is the default. */
export function readValue(tokens: Tokens, names: Names, base: Value | null = null): Value {
  const { is, text } = tokens.peek();
  if (text === '(' && names.entries !== null) return names.entries.read(tokens, names, base);
  if (is === 'number' || text === '-') return toValue(tokens.number());
  if (text === 'label' && tokens.peek(1).text === ':') return readLabel(tokens, names);
  tokens.accept('&');
  return toValue(readAddress(tokens, names));
}
