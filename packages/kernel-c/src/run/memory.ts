/** Loads and stores through pointers. Only those that other threads can see take steps. */
import {
  Barrier,
  type Cell,
  cmpxchg,
  fence,
  type Note,
  Order,
  read,
  type Step,
  write,
  xchg,
} from '@racewalk/core/step';
import { type HostFields, sharedMember } from '../names/fields.js';
import { wrap } from '../types/ctype.js';
import { integer, pteBits, pteOf } from './numbers.js';
import {
  BitField,
  BitsRef,
  CStruct,
  ElementRef,
  ErrPointer,
  HeadOf,
  isPte,
  isPtep,
  LocalRef,
  LockRef,
  MemberRef,
  NumberRef,
  OutsideTable,
  pointedTo,
  SharedWord,
  UserPointer,
  type Value,
} from './objects.js';
import { orderOf } from './orders.js';
import { checkPage, freed, throughNull } from './outside.js';
import { same } from './pointers.js';
import type { Thread } from './thread.js';
import { fromWord, POISON, toWord } from './words.js';

/**
 * How an access is made: marked with `READ_ONCE` and the like, plain, plain and repeated by the compiler, or so that later
 * accesses come after it, or earlier ones before it.
 */
export type How = 'once' | 'plain' | 'again' | 'acquire' | 'release';

const LOADS: Readonly<Record<How, string>> = {
  once: 'READ_ONCE',
  plain: 'load',
  again: 'load again',
  acquire: 'smp_load_acquire',
  release: 'load',
};

const STORES: Readonly<Record<How, string>> = {
  once: 'WRITE_ONCE',
  plain: 'store',
  again: 'store',
  acquire: 'store',
  release: 'smp_store_release',
};

/** A word for people: a pointer as what it leads to. */
function shown(th: Thread, word: number, { type }: SharedWord): string {
  const led = type.k === 'ptr' ? fromWord(th.m.world, word, type) : undefined;
  if (led === null) return 'NULL';
  return led instanceof CStruct || led instanceof SharedWord ? `&${led.name}` : String(word);
}

const NOWHERE: readonly Cell[] = Object.freeze([]);

/** Accesses through pointers; `fields` are those of the machine's own objects. */
export class Memory {
  /** The struct that a word is a member of, where it was reached through that. */
  readonly #owners = new WeakMap<SharedWord, CStruct>();

  constructor(readonly fields: HostFields) {}

  /** Whether other threads can reach what a pointer points to. */
  shared(pointer: Value): boolean {
    const p = pointedTo(pointer);
    return isPtep(p) || p instanceof SharedWord || (p instanceof BitsRef && isPtep(p.ptep));
  }

  /** `*p` as a value. */
  *load(th: Thread, p: Value, how: How): Step<Value> {
    if (isPtep(p)) {
      const pte = yield* th.m.entries.readOnce(p, LOADS[how]);
      if (how === 'acquire') yield* fence({ op: LOADS[how] }, Barrier.LOADS_ALL);
      return pte;
    }
    if (p instanceof SharedWord) {
      const note: Note = { op: LOADS[how], text: p.name };
      const order = how === 'acquire' ? Order.ACQUIRE : Order.USUAL;
      const word = yield* read(
        p.cell,
        note,
        (o) => `→ ${shown(th, o.result, p)}`,
        order,
        this.#leadsTo(th, p),
      );
      if (word === POISON && th.m.world.watches('UAF')) throw freed(th, p.name);
      const found = fromWord(th.m.world, word, p.type);
      if (p.type.k === 'ptr' && typeof found === 'object' && found !== null) th.pointers.set(found, p.cell);
      return found;
    }
    if (p instanceof BitField) {
      const whole = integer(th, yield* this.load(th, p.word, how));
      return wrap(whole >> BigInt(p.shift), p.type);
    }
    if (p instanceof NumberRef) return BigInt(p.of.value);
    if (p instanceof LocalRef) return p.frame.v[p.slot] ?? 0n;
    if (p instanceof MemberRef) return yield* this.member(th, p.object, p.tag, p.member, how);
    if (p instanceof BitsRef) return this.bits(th, yield* this.load(th, p.ptep, how));
    if (p instanceof ElementRef || Array.isArray(p)) return yield* this.#element(th, p, how);
    if (p instanceof UserPointer) return BigInt((yield* p.cpu.loadValue(p.page)) ?? 0);
    throw this.#cannot(th, p, 'read');
  }

  /** `*p = value`. */
  *store(th: Thread, p: Value, value: Value, how: How): Step<void> {
    if (how === 'release' && !(pointedTo(p) instanceof SharedWord))
      yield* fence({ op: STORES[how] }, Barrier.BEFORE_RELEASE);
    if (isPtep(p)) {
      const pte = typeof value === 'bigint' ? pteOf(value) : value;
      if (!isPte(pte)) throw th.error('what is stored in a table is no entry');
      th.stored(p);
      yield* th.m.entries.writeOnce(p, pte, STORES[how]);
    } else if (p instanceof SharedWord) {
      const note: Note = { op: STORES[how], text: p.name };
      const order = how === 'release' ? Order.RELEASE : Order.USUAL;
      const word = this.#word(th, value, p);
      th.stored(p);
      yield* write(p.cell, word, note, () => `= ${shown(th, word, p)}`, order);
    } else if (p instanceof BitField) {
      const mask = (1n << BigInt(p.type.bits)) - 1n;
      const shift = BigInt(p.shift);
      const whole = integer(th, yield* this.load(th, p.word, how));
      const now = (whole & ~(mask << shift)) | ((integer(th, value) & mask) << shift);
      yield* this.store(th, p.word, now, how);
    } else if (p instanceof NumberRef) {
      p.of.value = Number(integer(th, value));
    } else if (p instanceof LocalRef) {
      if (p.frame.v[p.slot] !== value) th.changed(p.frame);
      p.frame.v[p.slot] = value;
      p.frame.src[p.slot] = null;
    } else if (p instanceof MemberRef) yield* this.setMember(th, p.object, p.tag, p.member, value, how);
    else if (p instanceof BitsRef) yield* this.store(th, p.ptep, pteOf(integer(th, value)), how);
    else if (p instanceof ElementRef || Array.isArray(p)) yield* this.#setElement(th, p, value, how);
    else if (p instanceof UserPointer)
      yield* p.cpu.store(p.page, Number(BigInt.asIntN(32, integer(th, value))));
    else throw this.#cannot(th, p, 'written');
  }

  /** `object->member`. */
  *member(th: Thread, object: Value, tag: string, member: string, how: How): Step<Value> {
    const o = object instanceof MemberRef ? yield* this.load(th, object, how) : pointedTo(object);
    if (o === null || o === 0n) throw throughNull(th, `NULL->${member}`);
    if (o instanceof ErrPointer) throw throughNull(th, `ERR_PTR(${o.error})->${member}`);
    if (o instanceof HeadOf)
      throw th.error(`no struct ${tag} is here, but the head of the list`, 'end the walk there');
    if (o instanceof CStruct) {
      const value = o.members[member];
      if (value === undefined && o.overlaps.has(member))
        throw th.error(
          `'${member}' of struct ${o.tag} is read, and another member of its union was stored last`,
        );
      if (value === undefined) throw th.error(`struct ${o.tag} has no member '${member}'`);
      if (value instanceof BitField) return yield* this.load(th, value, how);
      if (!(value instanceof SharedWord)) return value;
      this.#owners.set(value, o);
      return yield* this.load(th, value, how);
    }
    checkPage(th, o, tag);
    const field = this.fields.of(tag, member);
    if (field === undefined) throw th.error(`struct ${tag} has no member '${member}' that the model has`);
    return yield* field.load(th, o as object);
  }

  *setMember(th: Thread, given: Value, tag: string, member: string, value: Value, how: How): Step<void> {
    const object = pointedTo(given);
    if (object === null || object === 0n) throw throughNull(th, `NULL->${member}`);
    if (object instanceof CStruct) {
      const old = object.members[member];
      if (old instanceof SharedWord || old instanceof BitField) {
        yield* this.store(th, old, value, how);
        return;
      }
      th.effect();
      object.adopt(member, value);
      for (const other of object.overlaps.get(member) ?? []) delete object.members[other];
      object.members[member] = value;
      return;
    }
    const field = this.fields.of(tag, member);
    if (field?.store === undefined)
      throw th.error(
        `struct ${tag}: '${member}' cannot be changed in the model`,
        'leave the store out of the race',
      );
    yield* field.store(th, object as object, value);
  }

  /** `&object->member`. What a pointer leads to is not the member: that is where the pointer stands. */
  refer(given: Value, tag: string, member: string, isPointer = false): Value {
    const object = pointedTo(given);
    if (object instanceof HeadOf && member === object.member) return object.head;
    const value = object instanceof CStruct ? object.members[member] : undefined;
    if (value instanceof SharedWord && object instanceof CStruct) this.#owners.set(value, object);
    if (value instanceof SharedWord || value instanceof BitField) return value;
    const inside = value instanceof CStruct || value instanceof LockRef || Array.isArray(value);
    if (inside && !isPointer) return value;
    const word = typeof object === 'object' && object !== null ? sharedMember(object, member) : undefined;
    return word ?? new MemberRef(object, tag, member);
  }

  /** `cmpxchg()`: the old value. */
  *cmpxchg(th: Thread, pointer: Value, old: Value, now: Value, op: string): Step<Value> {
    const p = pointedTo(pointer);
    th.barriers++;
    if (isPtep(p)) return yield* th.m.entries.cmpxchg(p, this.#pte(th, old), this.#pte(th, now), op);
    if (p instanceof BitsRef) return this.bits(th, yield* this.cmpxchg(th, p.ptep, old, now, op));
    if (p instanceof SharedWord) {
      const note: Note = { op, text: p.name };
      const word = yield* cmpxchg(
        p.cell,
        this.#word(th, old, p),
        this.#word(th, now, p),
        note,
        (o) => `→ ${o.result}`,
        orderOf(op),
      );
      return fromWord(th.m.world, word, p.type);
    }
    const seen = yield* this.load(th, p, 'once');
    if (same(seen, old)) yield* this.store(th, p, now, 'once');
    return seen;
  }

  /** `xchg()`: the old value. */
  *xchg(th: Thread, pointer: Value, now: Value, op: string): Step<Value> {
    const p = pointedTo(pointer);
    th.barriers++;
    if (isPtep(p)) return yield* th.m.entries.xchg(p, this.#pte(th, now), op);
    if (p instanceof BitsRef) return this.bits(th, yield* this.xchg(th, p.ptep, now, op));
    if (p instanceof SharedWord) {
      const said: Note = { op, text: p.name };
      const word = yield* xchg(p.cell, this.#word(th, now, p), said, (o) => `→ ${o.result}`, orderOf(op));
      return fromWord(th.m.world, word, p.type);
    }
    const seen = yield* this.load(th, p, 'once');
    yield* this.store(th, p, now, 'once');
    return seen;
  }

  /** The words that the thread loaded the address of `p` from: of what it is, or of the struct it is in. */
  #leadsTo(th: Thread, p: SharedWord): readonly Cell[] {
    if (th.pointers.size === 0) return NOWHERE;
    const found: Cell[] = [];
    for (let o: SharedWord | CStruct | null = p; o !== null; ) {
      const from = th.pointers.get(o);
      if (from !== undefined) found.push(from);
      o = o instanceof CStruct ? o.parent : (this.#owners.get(o) ?? null);
    }
    return found;
  }

  /** An entry as an integer. */
  bits(th: Thread, value: Value): bigint {
    return isPte(value) ? pteBits(value) : integer(th, value);
  }

  #pte(th: Thread, value: Value) {
    const pte = typeof value === 'bigint' ? pteOf(value) : value;
    if (!isPte(pte)) throw th.error('what is stored in a table is no entry');
    return pte;
  }

  #word(th: Thread, value: Value, { name, type }: SharedWord): number {
    const word = toWord(th.m.world, value, type);
    if (word === null)
      throw th.error(`${String(value)} does not fit in ${name}: shared words of the model have 32 bits`);
    return word;
  }

  *#element(th: Thread, p: ElementRef | Value[], how: How): Step<Value> {
    const [array, index] = p instanceof ElementRef ? [p.array, p.index] : [p, 0];
    const value = array[index];
    if (value === undefined) throw th.error(`index ${index} is outside of an array of ${array.length}`);
    return value instanceof SharedWord ? yield* this.load(th, value, how) : value;
  }

  *#setElement(th: Thread, p: ElementRef | Value[], value: Value, how: How): Step<void> {
    const [array, index] = p instanceof ElementRef ? [p.array, p.index] : [p, 0];
    const old = array[index];
    if (old === undefined) throw th.error(`index ${index} is outside of an array of ${array.length}`);
    if (old instanceof SharedWord) yield* this.store(th, old, value, how);
    else {
      th.effect();
      array[index] = value;
    }
  }

  #cannot(th: Thread, p: Value, what: string) {
    if (p instanceof OutsideTable)
      return th.error(
        `entry ${p.index} of ${p.table.name} is ${what}, and the table of the race has none`,
        'map more pages in the initial state',
      );
    if (p === null || p === 0n) return throughNull(th, `NULL is ${what} through`);
    return th.error(
      `this pointer cannot be ${what} through`,
      'entries, shared words, locals and members can',
    );
  }
}
