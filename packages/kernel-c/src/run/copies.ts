/** Structs as values: a copy loads every member that agents share, and storing one stores every member. */
import type { Step } from '@racewalk/core/step';
import { HostFields } from '../names/fields.js';
import { Memory } from './memory.js';
import { CStruct, SharedWord, type Value } from './objects.js';
import type { Thread } from './thread.js';

const memory = new Memory(new HostFields());

/** The value of a struct or an array, in memory of the thread alone. */
export function* copyOf(th: Thread, v: Value): Step<Value> {
  if (v instanceof SharedWord) return yield* memory.load(th, v, 'plain');
  if (Array.isArray(v)) {
    const items: Value[] = [];
    for (const item of v as Value[]) items.push(yield* copyOf(th, item));
    return items;
  }
  if (!(v instanceof CStruct)) return v;
  const members: Record<string, Value> = {};
  for (const member of Object.keys(v.members)) {
    const part = yield* memory.member(th, v, v.tag, member, 'plain');
    members[member] = yield* copyOf(th, part);
  }
  return new CStruct(v.tag, members, v.name, v.overlaps);
}

const partOf = (v: CStruct | Value[], key: string): Value | undefined =>
  v instanceof CStruct ? v.members[key] : v[Number(key)];

/** `to = from`, of two of one type; `from` is a copy. */
export function* assign(th: Thread, to: CStruct | Value[], from: CStruct | Value[]): Step<void> {
  for (const [key, now] of Object.entries(from instanceof CStruct ? from.members : from)) {
    const old = partOf(to, key);
    const whole = old instanceof CStruct || Array.isArray(old);
    if (whole && (now instanceof CStruct || Array.isArray(now)))
      yield* assign(th, old as CStruct, now as CStruct);
    else if (to instanceof CStruct) yield* memory.setMember(th, to, to.tag, key, now, 'plain');
    else if (old instanceof SharedWord) yield* memory.store(th, old, now, 'plain');
    else to[Number(key)] = now;
  }
}
