/** Types of C, as far as the model follows them. */

/** An integer; `bits` is 1 for `bool`. */
export interface IntType {
  readonly k: 'int';
  readonly bits: number;
  readonly signed: boolean;
  /** Some bits of a word: what does not fit is cut off, also where one bit is left. */
  readonly field?: true;
}

/** A type. `any` is one that is not known: it may be passed on, and nothing else. */
export type CType =
  | IntType
  /** `pte_t`, `pmd_t`, `pud_t`, `pgprot_t`: one word of a table. */
  | { readonly k: 'pte' }
  | { readonly k: 'ptr'; readonly to: CType }
  | { readonly k: 'struct'; readonly tag: string }
  | { readonly k: 'array'; readonly of: CType; readonly size: number | null }
  | { readonly k: 'func'; readonly returns: CType }
  | { readonly k: 'void' }
  | { readonly k: 'any' };

const int = (bits: number, signed: boolean): IntType => Object.freeze({ k: 'int', bits, signed });

/** The types that have a name of their own here. */
export const T = {
  bool: int(1, false),
  char: int(8, true),
  u8: int(8, false),
  short: int(16, true),
  u16: int(16, false),
  int: int(32, true),
  uint: int(32, false),
  long: int(64, true),
  ulong: int(64, false),
  pte: { k: 'pte' } as CType,
  void: { k: 'void' } as CType,
  any: { k: 'any' } as CType,
} as const;

export const pointer = (to: CType): CType => ({ k: 'ptr', to });
export const struct = (tag: string): CType => ({ k: 'struct', tag });

/** Names that `typedef` gives in the kernel. */
export const TYPEDEFS: Readonly<Record<string, CType | undefined>> = Object.freeze({
  pte_t: T.pte,
  pmd_t: T.pte,
  pud_t: T.pte,
  p4d_t: T.pte,
  pgd_t: T.pte,
  pgprot_t: T.pte,
  pteval_t: T.ulong,
  pmdval_t: T.ulong,
  pudval_t: T.ulong,
  pgprotval_t: T.ulong,
  bool: T.bool,
  _Bool: T.bool,
  u8: T.u8,
  u16: T.u16,
  u32: T.uint,
  u64: T.ulong,
  s8: T.char,
  s16: T.short,
  s32: T.int,
  s64: T.long,
  __u32: T.uint,
  __u64: T.ulong,
  uint32_t: T.uint,
  uint64_t: T.ulong,
  int64_t: T.long,
  size_t: T.ulong,
  ssize_t: T.long,
  loff_t: T.long,
  uintptr_t: T.ulong,
  pgoff_t: T.ulong,
  phys_addr_t: T.ulong,
  vm_fault_t: T.uint,
  vm_flags_t: T.ulong,
  gfp_t: T.uint,
  fpb_t: T.int,
  rmap_t: T.int,
  zap_flags_t: T.uint,
  cydp_t: T.int,
  cpumask_t: T.ulong,
  atomic_t: T.int,
  atomic_long_t: T.long,
  refcount_t: T.int,
  spinlock_t: struct('spinlock'),
  raw_spinlock_t: struct('spinlock'),
  rwlock_t: struct('spinlock'),
  seqcount_t: struct('seqcount'),
  seqcount_spinlock_t: struct('seqcount'),
  seqlock_t: struct('seqlock'),
  swp_entry_t: T.any,
  pgtable_t: T.any,
});

/** Some bits of a type. */
export const fieldType = (type: IntType, bits: number): IntType =>
  type.bits === 1 ? type : { ...type, bits, field: true };

/** The type that arithmetic is done in. */
export const promote = (t: IntType): IntType => (t.bits < 32 ? T.int : t);

/** The usual arithmetic conversions. */
export function usual(a: IntType, b: IntType): IntType {
  const [x, y] = [promote(a), promote(b)];
  if (x.bits === y.bits) return x.signed && y.signed ? x : { ...x, signed: false };
  return x.bits > y.bits ? x : y;
}

/** A value brought into the range of a type, as a conversion does. */
export function wrap(value: bigint, { bits, signed, field }: IntType): bigint {
  if (bits === 1 && field !== true) return value === 0n ? 0n : 1n;
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/** The name of a type, for messages. */
export function typeText(t: CType): string {
  switch (t.k) {
    case 'int':
      return t.bits === 1 ? 'bool' : `${t.signed ? 's' : 'u'}${t.bits}`;
    case 'pte':
      return 'pte_t';
    case 'ptr':
      return `${typeText(t.to)} *`;
    case 'struct':
      return `struct ${t.tag}`;
    case 'array':
      return `${typeText(t.of)} []`;
    case 'func':
      return 'a function';
    case 'void':
      return 'void';
    default:
      return 'a type that is not known';
  }
}
