/** Variables that agents share, as words of the machine. */
import type { World } from '@racewalk/machine';
import { BitField, CStruct, functionNamed, LockRef, PerCpu, SharedWord, type Value } from '../run/objects.js';
import { toWord } from '../run/words.js';
import { type CType, fieldType, type IntType, T } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { SharedVariable } from './initial.js';
import type { Given, Start } from './start.js';

/** Structs that are one word of the machine. */
export const LOCKS: ReadonlySet<string> = new Set([
  'spinlock',
  'seqcount',
  'mutex',
  'rw_semaphore',
  'completion',
]);

/** A word that starts with the address of a variable. */
interface Pointing {
  readonly from: SharedWord;
  readonly to: string | CStruct;
}

/** Make all of them; those of each CPU as often as there are CPUs. */
export function makeShared(
  w: World,
  variables: readonly SharedVariable[],
  types: Types,
  cpus: number,
): ReadonlyMap<string, Value> {
  const globals = new Map<string, Value>();
  const maker = new Maker(w, types);
  for (const { name, type, value, length, perCpu } of variables) {
    const whole: CType = length === null ? type : { k: 'array', of: type, size: length };
    const one = (label: string): Value => maker.make(label, whole, value);
    const each = (): Value =>
      new PerCpu(Array.from({ length: cpus }, (_, cpu) => one(`${name} of cpu${cpu}`)));
    globals.set(name, perCpu === true ? each() : one(name));
  }
  for (const { from, to } of maker.pointing) {
    const target = typeof to === 'string' ? (globals.get(to) ?? functionNamed(to)) : to;
    w.cells.setInitial(from.cell, toWord(w, target, { k: 'ptr', to: T.any }) ?? 0);
  }
  return globals;
}

/** The words that bit-fields of a struct share: as many as fit in 32 bits, one behind the other. */
class Units {
  #word: SharedWord | null = null;
  #used = 0;
  #value = 0;

  /** A member that is none ends the word. */
  closed(member: Value): Value {
    this.#word = null;
    return member;
  }

  next(type: IntType, make: (name: string) => Value, name: string): BitField {
    if (this.#word === null || this.#used + type.bits > 32) {
      this.#word = make(name) as SharedWord;
      this.#used = 0;
      this.#value = 0;
    }
    const shift = this.#used;
    this.#used += type.bits;
    return new BitField(this.#word, shift, type);
  }

  begin(w: World, { word, shift, type }: BitField, value: bigint): void {
    this.#value |= Number(BigInt.asUintN(type.bits, value)) << shift;
    w.cells.setInitial(word.cell, this.#value);
  }
}

class Maker {
  readonly pointing: Pointing[] = [];

  constructor(
    readonly w: World,
    readonly types: Types,
  ) {}

  make(name: string, type: CType, start: Start): Value {
    if (type.k === 'array') {
      const given = placed(start);
      return Array.from({ length: type.size ?? 1 }, (_, i) =>
        this.make(`${name}[${i}]`, type.of, given.get(i) ?? 0n),
      ) as unknown as Value;
    }
    if (type.k === 'struct') return this.#struct(name, type.tag, start);
    const first = Array.isArray(start) ? ((start as readonly Given[])[0]?.value ?? 0n) : (start as Start);
    const value = typeof first === 'function' ? first(this.w) : typeof first === 'bigint' ? first : 0n;
    const word = toWord(this.w, value, type) ?? 0;
    const made = new SharedWord(this.w.word(name, word), type, name);
    if (typeof first === 'string') this.pointing.push({ from: made, to: first });
    return made;
  }

  #struct(name: string, tag: string, start: Start): Value {
    if (LOCKS.has(tag)) {
      const count = typeof start === 'bigint' ? Number(start) : 0;
      const counter = tag === 'seqcount' || tag === 'completion';
      return new LockRef(
        counter ? this.w.word(name, count, undefined, { is: 'counter' }) : this.w.lock(name),
      );
    }
    const fields = this.types.fields(tag) ?? [];
    const given = placed(
      start,
      fields.map((d) => d.name),
    );
    const units = new Units();
    const members = fields.map((d): [string, Value] => {
      const { name: member, type, bits } = d;
      const start = given.get(member) ?? 0n;
      if (bits === undefined || type.k !== 'int')
        return [member, units.closed(this.make(`${name}.${member}`, type, start))];
      const field = units.next(fieldType(type, bits), (at) => this.make(`${name}.${at}`, T.uint, 0n), member);
      units.begin(this.w, field, typeof start === 'bigint' ? start : 0n);
      return [member, field];
    });
    const made = new CStruct(tag, Object.fromEntries(members), name);
    // As with locks, what the state declares is ready: a list without elements.
    if (tag === 'list_head')
      for (const [, from] of members) if (from instanceof SharedWord) this.pointing.push({ from, to: made });
    return made;
  }
}

/** The values of a list by member or by index; a value without either is for what comes next. */
function placed(start: Start, members?: readonly string[]): ReadonlyMap<string | number, Start> {
  const found = new Map<string | number, Start>();
  if (!Array.isArray(start)) return found;
  let next = 0;
  for (const { at, value } of start as readonly Given[]) {
    const [head = '', ...path] = typeof at === 'string' ? at.split('.') : [];
    const index = typeof at === 'number' ? at : at === null ? next : (members?.indexOf(head) ?? 0);
    const key = members === undefined ? index : members[index];
    next = index + 1;
    if (key === undefined) continue;
    const inner: Start = path.length === 0 ? value : [{ at: path.join('.'), value }];
    const before = found.get(key);
    found.set(key, path.length > 0 && Array.isArray(before) ? [...before, ...(inner as Given[])] : inner);
  }
  return found;
}
