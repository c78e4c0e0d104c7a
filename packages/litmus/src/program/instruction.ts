/**
 * Instructions of all front ends in one form: what they do to registers, and in which order their accesses are. An
 * instruction set's own names stay in its front end.
 */

/** Index of a register of its thread; `ZERO` reads as zero and forgets what is written. */
export type Register = number;

/** The register that is always zero. */
export const ZERO: Register = -1;

/** Computes on 64-bit patterns; the result is taken modulo 2^64. */
export type Compute = (...operands: bigint[]) => bigint;

/** Decides on 64-bit patterns. */
export type Test = (...operands: bigint[]) => boolean;

/** Where the instruction stands in the text: an offset. */
interface Placed {
  readonly at: number;
}

/** Register to register. */
export interface Alu extends Placed {
  readonly kind: 'alu';
  readonly rd: Register;
  readonly rs: readonly Register[];
  readonly compute: Compute;
}

/**
 * One of two registers, chosen by flags. A load whose address comes out of it is not ordered by it (Arm calls it a pick
 * dependency); stores and branches are.
 */
export interface Select extends Placed {
  readonly kind: 'select';
  readonly rd: Register;
  readonly flags: Register;
  readonly test: Test;
  readonly yes: Register;
  readonly no: Register;
  /** Applied to the second register. */
  readonly change: Compute;
}

/** A jump to instruction `to` if the test holds. */
export interface Branch extends Placed {
  readonly kind: 'branch';
  readonly rs: readonly Register[];
  readonly test: Test;
  readonly to: number;
}

/** Reads, writes or both, as bits. */
export const READS = 1;
export const WRITES = 2;

/** Accesses of the first kinds come before accesses of the second kinds. */
export interface Fence extends Placed {
  readonly kind: 'fence';
  readonly before: number;
  readonly after: number;
  /** A barrier that also waits for translations, hardware updates and invalidations (DSB). */
  readonly completes: boolean;
}

/** A context synchronisation event (ISB). */
export interface Sync extends Placed {
  readonly kind: 'sync';
}

/** Return from an exception to the code address in a register; a context synchronisation event. */
export interface Return extends Placed {
  readonly kind: 'return';
  readonly rs: Register;
}

/** An address: registers added up, and a constant. */
export interface Address {
  readonly base: Register;
  readonly index: Register;
  /** Applied to the index register. */
  readonly extend: Compute | null;
  readonly offset: bigint;
}

/** Order attributes of an access. */
export interface Access extends Placed {
  readonly address: Address;
  /** Later accesses wait for it. */
  readonly acquire: boolean;
  /** It waits for earlier accesses. */
  readonly release: boolean;
  /** Acquire and release of this kind keep their order among themselves (RCsc). */
  readonly rcsc: boolean;
  /** Load or store exclusive, load-reserved, store-conditional. */
  readonly exclusive: boolean;
}

/** Reads memory into `rd`. */
export interface Load extends Access {
  readonly kind: 'load';
  readonly rd: Register;
}

/** Writes `rs`; an exclusive one puts 0 into `status`, or 1 if it fails. */
export interface Store extends Access {
  readonly kind: 'store';
  readonly rs: Register;
  readonly status: Register;
}

/** Reads and writes as one: the old value goes to `rd`, `combine(old, rs)` to memory. */
export interface Atomic extends Access {
  readonly kind: 'atomic';
  readonly rd: Register;
  readonly rs: Register;
  readonly combine: Compute;
  /** A swap's new value does not depend on the old one. */
  readonly swap: boolean;
  /** Compare and swap: writes only if the old value is that of this register; null for others. */
  readonly expected: Register | null;
  /** Nobody sees the old value, and a load barrier does not order the read. */
  readonly noReturn: boolean;
}

/** Invalidates translations of the page in `rs`, or all. */
export interface Invalidate extends Placed {
  readonly kind: 'invalidate';
  readonly rs: Register;
  readonly all: boolean;
  /** Reaches the other CPUs (inner shareable). */
  readonly broadcast: boolean;
}

/** What accesses a word of memory. */
export type MemoryAccess = Load | Store | Atomic;

/** What accesses memory, or waits for it to be done. */
export type Shared = MemoryAccess | Invalidate | Fence;

export type Instruction = Alu | Select | Branch | Fence | Sync | Return | Load | Store | Atomic | Invalidate;

const CODE = 0x4000_0000n;

/** The address of a line of the text of a thread. */
export const codeAddress = (thread: number, line: number): bigint =>
  CODE + (BigInt(thread) << 20n) + 4n * BigInt(line);
