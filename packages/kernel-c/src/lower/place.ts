/** Places: what can be assigned to, or have its address taken. */
import type { Node } from 'web-tree-sitter';
import { kids } from '../parse/unit.js';
import { assign, copyOf } from '../run/copies.js';
import type { How } from '../run/memory.js';
import { number, pteBits, truth } from '../run/numbers.js';
import { BitsRef, CStruct, LocalRef, PerCpu, type Value } from '../run/objects.js';
import { throughNull } from '../run/outside.js';
import { use } from '../run/plain.js';
import { add } from '../run/pointers.js';
import { type CType, fieldType, T, typeText } from '../types/ctype.js';
import type { Declared } from '../types/declare.js';
import { andThen, type Code, type Ex, map, map2, pure, stepping, value } from './code.js';
import { at, type Cx, type PlaceEx, refuse, unknownName } from './context.js';

/** Calls that name the entry inside as an integer. */
export const PTE_BITS: ReadonlySet<string> = new Set(['pte_val', 'pgprot_val', 'pmd_val', 'pud_val']);

/** Calls that mark the access to their argument. */
export const ONCE: ReadonlySet<string> = new Set(
  'READ_ONCE ACCESS_ONCE READ_ONCE_NOCHECK data_race lockless_dereference rcu_dereference rcu_dereference_check rcu_dereference_protected rcu_dereference_raw'.split(
    ' ',
  ),
);

const nameOfCall = (n: Node): string => n.childForFieldName('function')?.text ?? '';

const firstArgument = (n: Node): Node | undefined => {
  const list = n.childForFieldName('arguments');
  return list === null ? undefined : kids(list)[0];
};

/** What a name, `*p`, `a->b`, `a[i]` or `pte_val(x)` stands for. */
export function compilePlace(cx: Cx, n: Node, how: How = 'plain'): PlaceEx {
  switch (n.type) {
    case 'parenthesized_expression':
      return cx.place(kids(n)[0] ?? n, how);
    case 'identifier':
      return ofName(cx, n, how);
    case 'field_expression':
      return ofMember(cx, n, how);
    case 'subscript_expression': {
      const [a, i] = [
        cx.expr(n.childForFieldName('argument') ?? n),
        cx.expr(n.childForFieldName('index') ?? n),
      ];
      const address = map2(a.code, i.code, (p, x, f) => add(f.th, p, number(f.th, x)));
      return through(cx, n, { type: a.type, code: address }, how);
    }
    case 'pointer_expression':
      if (n.childForFieldName('operator')?.text === '*')
        return through(cx, n, cx.expr(n.childForFieldName('argument') ?? n), how);
      break;
    case 'call_expression': {
      const name = nameOfCall(n);
      const inner = firstArgument(n);
      if (inner !== undefined && PTE_BITS.has(name)) return asBits(cx, n, cx.place(inner, how));
      if (inner !== undefined && ONCE.has(name)) return cx.place(inner, 'once');
      if (inner !== undefined && name === 'per_cpu') return ofCpu(cx, n, inner, how);
      return noPlace(cx, n, cx.call(n));
    }
  }
  return noPlace(cx, n, cx.expr(n));
}

const noPlace = (cx: Cx, n: Node, { type, code }: Ex): PlaceEx => ({
  type,
  slot: null,
  address: type.k === 'struct' || type.k === 'array' ? code : null,
  how: 'plain',
  at: at(cx, n),
  repeated: false,
  value: code,
});

function ofName(cx: Cx, n: Node, how: How): PlaceEx {
  const local = cx.scope.find(n.text);
  if (local?.shared !== undefined) return ofShared(cx, n, local.shared, local.type, how);
  if (local !== undefined) {
    const { slot, type } = local;
    const whole = type.k === 'struct' || type.k === 'array';
    const address = whole ? pure((f) => f.v[slot] ?? null) : null;
    return {
      type,
      slot,
      address,
      how,
      at: at(cx, n),
      get repeated() {
        return local.repeated;
      },
      value: null,
    };
  }
  const shared = cx.program.globals.get(n.text);
  if (shared === undefined) return noPlace(cx, n, cx.expr(n));
  return ofShared(cx, n, n.text, shared, how);
}

/** A variable that agents share. */
function ofShared(cx: Cx, n: Node, name: string, type: CType, how: How): PlaceEx {
  const place = at(cx, n);
  const address = pure((f) => {
    const found = f.th.globals.get(name);
    if (found === undefined) throw f.th.error(`${name} is not in the initial state`);
    return found instanceof PerCpu ? (found.of[f.th.m.cpu] ?? null) : found;
  });
  return { type, slot: null, address, how, at: place, repeated: false, value: null };
}

/** `per_cpu(variable, cpu)`. */
function ofCpu(cx: Cx, n: Node, variable: Node, how: How): PlaceEx {
  const name = variable.text.replace(/[()&*\s]/g, '');
  const type = cx.program.globals.get(name);
  const which = kids(n.childForFieldName('arguments') ?? n)[1];
  if (type === undefined && cx.program.unknown !== null) {
    cx.program.unknown.add(name);
    return noPlace(cx, n, { type: T.any, code: pure(() => null) });
  }
  if (type === undefined || which === undefined)
    throw refuse(cx, n, `${name} is no variable of each CPU`, 'declare it: DEFINE_PER_CPU(type, name);');
  const address = map(cx.expr(which).code, (cpu, f) => {
    const found = f.th.globals.get(name);
    const own = found instanceof PerCpu ? found.of[number(f.th, cpu)] : undefined;
    if (own === undefined) throw f.th.error(`${name} has none for CPU ${number(f.th, cpu)}`);
    return own;
  });
  return { type, slot: null, address, how, at: at(cx, n), repeated: false, value: null };
}

function ofMember(cx: Cx, n: Node, how: How): PlaceEx {
  const arrow = n.childForFieldName('operator')?.text === '->';
  const argument = n.childForFieldName('argument') ?? n;
  const member = n.childForFieldName('field')?.text ?? '';
  const base = arrow ? cx.expr(argument) : null;
  const place = base === null ? cx.place(argument, how) : null;
  const whole = base === null ? (place?.type ?? T.any) : base.type.k === 'ptr' ? base.type.to : T.any;
  if (whole.k === 'pte' && /^(pte|pgprot|pmd|pud)$/.test(member))
    return asBits(cx, n, place ?? through(cx, n, base as Ex, how));
  // An atomic is the number in it.
  if (whole.k === 'int' && member === 'counter') return place ?? through(cx, n, base as Ex, how);
  // What is in a swap entry is its own business; whether anything is, can be asked.
  if (whole.k === 'any' && member === 'val' && place !== null)
    return {
      ...noPlace(cx, n, { type: T.ulong, code: map(load(cx, place), (v) => (truth(v) ? 1n : 0n)) }),
      slot: place.slot,
    };
  const object = base?.code ?? place?.address ?? place?.value ?? null;
  if (object === null)
    throw refuse(cx, n, `'${argument.text}' has no members`, 'use -> on a pointer to a struct');
  const tag = whole.k === 'struct' ? whole.tag : '?';
  const { memory, names } = cx.program;
  const type = memberType(cx, n, whole, member);
  const where = at(cx, n);
  const inside = type.k === 'struct' || type.k === 'array';
  const address =
    inside && names.fields.has(tag)
      ? andThen(object, (o, f) => memory.member(f.th, o, tag, member, 'plain'))
      : map(object, (o, f) => {
          if (o === null || o === 0n) {
            f.th.at = where;
            throw throughNull(f.th, `NULL->${member}`);
          }
          return memory.refer(o, tag, member, type.k === 'ptr');
        });
  return { type, slot: null, address, how, at: where, repeated: false, value: null };
}

function bitsOf(cx: Cx, n: Node, { name, type, bits = 0 }: Declared): CType {
  if (type.k === 'int' && bits > 0 && bits <= type.bits) return fieldType(type, bits);
  throw refuse(
    cx,
    n,
    `the bits of '${name}' cannot be counted`,
    'write their number, not more than the type has',
  );
}

function memberType(cx: Cx, n: Node, whole: CType, member: string): CType {
  if (whole.k !== 'struct') {
    if (whole.k === 'any') return T.any;
    throw refuse(cx, n, `'${member}' of ${typeText(whole)}, which is no struct`, 'correct the type');
  }
  const { types, names } = cx.program;
  const own = types.fields(whole.tag);
  if (own !== null) {
    const found = own.find(({ name }) => name === member);
    if (found?.bits !== undefined) return bitsOf(cx, n, found);
    if (found !== undefined) return found.type;
    const known = own.map(({ name }) => name).join(', ');
    throw refuse(cx, n, `struct ${whole.tag} has no member '${member}'`, `it has ${known}`);
  }
  if (whole.tag.startsWith('anonymous '))
    throw refuse(
      cx,
      n,
      'a union, or a struct without a name',
      'give the struct a name; a union is not followed',
    );
  const host = names.fields.of(whole.tag, member);
  if (host !== undefined) return host.type;
  unknownName(
    cx,
    n,
    `struct ${whole.tag} has no member '${member}' that the model has`,
    `${whole.tag}.${member}`,
  );
  return T.any;
}

/** `*p`. */
function through(cx: Cx, n: Node, { type, code }: Ex, how: How): PlaceEx {
  const to = type.k === 'ptr' ? type.to : type.k === 'array' ? type.of : T.any;
  if (type.k === 'int' || type.k === 'pte')
    throw refuse(cx, n, `${typeText(type)} is no pointer`, 'take the address with &, or correct the type');
  return { type: to, slot: null, address: code, how, at: at(cx, n), repeated: false, value: null };
}

/** The entry at a place as an integer. */
function asBits(cx: Cx, n: Node, place: PlaceEx): PlaceEx {
  const { slot } = place;
  const local = slot === null ? null : pure((f) => new BitsRef(new LocalRef(f, slot)) as Value);
  const address = place.address === null ? local : map(place.address, (p) => new BitsRef(p) as Value);
  const inner = load(cx, place);
  return {
    ...place,
    type: T.ulong,
    slot: null,
    address,
    at: at(cx, n),
    value:
      place.address === null ? map(inner, (v) => (typeof v === 'bigint' ? v : pteBits(v as never))) : null,
  };
}

/** The value at a place. */
export function load(cx: Cx, place: PlaceEx): Code {
  const { slot, address, type, how } = place;
  if (place.value !== null) return place.value;
  if (slot !== null) {
    if (!place.repeated) return pure((f) => f.v[slot] ?? 0n);
    return stepping(function* (f) {
      f.th.at = place.at;
      return yield* use(f.th, f.src[slot], f.v[slot] ?? 0n);
    });
  }
  if (address === null) return pure(() => 0n);
  // A struct and an array are their own address.
  if (type.k === 'struct' || type.k === 'array' || type.k === 'func') return address;
  const { memory } = cx.program;
  return andThen(address, (p, f) => {
    f.th.at = place.at;
    return memory.load(f.th, p, how);
  });
}

/** Store a value that has the type of the place; the code's value is what was stored. */
export function store(cx: Cx, n: Node, place: PlaceEx, stored: Code): Code {
  const { slot, address, type, how, at: where } = place;
  if (slot !== null && type.k !== 'struct')
    return map(stored, (v, f) => {
      f.v[slot] = v;
      f.src[slot] = null;
      return v;
    });
  if (address === null && isCounted(cx, type)) return stored;
  if (address === null)
    throw refuse(
      cx,
      n,
      `'${n.text}' cannot be assigned to`,
      'assign to a variable, a member or through a pointer',
    );
  const { memory } = cx.program;
  return stepping(function* (f) {
    const p = yield* value(address, f);
    const v = yield* value(stored, f);
    f.th.at = where;
    if (type.k === 'struct') {
      if (!(p instanceof CStruct && v instanceof CStruct)) throw f.th.error('this struct cannot be copied');
      f.th.effect();
      const copy = yield* copyOf(f.th, v);
      f.th.at = where;
      yield* assign(f.th, p, copy as CStruct);
      return p;
    }
    yield* memory.store(f.th, p, v, how);
    return v;
  });
}

/** Whether a place is a name that nothing answers to, where these are counted. */
const isCounted = (cx: Cx, type: CType): boolean => cx.program.unknown !== null && type.k === 'any';

/** `&place`. */
export function addressOf(cx: Cx, n: Node, place: PlaceEx, localRef: (slot: number) => Code): Code {
  if (place.slot !== null && place.type.k !== 'struct' && place.type.k !== 'array')
    return localRef(place.slot);
  if (place.address !== null) return place.address;
  if (isCounted(cx, place.type)) return pure(() => null);
  throw refuse(cx, n, `'${n.text}' has no address`, 'take the address of a variable, a member or an element');
}
