/**
 * What an agent has been told of entries, and whether it goes away with it. An author need not say so: the machine knows which
 * operation told it, whether the lock was held, and whether the agent has looked again.
 */
import {
  type EntryAccess,
  type HalvesAccess,
  HUGE_PTE_OPS,
  PMD_OPS,
  PTE_OPS,
  type Ptep,
  type PteWord,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, World } from '../world/types.js';
import { type AnyFunction, prototypesWith } from './binder.js';

type Access = EntryAccess & Partial<HalvesAccess>;
type Operation = (...args: unknown[]) => Step<PteWord>;

const OPERATIONS: ReadonlySet<string> = new Set([...PTE_OPS, ...PMD_OPS, ...HUGE_PTE_OPS]);

/** Operations that say what an entry is: the place of the entry among their arguments. */
const READS: Readonly<Record<string, number>> = {
  ptepGet: 0,
  ptepGetLockless: 0,
  pmdpGet: 0,
  pmdpGetLockless: 0,
  hugePtepGet: 2,
};

/** Operations that say what an entry was when they took it away. */
const TAKES: Readonly<Record<string, number>> = {
  ptepGetAndClear: 2,
  ptepGetAndClearFull: 2,
  getAndClearFullPtes: 2,
  ptepClearFlush: 2,
  ptepModifyProtStart: 2,
  hugePtepGetAndClear: 2,
  hugePtepClearFlush: 2,
  hugePtepModifyProtStart: 2,
  pmdpGetAndClear: 2,
  pmdpGetAndClearFull: 2,
  pmdpHugeGetAndClear: 2,
  pmdpHugeGetAndClearFull: 2,
  pmdpHugeClearFlush: 2,
  pmdpEstablish: 2,
  pmdpInvalidate: 2,
  pmdpInvalidateAd: 2,
  pmdpCollapseFlush: 2,
};

/** What an operation tells: of which of its arguments, and whether the entry stays. */
interface Tells {
  readonly place: number;
  readonly reads: boolean;
}

const TELLS: ReadonlyMap<string, Tells> = new Map<string, Tells>([
  ...Object.entries(READS).map(([name, place]) => [name, { place, reads: true }] as const),
  ...Object.entries(TAKES).map(([name, place]) => [name, { place, reads: false }] as const),
]);

/** Who is told, for the operations of each agent. */
const tellers = new WeakMap<object, ToldValues>();

function telling(name: string, body: AnyFunction): AnyFunction {
  const { place, reads } = TELLS.get(name)!;
  return function (this: object, ...args: unknown[]) {
    const call = (body as Operation).apply(this, args);
    return tellers.get(this)?.tell(call, args[place] as Ptep, reads) ?? call;
  };
}

const tellingPrototype = prototypesWith(telling);

/**
 * A value that an operation took away counts at once, and so does one that was read under the lock of the table. One that was
 * read without it counts when the kernel's function returns, or the agent ends, unless the agent has looked again by then:
 * what differs at the second look is thrown away, as `gup_fast` and `pte_same` do. A word that stood in memory as it is
 * cannot be wrong, and costs no step: only what was put together, of halves or of a block, is looked at.
 */
export class ToldValues {
  /** What memory said in the last access that moved a whole entry. */
  readonly #whole = new Map<Ptep, PteWord>();
  /** What the agent was told last. */
  readonly #last = new Map<Ptep, PteWord>();
  /** Of that, what was put together and read without a lock. */
  readonly #open = new Map<Ptep, PteWord>();

  constructor(private readonly m: Machine & { readonly holds: ReadonlySet<number> }) {
    m.keeps.push(m.holds, this.#whole, this.#last, this.#open);
  }

  /** The accesses of the agent, which say what memory said. */
  watch(raw: Access): Access {
    const whole = this.#whole;
    const noting = (ptep: Ptep, value: PteWord): PteWord => {
      if (ptep.high < 0) whole.set(ptep, value);
      else whole.delete(ptep);
      return value;
    };
    const self = this;
    return {
      ...raw,
      *readOnce(ptep, op) {
        const value = noting(ptep, yield* raw.readOnce(ptep, op));
        if (ptep.high >= 0 && !self.#inOperation()) yield* self.#read(ptep, value);
        return value;
      },
      *xchg(ptep, pte, op) {
        const value = yield* raw.xchg(ptep, pte, op);
        whole.set(ptep, value);
        return value;
      },
      *update(ptep, change, op) {
        const value = yield* raw.update(ptep, change, op);
        whole.set(ptep, value);
        return value;
      },
    };
  }

  /** Lets operations say what they tell; `ops` itself is changed and returned. */
  of<T extends object>(ops: T): T {
    // A plug-in may hand out one object twice: it must not get a layer more each time.
    const known = tellers.has(ops);
    tellers.set(ops, this);
    if (known) return ops;
    for (const name of TELLS.keys()) {
      const own = Object.getOwnPropertyDescriptor(ops, name)?.value as AnyFunction | undefined;
      if (own !== undefined) Object.defineProperty(ops, name, { value: telling(name, own) });
    }
    const own = Object.getPrototypeOf(ops) as object;
    return own === Object.prototype ? ops : Object.setPrototypeOf(ops, tellingPrototype(own, TELLS.keys()));
  }

  /** The agent has said itself that it uses a value. */
  said(ptep: Ptep): void {
    this.#open.delete(ptep);
  }

  /** The agent goes away with what it was told. */
  *settle(): Step<void> {
    this.#last.clear();
    if (this.#open.size === 0) return;
    const open = [...this.#open];
    this.#open.clear();
    for (const [ptep, value] of open) yield* this.m.obtained(ptep, value);
  }

  /** Whether an operation runs: what it is told, its caller is told. */
  #inOperation(): boolean {
    return OPERATIONS.has(this.m.calls.top);
  }

  /** An operation, which tells its caller what it answers. */
  *tell(call: Step<PteWord>, ptep: Ptep, reads: boolean): Step<PteWord> {
    const inner = this.#inOperation();
    const value = yield* call;
    if (inner) return value;
    yield* reads ? this.#read(ptep, value) : this.#took(ptep, value);
    this.#whole.clear();
    return value;
  }

  *#took(ptep: Ptep, value: PteWord): Step<void> {
    if (!this.#stood(ptep, value)) yield* this.m.obtained(ptep, value);
  }

  *#read(ptep: Ptep, value: PteWord): Step<void> {
    const locked = this.m.holds.has(ptep.table.ptl);
    const before = this.#last.get(ptep);
    this.#last.delete(ptep);
    this.#open.delete(ptep);
    if (!locked) this.#last.set(ptep, value);
    if (this.#stood(ptep, value)) return;
    if (locked) yield* this.m.obtained(ptep, value);
    else if (before === undefined || before === value) this.#open.set(ptep, value);
  }

  /** Whether the value stood in memory as it is, or maps nothing: a mixture that is not present is not used. */
  #stood(ptep: Ptep, value: PteWord): boolean {
    return this.#whole.get(ptep) === value || !this.m.v.ptePresent(value);
  }
}

/** What is told to an agent, where an observer wants to know. */
export const toldValues = (
  w: World,
  m: Machine & { readonly holds: ReadonlySet<number> },
): ToldValues | null => (w.observers.some((o) => o.obtained !== undefined) ? new ToldValues(m) : null);
