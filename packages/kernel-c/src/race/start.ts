/** What a variable starts with: a number, another variable, an expression, or a list. */
import { RacewalkError } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { entriesOf, Machine, type World } from '@racewalk/machine';
import { Program } from '../lower/program.js';
import { NAMES } from '../names/index.js';
import { errorAt, type Place } from '../parse/error.js';
import { parseUnit } from '../parse/unit.js';
import type { Value } from '../run/objects.js';
import { threadOf } from '../run/thread.js';
import { type CType, typeText } from '../types/ctype.js';
import type { Types } from '../types/declare.js';

/** A number, the name of the variable that is pointed to, what an expression comes to, or the parts. */
export type Start = bigint | string | ((w: World) => Value) | readonly Given[];

/** One value of a list. */
export interface Given {
  /** `.member`, the index of `[index]`, or null: the next one. */
  readonly at: string | number | null;
  readonly value: Start;
}

/** What the texts are that an expression may use names of, and where it stands. */
export interface Reading {
  readonly types: Types;
  readonly place: Place;
}

/** Macros of the kernel that stand for what an atomic, a lock or a count starts with. */
const INIT = /^_*[A-Z0-9_]*(?:INIT|INITIALIZER|UNLOCKED|ZERO)[A-Z0-9_]*\s*\(([\s\S]*)\)$/;

/** Read what stands behind `=`. */
export function startOf(text: string | undefined, type: CType, reading: Reading): Start {
  const plain = (text ?? '0').trim();
  const number = /^-?(?:0x[0-9a-f]+|\d+)(?=[ul]*$)/i.exec(plain)?.[0];
  if (number !== undefined) return number.startsWith('-0x') ? -BigInt(number.slice(1)) : BigInt(number);
  if (/^(?:NULL|false|)$/.test(plain)) return 0n;
  if (plain === 'true') return 1n;
  const init = INIT.exec(plain)?.[1];
  if (init !== undefined) return /^\s*-?\d/.test(init) ? startOf(init, type, reading) : 0n;
  if (plain.startsWith('{')) return listOf(plain.slice(1, plain.lastIndexOf('}')), reading);
  const literal = /^\([^()]*\)\s*(\{[\s\S]*)$/.exec(plain)?.[1];
  if (literal !== undefined) return startOf(literal, type, reading);
  const name = /^\(?\s*&?\s*([A-Za-z_]\w*)\s*\)?$/.exec(plain)?.[1];
  if (name !== undefined && (plain.includes('&') || !isConstant(name, reading.types))) return name;
  return computed(plain, type, reading);
}

const isConstant = (name: string, { units }: Types): boolean =>
  NAMES.constants.has(name) || units.some(({ macros, enums }) => macros.has(name) || enums.has(name));

function listOf(text: string, reading: Reading): Given[] {
  return commas(text).map((part): Given => {
    const [, member, index, value] = /^(?:\.([\w.]+)|\[\s*(\d+)\s*\])\s*=\s*([\s\S]*)$/.exec(part) ?? [];
    const at = member ?? (index === undefined ? null : Number(index));
    return { at, value: startOf(value ?? part, { k: 'int', bits: 64, signed: true }, reading) };
  });
}

/** The parts between commas that are in no parentheses. */
function commas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const c of text) {
    if (/[([{]/.test(c)) depth++;
    if (/[)\]}]/.test(c)) depth--;
    if (c === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** An expression of constants, compiled now and computed for each world: sizes of pages depend on it. */
function computed(text: string, type: CType, { types, place }: Reading): (w: World) => Value {
  const returns = type.k === 'int' || type.k === 'any' ? 'long' : type.k === 'pte' ? 'pte_t' : null;
  const hint = 'give a number, a constant, the address of a variable, or { … }';
  if (returns === null)
    throw errorAt(place, `${typeText(type)} cannot start with '${text}'`, hint, 'RACEWALK_C_RACE');
  const unit = parseUnit(`${returns} start(void) { return (${text}); }`, place.file, () => place.line);
  const program = new Program([unit, ...types.units], { repeats: false });
  try {
    program.compiled('start');
  } catch (error) {
    if (!(error instanceof RacewalkError)) throw error;
    const what = error.message.replace(/^\S+:\d+:\d+: /, '').replace(/ \(in start\)$/, '');
    throw errorAt(place, `'${text}': ${what}`, hint, 'RACEWALK_C_RACE');
  }
  return (w) => {
    const th = threadOf(new Machine(w, 0, entriesOf(w), 'start'), new Map(), {});
    return withoutSteps(program.compiled('start').call(th, []), place, text);
  };
}

function withoutSteps(code: Step<Value>, place: Place, text: string): Value {
  const turn = code.next(0);
  if (turn.done) return turn.value;
  throw errorAt(place, `'${text}' is no constant`, 'set it in the code', 'RACEWALK_C_RACE');
}
