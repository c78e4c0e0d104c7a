/** What values of C are while code runs. */
import type { PageTable, Ptep, PteWord } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { UserCpu } from '@racewalk/machine';
import type { CType, IntType } from '../types/ctype.js';

/**
 * A value: integers are bigints in the range of their type, entries are words of core, pointers are objects of the
 * machine or of this file, and null.
 */
export type Value = bigint | object | string | null;

/** A word that threads share. */
export class SharedWord {
  constructor(
    readonly cell: Cell,
    readonly type: CType,
    readonly name: string,
  ) {}
}

/** A member that has some bits of a word: changed by a load and a store of the whole word. */
export class BitField {
  constructor(
    readonly word: SharedWord,
    readonly shift: number,
    readonly type: IntType,
  ) {}
}

/** A lock of the machine. */
export class LockRef {
  constructor(readonly lock: Cell) {}
}

/** A variable that each CPU has of its own. */
export class PerCpu {
  constructor(readonly of: readonly Value[]) {}
}

const NO_OVERLAPS: ReadonlyMap<string, readonly string[]> = new Map();

/** A struct. Members that threads share are `SharedWord`s; all others are values of their thread. */
export class CStruct {
  parent: CStruct | null = null;
  member = '';

  constructor(
    readonly tag: string,
    readonly members: Record<string, Value>,
    readonly name: string,
    /** Members of unnamed unions: a store to one takes the others away. */
    readonly overlaps: ReadonlyMap<string, readonly string[]> = NO_OVERLAPS,
  ) {
    for (const [member, value] of Object.entries(members)) this.adopt(member, value);
  }

  /** A struct inside knows the one around it, for `container_of`. */
  adopt(member: string, value: Value): void {
    if (!(value instanceof CStruct)) return;
    value.parent = this;
    value.member = member;
  }
}

/** Where locals are: a frame, for those who need no more of it. */
interface Locals {
  readonly v: Value[];
  readonly src: (object | null)[];
}

/** `&local`. */
export class LocalRef {
  constructor(
    readonly frame: Locals,
    readonly slot: number,
  ) {}
}

/** A number of the machine that one agent reads and changes. */
export class NumberRef {
  constructor(readonly of: { value: number }) {}
}

/** `&object->member`. */
export class MemberRef {
  constructor(
    readonly object: Value,
    readonly tag: string,
    readonly member: string,
  ) {}
}

/** What `container_of()` makes of the head of a list: no struct is there, and its member is the head again. */
export class HeadOf {
  constructor(
    readonly tag: string,
    readonly member: string,
    readonly head: CStruct,
  ) {}
}

/** `&array[index]`; `index` may be one behind the end. */
export class ElementRef {
  constructor(
    readonly array: Value[],
    readonly index: number,
  ) {}
}

/** What a pointer into an array points to, where that is a word, a lock or a struct; all other pointers are themselves. */
export function pointedTo(p: Value): Value {
  const element =
    p instanceof ElementRef ? p.array[p.index] : Array.isArray(p) ? (p as Value[])[0] : undefined;
  const own = element instanceof SharedWord || element instanceof LockRef || element instanceof CStruct;
  return own ? element : p;
}

/** `&pte_val(*ptep)`: the entry as an integer. */
export class BitsRef {
  constructor(readonly ptep: Value) {}
}

/** `char __user *`: reached through the MMU. */
export class UserPointer {
  constructor(
    readonly cpu: UserCpu,
    readonly page: number,
    readonly name: string,
  ) {}
}

/** A pointer into a table that is on no entry: before the first, or behind the last. */
export class OutsideTable {
  readonly vpn: number;

  constructor(
    readonly table: PageTable,
    readonly index: number,
  ) {
    this.vpn = table.start + index;
  }
}

/** A page that the race does not have: its number came from something that was no entry. */
export class OutsidePage {
  constructor(readonly pfn: number) {}
}

/** A pointer that is an error, one for each number. */
export class ErrPointer {
  constructor(readonly error: number) {}
}

const errors = new Map<number, ErrPointer>();

/** The pointer of an error. */
export function errPointer(error: number): ErrPointer {
  const found = errors.get(error) ?? new ErrPointer(error);
  errors.set(error, found);
  return found;
}

/** A function of C as a value. */
export class FunctionRef {
  constructor(
    readonly name: string,
    /** Null in words that agents share: whoever calls it looks the name up in the text. */
    readonly call: ((args: readonly Value[]) => Generator<undefined, Value, number>) | null,
  ) {}
}

const functions = new Map<string, FunctionRef>();

/** The one value that shared words have for the function of a name. */
export function functionNamed(name: string): FunctionRef {
  const found = functions.get(name) ?? new FunctionRef(name, null);
  functions.set(name, found);
  return found;
}

/** Whether a value is a pointer to an entry of a table. */
export const isPtep = (p: Value): p is Ptep =>
  typeof p === 'object' && p !== null && 'table' in p && 'cell' in p && 'high' in p;

/** Whether a value is an entry. */
export const isPte = (v: Value): v is PteWord =>
  typeof v === 'object' && v !== null && 'lo' in v && 'hi' in v && 'id' in v;

const outside = new WeakMap<PageTable, Map<number, OutsideTable>>();

/** The entry of a table with this index, or the place where it would be. */
export function entryAt(table: PageTable, index: number): Ptep | OutsideTable {
  const entry = table.entries[index];
  if (entry !== undefined) return entry;
  const known = outside.get(table) ?? new Map<number, OutsideTable>();
  outside.set(table, known);
  const found = known.get(index) ?? new OutsideTable(table, index);
  known.set(index, found);
  return found;
}
