/**
 * An invalidation that is sent as a message: issued, delivered, completed and acknowledged are steps of their own, and
 * whoever sends one may go on before any of them. That is how a kick works that nobody waits for, the command queue of an
 * IOMMU (a wait descriptor of VT-d, CMD_SYNC of an SMMU), a request to a hypervisor, or a mailbox to firmware.
 *
 * A queue is served in order by an agent of the race, usually a `daemon`: hardware, or a CPU that comes to it.
 */
import { RacewalkError } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  awaitWord,
  type Cell,
  read,
  type Step,
  type Word,
} from '@racewalk/core/step';
import type { Machine, World } from '../world/types.js';

/** One kind of message: what it is called, and what the receiver does. */
export interface MessageKind {
  readonly name: string;
  /** Steps of the receiver, for instance `invalidateOn(m, [1], { vma })`. */
  readonly perform: (m: Machine) => Step<void>;
}

/** How a queue is set up. */
export interface MessageQueueSpec {
  /** What can be sent; a message is a number of one of these. */
  readonly kinds: readonly MessageKind[];
  /** Places; who sends more than that waits until one is acknowledged. 1 to 30, default 2. */
  readonly slots?: number;
  /** The receiver acknowledges what it has been delivered before it performs it: wrong for an invalidation. Default false. */
  readonly acknowledgesFirst?: boolean;
}

/** Counts in the word of a queue. */
const BITS = 10;
const MASK = (1 << BITS) - 1;
const issuedOf = (word: Word): number => word & MASK;
const deliveredOf = (word: Word): number => (word >> BITS) & MASK;
const acknowledgedOf = (word: Word): number => (word >> (2 * BITS)) & MASK;
const ISSUED = 1;
const DELIVERED = 1 << BITS;
const ACKNOWLEDGED = 1 << (2 * BITS);

/** The message that was sent as the n-th, from 1; for {@link MessageQueue.wait}. */
export type Ticket = number;

/** A queue of messages to one receiver. */
export class MessageQueue {
  /** How many were issued, delivered and acknowledged. */
  readonly counts: Cell;
  readonly #places: readonly Cell[];
  readonly #kinds: readonly MessageKind[];
  readonly #acknowledgesFirst: boolean;

  constructor(
    world: World,
    readonly name: string,
    { kinds, slots = 2, acknowledgesFirst = false }: MessageQueueSpec,
  ) {
    if (kinds.length === 0 || !(Number.isInteger(slots) && slots >= 1 && slots <= 30)) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `queue ${name} of ${slots} slots`, {
        expected: 'at least one kind of message, and 1 to 30 slots',
      });
    }
    const show = (w: Word): string =>
      `${issuedOf(w)} issued, ${deliveredOf(w)} delivered, ${acknowledgedOf(w)} acknowledged`;
    this.counts = world.word(name, 0, show);
    const kindText = (kind: Word): string => kinds[kind]?.name ?? String(kind);
    this.#places = Array.from({ length: slots }, (_, i) => world.word(`${name}[${i}]`, 0, kindText));
    this.#kinds = kinds;
    this.#acknowledgesFirst = acknowledgesFirst;
  }

  /**
   * Issue a message and go on. A full barrier (a doorbell behind the message), unless `barrier` is false: then under TSO or
   * the weak order stores before it may be seen later.
   */
  *post(_m: Machine, kind = 0, { barrier = true } = {}): Step<Ticket> {
    const { counts } = this;
    const places = this.#places;
    const what = this.#kinds[kind];
    if (what === undefined) {
      throw new RacewalkError('RACEWALK_OUTSIDE', `queue ${this.name} has no message ${kind}`, {
        expected: `0 to ${this.#kinds.length - 1}`,
      });
    }
    const run: AtomicBody = (mem, base) => {
      const word = mem[base + counts] ?? 0;
      const place = places[issuedOf(word) % places.length] ?? counts;
      mem[base + place] = kind;
      mem[base + counts] = word + ISSUED;
      return issuedOf(word) + 1;
    };
    const full = (word: Word): boolean => issuedOf(word) - acknowledgedOf(word) >= places.length;
    const note = { op: 'post', text: `${what.name} to ${this.name}`, does: 'issue', on: [counts] } as const;
    return yield* atomic([counts, ...places], run, note, {
      guard: counts,
      test: (word) => !full(word),
      locked: barrier,
    });
  }

  /** Wait until a message, and all before it, are acknowledged. Default: all that were issued by now. */
  *wait(_m: Machine, ticket?: Ticket): Step<void> {
    const { counts, name } = this;
    const issued = ticket ?? issuedOf(yield* read(counts, `${name}: how many were issued`));
    const note = { text: `${name}: wait for ${issued}`, does: 'wait' } as const;
    yield* awaitWord(counts, (word) => acknowledgedOf(word) >= issued, note);
  }

  /** Whether a message is acknowledged; does not wait. */
  *poll(_m: Machine, ticket: Ticket): Step<boolean> {
    return acknowledgedOf(yield* read(this.counts, `${this.name}: is ${ticket} acknowledged`)) >= ticket;
  }

  /** Serve one message: it is delivered, performed, acknowledged. Waits until there is one. */
  *serveOne(m: Machine): Step<void> {
    const kind = yield* this.#deliver();
    if (this.#acknowledgesFirst) yield* this.#acknowledge();
    yield* this.#kinds[kind]?.perform(m) ?? nothing();
    if (!this.#acknowledgesFirst) yield* this.#acknowledge();
  }

  /** Serve messages for ever: the body of a `daemon`. */
  *serve(m: Machine): Step<void> {
    for (;;) yield* this.serveOne(m);
  }

  *#deliver(): Step<number> {
    const { counts } = this;
    const places = this.#places;
    const run: AtomicBody = (mem, base) => {
      const word = mem[base + counts] ?? 0;
      mem[base + counts] = word + DELIVERED;
      return mem[base + (places[deliveredOf(word) % places.length] ?? counts)] ?? 0;
    };
    const note = { text: `${this.name}: delivered`, does: 'wait', on: [counts] } as const;
    const test = (word: Word): boolean => deliveredOf(word) < issuedOf(word);
    return yield* atomic([counts, ...places], run, note, { guard: counts, test, locked: false });
  }

  *#acknowledge(): Step<void> {
    const { counts } = this;
    const run: AtomicBody = (mem, base) => {
      mem[base + counts] = (mem[base + counts] ?? 0) + ACKNOWLEDGED;
      return 0;
    };
    yield* atomic([counts], run, { text: `${this.name}: acknowledged`, on: [counts] });
  }
}

function* nothing(): Step<void> {}
