/** The initial state: `int x=1; 0:X1=x; pte_x=(valid:0);`. */
import { entryAddress } from '../program/symbols.js';
import type { Value } from '../program/value.js';
import { type Names, readAddress, readValue, wordAddress } from './names.js';
import type { RegisterFile } from './registers.js';
import type { Piece, Text } from './text.js';
import { Tokens } from './tokens.js';

/** Types before a name; those of 64 bits have elements of 8 bytes. */
function skipType(tokens: Tokens): bigint {
  let size = 4n;
  for (;;) {
    const { is, text } = tokens.peek();
    const after = tokens.peek(1);
    const type = is === 'word' && (after.is === 'word' || after.is === 'number' || after.text === '*');
    if (!type && text !== '*') return size;
    if (/64|long|pteval/.test(text)) size = 8n;
    tokens.next();
  }
}

/** A register `0:X1` or `P0:X1`, if one comes next: its thread and name. */
export function readRegister(tokens: Tokens): { thread: number; name: string; at: number } | null {
  const { is, text, at } = tokens.peek();
  const thread = is === 'number' ? Number(text) : Number(/^P(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(thread) || tokens.peek(1).text !== ':') return null;
  tokens.next();
  tokens.next();
  return { thread, name: tokens.word('a register').text, at };
}

/** Reads the initial state into registers and memory; returns memory by address. */
export function readInitial(
  source: Text,
  from: Piece,
  names: Names,
  files: readonly RegisterFile[],
): Map<bigint, Value> {
  const memory = new Map<bigint, Value>();
  const tokens = new Tokens(source, from);
  while (tokens.peek().is !== 'end') {
    if (tokens.accept(';')) continue;
    const size = skipType(tokens);
    const register = readRegister(tokens);
    if (register !== null) readRegisterValue(tokens, names, files, register);
    else readWord(tokens, names, memory, size);
    if (tokens.peek().is !== 'end' && !tokens.is(';')) throw tokens.unexpected('`;`');
  }
  return memory;
}

function readRegisterValue(
  tokens: Tokens,
  names: Names,
  files: readonly RegisterFile[],
  { thread, name, at }: { thread: number; name: string; at: number },
): void {
  const file = files[thread];
  if (file === undefined) throw tokens.source.error(at, `there is no thread ${thread}`);
  const index = file.register(name, at);
  if (!tokens.accept('=')) return;
  file.initialise(index, readValue(tokens, names));
}

function readWord(tokens: Tokens, names: Names, memory: Map<bigint, Value>, size: bigint): void {
  const bracket = tokens.accept('[');
  const start = tokens.peek().at;
  const name = readDeclared(tokens, names, size);
  if (bracket) tokens.expect(']');
  const address = wordAddress(name.address, names);
  if (!tokens.accept('=')) return;
  if (tokens.accept('{')) {
    for (let i = 0n; !tokens.accept('}'); i++) {
      memory.set(address + i * size, readValue(tokens, names));
      tokens.accept(',');
      if (tokens.peek().is === 'end') throw tokens.source.error(start, 'the values of an array have no end');
    }
    return;
  }
  memory.set(address, readValue(tokens, names, defaultFor(address, names)));
}

/** A name with its size in brackets where it is declared as an array, else any address. */
function readDeclared(tokens: Tokens, names: Names, size: bigint): { address: bigint } {
  if (tokens.peek().is === 'word' && tokens.peek(1).text === '[' && tokens.peek(4).text === '=') {
    const isArray = tokens.peek(5).text === '{';
    const address = readAddress(tokens, names, isArray ? 0n : size);
    return { address };
  }
  return { address: readAddress(tokens, names, size) };
}

/** A descriptor that says nothing else leads to its own frame. */
function defaultFor(address: bigint, { symbols, entries }: Names): Value | null {
  const target = symbols.target(address);
  return entries !== null && target?.is === 'entry' ? entries.initial(target.variable) : null;
}

/** Descriptors of all variables that the text does not give. */
export function completeTable(memory: Map<bigint, Value>, { symbols, entries }: Names): void {
  if (entries === null) return;
  for (const variable of symbols.names.keys()) {
    const address = entryAddress(variable);
    if (!memory.has(address)) memory.set(address, entries.initial(variable));
  }
}
