/** Names that are compiled rather than called: marked accesses, barriers in accesses, assertions, min and max. */
import { atomic, fence, type Step } from '@racewalk/core/step';
import { defineFolioVmaWalk } from '@racewalk/mm';
import type { Node } from 'web-tree-sitter';
import { integer, pteBits, pteOf } from '../run/numbers.js';
import { CStruct, entryAt, HeadOf, isPte, isPtep, OutsideTable, type Value } from '../run/objects.js';
import { throughNull } from '../run/outside.js';
import { same } from '../run/pointers.js';
import { type CType, type IntType, pointer, struct, T, usual } from '../types/ctype.js';
import { ALLOCATOR, allocation } from './allocation.js';
import type { Argument } from './arguments.js';
import { bytes } from './bytes.js';
import { andThen, type Code, constant, type Ex, list, map, pure, stepping, value } from './code.js';
import { at, type Cx, type PlaceEx, refuse } from './context.js';
import { converted } from './convert.js';
import { condition } from './expression.js';
import { load, ONCE, PTE_BITS, store } from './place.js';

type Builtin = (cx: Cx, n: Node, args: readonly Node[], texts: readonly Argument[], name: string) => Ex;

const ex = (type: CType, code: Code): Ex => ({ type, code });
const missing = (cx: Cx, n: Node, name: string): Error =>
  refuse(cx, n, `${name} with too few arguments`, 'give all of them');

/** `*p` for the first argument, marked. */
function marked(cx: Cx, n: Node, p: Node | undefined, name: string): PlaceEx {
  if (p === undefined) throw missing(cx, n, name);
  const { type, code } = cx.expr(p);
  const to = type.k === 'ptr' && type.to.k !== 'struct' ? type.to : T.int;
  return { type: to, slot: null, address: code, how: 'once', at: at(cx, n), repeated: false, value: null };
}

const loadThrough: Builtin = (cx, n, [p], _t, name) => {
  const given = marked(cx, n, p, name);
  const place: PlaceEx = name.endsWith('_acquire') ? { ...given, how: 'acquire' } : given;
  return ex(place.type, load(cx, place));
};

const storeThrough: Builtin = (cx, n, [p, v], _t, name) => {
  const given = marked(cx, n, p, name);
  const place: PlaceEx = name.endsWith('_release') ? { ...given, how: 'release' } : given;
  if (v === undefined) throw missing(cx, n, name);
  return ex(T.void, store(cx, n, place, converted(cx.expr(v), place.type)));
};

/** The full barrier after a store. */
const storeAndFence: Builtin = (cx, n, [l, v], _t, name) => {
  if (l === undefined || v === undefined) throw missing(cx, n, name);
  const place = cx.place(l, 'once');
  const put = store(cx, n, place, converted(cx.expr(v), place.type));
  return ex(
    T.void,
    andThen(put, function* (x) {
      yield* fence({ op: name });
      return x;
    }),
  );
};

const writeOnce: Builtin = (cx, n, [l, v], _t, name) => {
  if (l === undefined || v === undefined) throw missing(cx, n, name);
  const place = cx.place(l, name === 'rcu_assign_pointer' ? 'release' : 'once');
  return ex(T.void, store(cx, n, place, converted(cx.expr(v), place.type)));
};

const DEBUG = 'CONFIG_DEBUG_VM';

/** `WARN_ON` and its kin: the condition as a value; those that stop the machine end the race as a fault. */
const warn: Builtin = (cx, n, [c], _t, name) => {
  // In the kernel's own text these are for debug kernels, and ask what the model has not: how addresses are aligned.
  if (name.startsWith('VM_') && cx.program.tableFirst(name) && !cx.program.config.has(DEBUG)) {
    cx.program.off.add(DEBUG);
    return ex(T.int, constant(0n));
  }
  const test: Code<boolean> = c === undefined ? pure(() => true) : condition(cx, c);
  const text = `${name}(${c?.text ?? ''})`;
  const where = at(cx, n);
  const fatal = name.includes('BUG');
  return ex(
    T.int,
    stepping(function* (f): Step<Value> {
      if (!(yield* value(test, f))) return 0n;
      f.th.at = where;
      const fail = (
        _mem: Int32Array,
        _base: number,
        faults: { fail(code: string, message: string): void },
      ): number => {
        if (fatal) faults.fail('LIVE', `${where.file}:${where.line}: ${text}`);
        return 0;
      };
      yield* atomic([], fail, { op: name, text: fatal ? '' : '(warns)', does: 'observe' }, { locked: false });
      return 1n;
    }),
  );
};

const extreme: Builtin = (cx, n, args, texts, name) => {
  const typed = name.endsWith('_t');
  const nodes = typed ? texts.slice(1).flatMap(({ node }) => node ?? []) : args;
  const given = nodes.map((a) => cx.expr(a));
  if (given.length < 2) throw missing(cx, n, name);
  const named = cx.program.types.named(texts[0]?.text ?? '');
  const common = given.reduce<IntType>((t, g) => (g.type.k === 'int' ? usual(t, g.type) : t), T.int);
  const type: CType = typed ? named : common;
  const smaller = name.includes('min');
  const clamp = name.startsWith('clamp');
  const codes = list(given.map((g) => converted(g, type)));
  return ex(
    type,
    map(codes, (values, f) => {
      const xs = values.map((v) => integer(f.th, v));
      const [a = 0n, lo = 0n, hi = 0n] = xs;
      if (clamp) return a < lo ? lo : a > hi ? hi : a;
      return xs.reduce((x, y) => (smaller === y < x ? y : x));
    }),
  );
};

const isHead = (o: Value, tag: string, path: readonly string[]): o is CStruct =>
  o instanceof CStruct &&
  /^(list_head|hlist_node)$/.test(o.tag) &&
  (o.parent === null || o.member !== path.at(-1) || (path.length === 1 && o.parent.tag !== tag));

const containerOf: Builtin = (cx, n, [p], texts) => {
  const [, given = '', memberText = ''] = texts.map(({ text }) => text.trim());
  const of = cx.unit.typeofs.get(given);
  const typeText = of === undefined ? given.replace(/^struct_/, 'struct ') : `typeof(${of})`;
  const m = /^typeof\s*\(\s*\*\s*\(?\s*(\w+)\s*\)?\s*\)$/.exec(typeText);
  const local = m?.[1] === undefined ? undefined : cx.scope.find(m[1])?.type;
  const type = local?.k === 'ptr' ? local.to : cx.program.types.named(typeText);
  if (p === undefined || type.k !== 'struct')
    throw refuse(cx, n, `container_of: the type ${typeText} is not known`, 'name a struct');
  const path = memberText.split('.').map((s) => s.trim());
  const where = at(cx, n);
  return ex(
    pointer(type),
    map(cx.expr(p).code, (inner, f) => {
      let o = inner;
      f.th.at = where;
      if (o === null || o === 0n) throw throughNull(f.th, 'container_of(NULL)');
      // The head of a list is in no element: a loop over it ends with a pointer that is only compared.
      if (isHead(o, type.tag, path)) return new HeadOf(type.tag, memberText, o);
      for (const member of [...path].reverse()) {
        if (!(o instanceof CStruct) || o.parent === null || o.member !== member) {
          f.th.at = where;
          throw f.th.error(`container_of: this is no member '${memberText}' of a struct ${type.tag}`);
        }
        o = o.parent;
      }
      // Who loaded the address of the member has that of the struct, too.
      const from = typeof inner === 'object' && inner !== null ? f.th.pointers.get(inner) : undefined;
      if (from !== undefined && o instanceof CStruct) f.th.pointers.set(o, from);
      return o;
    }),
  );
};

const exchange: Builtin = (cx, n, [p, v], _t, name) => {
  if (p === undefined || v === undefined) throw missing(cx, n, name);
  const place = marked(cx, n, p, name);
  const now = converted(cx.expr(v), place.type);
  const { memory } = cx.program;
  return ex(
    place.type,
    stepping(function* (f): Step<Value> {
      const to = yield* value(place.address as Code, f);
      const x = yield* value(now, f);
      f.th.at = place.at;
      return yield* memory.xchg(f.th, to, x, name);
    }),
  );
};

const bitsOf = (v: Value): Value => (isPte(v) ? pteBits(v) : v);

const compareExchange: Builtin = (cx, n, [p, o, v], _t, name) => {
  if (p === undefined || o === undefined || v === undefined) throw missing(cx, n, name);
  const place = marked(cx, n, p, name);
  const tries = /try_/.test(name);
  const old = tries ? cx.expr(o).code : converted(cx.expr(o), place.type);
  const now = converted(cx.expr(v), place.type);
  const { memory } = cx.program;
  return ex(
    tries ? T.bool : place.type,
    stepping(function* (f): Step<Value> {
      const to = yield* value(place.address as Code, f);
      const given = yield* value(old, f);
      const x = yield* value(now, f);
      f.th.at = place.at;
      const expected = tries ? yield* memory.load(f.th, given, 'plain') : given;
      const seen = yield* memory.cmpxchg(f.th, to, expected, x, name);
      if (!tries) return seen;
      // The old value may be an entry while the word is looked at as an integer, or the other way round.
      if (same(bitsOf(seen), bitsOf(expected))) return 1n;
      const back = isPte(expected) && typeof seen === 'bigint' ? pteOf(seen) : seen;
      yield* memory.store(f.th, given, back, 'plain');
      return 0n;
    }),
  );
};

const align: Builtin = (cx, n, [x, a], _t, name) => {
  if (x === undefined || a === undefined) throw missing(cx, n, name);
  const [v, by] = [cx.expr(x), cx.expr(a)];
  const down = name.endsWith('_DOWN');
  const codes = list([v.code, by.code]);
  return ex(
    v.type.k === 'int' ? usual(v.type, T.ulong) : T.ulong,
    map(codes, ([p, q], f) => {
      const [l, r] = [integer(f.th, p ?? 0n), integer(f.th, q ?? 1n)];
      return down ? l - (l % r) : ((l + r - 1n) / r) * r;
    }),
  );
};

/** `_AT(TYPE, X)`: a number that assemblers read, too. */
const typedNumber: Builtin = (cx, n, args, [type], name) => {
  const x = args.at(-1);
  if (x === undefined || type === undefined) throw missing(cx, n, name);
  const to = cx.program.types.named(type.text);
  return ex(to, converted(cx.expr(x), to));
};

const bit: Builtin = (cx, n, [x], _t, name) => {
  if (x === undefined) throw missing(cx, n, name);
  return ex(
    T.ulong,
    map(cx.expr(x).code, (v, f) => BigInt.asUintN(64, 1n << integer(f.th, v))),
  );
};

const bitMask: Builtin = (cx, n, [high, low], _t, name) => {
  if (high === undefined || low === undefined) throw missing(cx, n, name);
  return ex(
    T.ulong,
    map(list([cx.expr(high).code, cx.expr(low).code]), ([h = 0n, l = 0n], f) => {
      const [a, b] = [integer(f.th, h), integer(f.th, l)];
      return ((1n << (a - b + 1n)) - 1n) << b;
    }),
  );
};

/** A pointer to the first entry of a group of `bytes / 8` entries. */
const alignPointer: Builtin = (cx, n, [p, bytes], _t, name) => {
  if (p === undefined || bytes === undefined) throw missing(cx, n, name);
  const pointer = cx.expr(p);
  const where = at(cx, n);
  return ex(
    pointer.type,
    map(list([pointer.code, cx.expr(bytes).code]), ([given = null, size = 8n], f) => {
      const group = Number(integer(f.th, size)) / 8;
      f.th.at = where;
      if (!isPtep(given) && !(given instanceof OutsideTable))
        throw f.th.error('only pointers to entries can be aligned');
      const up = name === 'PTR_ALIGN' ? group - 1 : 0;
      const index = given.table.start + given.index + up;
      return entryAt(given.table, index - (((index % group) + group) % group) - given.table.start);
    }),
  );
};

/** `dsb(ish)` waits for invalidations; `dsb(ishst)` orders as the one that a flush of the machine begins with. */
const dsb: Builtin = (_cx, _n, _args, [kind]) =>
  ex(
    T.void,
    stepping(function* (f): Step<Value> {
      f.th.barriers++;
      const text = kind?.text ?? '';
      if (/st$/.test(text)) yield* fence({ op: 'dsb', text });
      else yield* f.th.m.tlb.dsb();
      return 0n;
    }),
  );

/** `TLB_FLUSH_VMA(mm, flags)`: stands for whatever area the flush is about. */
const flushVma: Builtin = (cx, n, [mm], _t, name) => {
  if (mm === undefined) throw missing(cx, n, name);
  return ex(
    struct('vm_area_struct'),
    map(cx.expr(mm).code, (v) => new CStruct('vm_area_struct', { vm_mm: v }, 'vma')),
  );
};

/** `DEFINE_FOLIO_VMA_WALK(name, folio, vma, address, flags)`: declares the walk that the machine makes. */
const folioWalk: Builtin = (cx, n, _args, [name, ...rest]) => {
  const nodes = rest.flatMap(({ node }) => node ?? []);
  if (name === undefined || nodes.length !== 4) throw missing(cx, n, 'DEFINE_FOLIO_VMA_WALK');
  const codes = list(nodes.map((a) => cx.expr(a).code));
  const { slot } = cx.scope.declare(name.text, struct('page_vma_mapped_walk'));
  return ex(
    T.void,
    map(codes, ([folio, vma, address, flags], f) => {
      const [at, how] = [address, flags].map((x) => Number(integer(f.th, x ?? 0n))) as [number, number];
      f.v[slot] = defineFolioVmaWalk(folio as never, vma as never, at, how);
      return 0n;
    }),
  );
};

const FIXED: Readonly<Record<string, Builtin>> = {
  WRITE_ONCE: writeOnce,
  rcu_assign_pointer: writeOnce,
  RCU_INIT_POINTER: (cx, n, args, texts, name) => writeOnce(cx, n, args, texts, name),
  smp_store_mb: storeAndFence,
  container_of: containerOf,
  container_of_const: containerOf,
  list_entry: containerOf,
  likely: (cx, n, [a], _t, name) => (a === undefined ? raise(missing(cx, n, name)) : cx.expr(a)),
  unlikely: (cx, n, [a], _t, name) => (a === undefined ? raise(missing(cx, n, name)) : cx.expr(a)),
  IS_ENABLED: (cx, _n, _a, [symbol]) => {
    const name = symbol?.text ?? '';
    cx.program.off.add(name);
    return ex(T.bool, constant(cx.program.config.has(name) ? 1n : 0n));
  },
  swap: (cx, n, [a, b], _t, name) => {
    if (a === undefined || b === undefined) throw missing(cx, n, name);
    const [p, q] = [cx.place(a), cx.place(b)];
    const hold = cx.scope.slot();
    const first = map(load(cx, p), (v, f) => {
      f.v[hold] = v;
      return v;
    });
    const put = store(cx, n, p, load(cx, q));
    const back = store(
      cx,
      n,
      q,
      pure((f) => f.v[hold] ?? 0n),
    );
    return ex(
      T.void,
      map(list([first, put, back]), () => 0n),
    );
  },
  _AT: typedNumber,
  _AC: (cx, n, [x], _t, name) => (x === undefined ? raise(missing(cx, n, name)) : cx.expr(x)),
  _ULCAST_: (cx, n, [x], _t, name) => typedNumber(cx, n, x === undefined ? [] : [x], [ULONG], name),
  _UL: (cx, n, [x], _t, name) => typedNumber(cx, n, x === undefined ? [] : [x], [ULONG], name),
  UL: (cx, n, [x], _t, name) => typedNumber(cx, n, x === undefined ? [] : [x], [ULONG], name),
  dsb,
  DEFINE_FOLIO_VMA_WALK: folioWalk,
  TLB_FLUSH_VMA: flushVma,
  PTR_ALIGN: alignPointer,
  PTR_ALIGN_DOWN: alignPointer,
  ARRAY_SIZE: (cx, n, [a]) => {
    const type = a === undefined ? T.any : cx.place(a).type;
    if (type.k === 'any' && cx.program.unknown !== null) return ex(T.ulong, constant(1n));
    if (type.k !== 'array' || type.size === null)
      throw refuse(cx, n, 'ARRAY_SIZE of what is no array', 'write the number');
    return ex(T.ulong, constant(BigInt(type.size)));
  },
};

function raise(error: Error): never {
  throw error;
}

const ULONG: Argument = { node: undefined, text: 'unsigned long' };

const MADE_OF_BITS = new Set(['__pte', '__pmd', '__pud', '__pgprot']);

const PATTERNS: readonly (readonly [RegExp, Builtin])[] = [
  [/^(smp_load_acquire|atomic(_long)?_read(_acquire)?|refcount_read)$/, loadThrough],
  [/^(smp_store_release|atomic(_long)?_set_release)$/, storeThrough],
  [/^(atomic(_long)?_set|refcount_set)$/, storeThrough],
  [/^((VM_)?(WARN|BUG)(_ON)?(_ONCE)?(_PAGE|_VMA|_FOLIO|_MM|_PGFLAGS)?|BUILD_BUG)$/, warn],
  [/^(min|max|umin|umax|min3|max3|min_t|max_t|clamp|clamp_t|clamp_val)$/, extreme],
  [/^(BIT|BIT_ULL|_BITUL|_BITULL)$/, bit],
  [/^GENMASK(_ULL)?$/, bitMask],
  [ALLOCATOR, (cx, n, args) => allocation(cx, n, args)],
  [/^mem(set|cpy|move)$/, (cx, n, args, _t, name) => bytes(cx, n, args, name)],
  [/^(atomic(_long)?_)?xchg(_relaxed|_acquire|_release|64)?$/, exchange],
  [/^(atomic(_long)?_)?(try_)?cmpxchg(64)?(_relaxed|_acquire|_release|_local)?$/, compareExchange],
  [
    /^(ALIGN|ALIGN_DOWN|round_up|round_down|ROUND_UP|ROUND_DOWN)$/,
    (cx, n, a, t, name) => align(cx, n, a, t, /down$/i.test(name) ? 'X_DOWN' : name),
  ],
];

/** The call of a built-in name, or null if the name is none. */
export function builtin(cx: Cx, n: Node, name: string, texts: readonly Argument[]): Ex | null {
  const args = texts.flatMap(({ node }) => node ?? []);
  const [first] = args;
  if (first !== undefined && (ONCE.has(name) || PTE_BITS.has(name) || name === 'per_cpu')) {
    const place = cx.place(n);
    return ex(place.type, load(cx, place));
  }
  if (first !== undefined && MADE_OF_BITS.has(name))
    return ex(T.pte, converted({ ...cx.expr(first) }, T.pte));
  // In the kernel's own text memory comes from where the model has none.
  if (ALLOCATOR.test(name) && cx.program.tableFirst(name)) return null;
  const found = Object.hasOwn(FIXED, name)
    ? FIXED[name]
    : PATTERNS.find(([pattern]) => pattern.test(name))?.[1];
  return found === undefined ? null : found(cx, n, args, texts, name);
}
