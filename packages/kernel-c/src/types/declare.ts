/** From declarations to types. */
import type { Node } from 'web-tree-sitter';
import { fields, kids, parseUnit, type Unit } from '../parse/unit.js';
import { type CType, pointer, struct, T, TYPEDEFS } from './ctype.js';

/** A declared name. */
export interface Declared {
  readonly name: string;
  readonly type: CType;
  /** What it starts with, if something is given. */
  readonly value: Node | null;
  /** The length of an array, where it is not a plain number. */
  readonly size: Node | null;
  /** How many bits of a word a member has, where it has not all. */
  readonly bits?: number;
}

/** Structs that patches use and other patches of their series define, and small ones of the kernel's headers. */
const PRELUDE = `struct pfn_range_apply {
	struct mm_struct *mm;
	int (*ptefn)(pte_t *, pgtable_t, unsigned long, struct pfn_range_apply *);
	unsigned int alloc;
};
struct seqlock {
	seqcount_t seqcount;
	spinlock_t lock;
};
struct kref {
	refcount_t refcount;
};
struct list_head {
	struct list_head *next, *prev;
};
struct hlist_head {
	struct hlist_node *first;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};`;

let preludeUnit: Unit | null = null;

function prelude(): Unit {
  preludeUnit ??= parseUnit(PRELUDE, 'prelude.h');
  return preludeUnit;
}

/** Types of some texts that belong together. */
export class Types {
  readonly #known = new Map<string, readonly Declared[] | null>();

  /**
   * `builtIn`: the types that have a meaning here count rather than those of the texts, which are headers; `made` are
   * structs whose objects are the machine's.
   */
  constructor(
    readonly units: readonly Unit[],
    readonly builtIn = false,
    readonly made: (tag: string) => boolean = () => false,
  ) {}

  /** The type named by a node. */
  ofNode(node: Node | null): CType {
    if (node === null) return T.any;
    switch (node.type) {
      case 'struct_specifier':
      case 'union_specifier':
        return struct(node.childForFieldName('name')?.text ?? `anonymous ${node.startIndex}`);
      case 'enum_specifier':
        return T.int;
      case 'sized_type_specifier':
      case 'primitive_type':
      case 'type_identifier':
        return this.named(node.text);
      default:
        return T.any;
    }
  }

  /** The type of a declaration, without what its declarators add. */
  ofDeclaration(node: Node): CType {
    return this.ofNode(node.childForFieldName('type'));
  }

  /** What a `typedef` or the kernel calls so; undefined if nothing does. */
  typedef(name: string): CType | undefined {
    if (this.builtIn && TYPEDEFS[name] !== undefined) return TYPEDEFS[name];
    const own = this.units.flatMap((unit) => unit.typedefs.get(name) ?? [])[0];
    if (own === undefined) return TYPEDEFS[name];
    const declarator = fields(own, 'declarator').find((d) => d.text.endsWith(name)) ?? null;
    return this.declared(declarator, this.ofDeclaration(own)).type;
  }

  /** The type with this spelling. */
  named(text: string): CType {
    const s = text
      .replace(/\b(?:const|volatile|static|inline|extern)\b/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    if (s.endsWith('*')) return pointer(this.named(s.slice(0, -1)));
    if (s.startsWith('struct ')) return struct(s.slice(7).trim());
    const known = this.typedef(s);
    if (known !== undefined) return known;
    if (s === 'void') return T.void;
    const unsigned = /\bunsigned\b/.test(s);
    if (/\bchar\b/.test(s)) return unsigned ? T.u8 : T.char;
    if (/\bshort\b/.test(s)) return unsigned ? T.u16 : T.short;
    if (/\blong\b/.test(s)) return unsigned ? T.ulong : T.long;
    if (/\b(?:int|unsigned|signed)\b/.test(s)) return unsigned ? T.uint : T.int;
    return T.any;
  }

  /** A declarator around a type. */
  declared(node: Node | null, base: CType): Declared {
    if (node === null) return { name: '', type: base, value: null, size: null };
    const inner = (type: CType): Declared => this.declared(node.childForFieldName('declarator'), type);
    switch (node.type) {
      case 'init_declarator':
        return { ...inner(base), value: node.childForFieldName('value') };
      case 'pointer_declarator':
      case 'abstract_pointer_declarator':
        return inner(pointer(base));
      case 'array_declarator':
      case 'abstract_array_declarator': {
        const size = node.childForFieldName('size');
        const length = size !== null && /^\d+$/.test(size.text) ? Number(size.text) : null;
        return { ...inner({ k: 'array', of: base, size: length }), size };
      }
      case 'function_declarator':
      case 'abstract_function_declarator':
        return inner({ k: 'func', returns: base });
      case 'parenthesized_declarator':
      case 'abstract_parenthesized_declarator':
        return this.declared(kids(node)[0] ?? null, base);
      default:
        return { name: node.text, type: base, value: null, size: null };
    }
  }

  /** All names of a declaration. */
  all(node: Node): Declared[] {
    const base = this.ofDeclaration(node);
    return fields(node, 'declarator').map((d) => this.declared(d, base));
  }

  /** The type that `(TYPE)` names, for casts and literals. */
  ofDescriptor(node: Node): CType {
    return this.declared(node.childForFieldName('declarator'), this.ofDeclaration(node)).type;
  }

  /** The fields of a struct of the texts, those of unnamed structs and unions in it included; null if no text has it. */
  fields(tag: string): readonly Declared[] | null {
    if (this.builtIn && this.made(tag)) return null;
    let found = this.#known.get(tag);
    if (found === undefined) {
      const body = this.#bodyOf(tag);
      found = body === null ? null : this.#members(body);
      this.#known.set(tag, found);
    }
    return found;
  }

  /** Members of unnamed unions of a struct, each with the others that share its place. */
  overlaps(tag: string): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    const visit = (body: Node): void => {
      for (const d of unnamed(body)) {
        const inner = d.childForFieldName('type')?.childForFieldName('body') ?? null;
        if (inner === null) continue;
        if (d.childForFieldName('type')?.type === 'union_specifier') {
          const groups = kids(inner).map((part) => this.#members(inner, [part]).map(({ name }) => name));
          for (const [i, group] of groups.entries())
            for (const name of group) found.set(name, groups.filter((_, j) => j !== i).flat());
        }
        visit(inner);
      }
    };
    const body = this.#bodyOf(tag);
    if (body !== null) visit(body);
    return found;
  }

  #bodyOf(tag: string): Node | null {
    const own = this.units.flatMap((unit) => unit.structs.get(tag) ?? [])[0];
    return (own ?? prelude().structs.get(tag))?.childForFieldName('body') ?? null;
  }

  /** Members of a declaration, and how many bits each has; padding without a name is left out. */
  #withBits(d: Node): Declared[] {
    const clauses = kids(d).filter(({ type }) => type === 'bitfield_clause');
    if (clauses.length === 0) return this.all(d);
    const declarators = fields(d, 'declarator');
    return this.all(d).map((member, i) => {
      const start = declarators[i]?.endIndex ?? 0;
      const clause = clauses.find(({ startIndex }) => startIndex >= start);
      const next = declarators[i + 1]?.startIndex ?? Number.POSITIVE_INFINITY;
      if (clause === undefined || clause.startIndex > next) return member;
      const [width] = kids(clause);
      return { ...member, bits: /^\d+$/.test(width?.text ?? '') ? Number(width?.text) : 0 };
    });
  }

  #members(body: Node, parts: readonly Node[] = kids(body)): Declared[] {
    return parts
      .flatMap(inBranches)
      .filter((d) => d.type === 'field_declaration')
      .flatMap((d) => {
        const inner = unnamed(body).some((u) => u.id === d.id)
          ? (d.childForFieldName('type')?.childForFieldName('body') ?? null)
          : null;
        if (inner !== null) return this.#members(inner);
        return this.#withBits(d);
      });
  }
}

/** What stands in branches of `#if` counts in all of them: whoever asks for a member that is not there compiles the other one. */
const inBranches = (d: Node): Node[] =>
  /^preproc_(?:if|ifdef|else|elif)$/.test(d.type) ? kids(d).flatMap(inBranches) : [d];

/** Declarations of a struct that name no member: structs and unions whose members are its own. */
const unnamed = (body: Node): Node[] =>
  kids(body).filter(
    (d) =>
      d.type === 'field_declaration' &&
      fields(d, 'declarator').length === 0 &&
      /^(struct|union)_specifier$/.test(d.childForFieldName('type')?.type ?? ''),
  );
