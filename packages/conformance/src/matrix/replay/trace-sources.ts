/**
 * Who stored what a step of a recording read, which translations it removed, and which invalidations it
 * waited for.
 */
import { type Cell, type Does, OpKind, type WordRole } from '@racewalk/core/step';
import type { StepRecord } from '@racewalk/explorer';

/** What a step took from earlier ones. Steps are given by their index. */
export interface Sources {
  /** For each of `cells`: whose store was read, null for the initial value, `undefined` if it was not read. */
  readonly from: readonly (number | null | undefined)[];
  /** For a step of a store buffer: the store. */
  readonly of: number | undefined;
  /** For each of `cells` that held a translation and does no longer: who filled it. */
  readonly dropped: readonly { readonly at: number; readonly filledBy: number | null }[];
  /** For a barrier: what was issued and is complete now. */
  readonly completes: readonly number[];
  /** The word read is a store of the thread's own that waits in its store buffer. */
  readonly forwarded: boolean;
}

/** Kinds of steps that do not look at what stood in their words. */
const BLIND: ReadonlySet<number> = new Set([OpKind.WRITE, OpKind.UNLOCK, OpKind.CHOOSE, OpKind.FENCE]);

/** Kinds of steps that see their own thread's store buffer before memory. */
const FORWARDS: ReadonlySet<number> = new Set([OpKind.READ, OpKind.AWAIT, OpKind.RETRY]);

/** Effects that are no access of the machine. */
const OBSERVES: ReadonlySet<Does> = new Set(['observe', 'complete']);

const TRANSLATIONS: ReadonlySet<WordRole['is']> = new Set([
  'tlb',
  'walk-cache',
  'device-tlb',
  'device-entry',
]);

interface Buffered {
  readonly cell: Cell;
  readonly index: number;
}

/** Follows a recording from its first step on. */
export class SourceTracker {
  readonly #lastStore = new Map<Cell, number>();
  readonly #buffers = new Map<number, Buffered[]>();
  readonly #issued = new Map<number, number[]>();

  constructor(
    private readonly tso: boolean,
    private readonly roleOf: (cell: Cell) => WordRole,
  ) {}

  /** The sources of the next step. */
  next(step: StepRecord): Sources {
    const { thread, index, kind, flusher, effect } = step;
    const buffer = this.#buffers.get(thread) ?? [];
    const own = FORWARDS.has(kind) ? buffer.findLast(({ cell }) => step.cells.includes(cell)) : undefined;
    const sources = {
      from: step.cells.map((cell) => this.#from(step, cell, own)),
      of: flusher ? leave(buffer, step.cells) : undefined,
      dropped: this.#dropped(step),
      completes: effect.does === 'barrier' ? (this.#issued.get(thread) ?? []) : [],
      forwarded: own !== undefined,
    };
    if (effect.does === 'barrier') this.#issued.delete(thread);
    if (effect.does === 'issue') this.#issued.set(thread, [...(this.#issued.get(thread) ?? []), index]);
    if (this.tso && !flusher && (kind === OpKind.WRITE || kind === OpKind.UNLOCK)) {
      this.#buffers.set(thread, [...buffer, ...step.cells.map((cell) => ({ cell, index }))]);
    } else {
      step.cells.forEach((cell, i) => {
        if (stores(step, cell, step.before[i] !== step.after[i])) this.#lastStore.set(cell, index);
      });
    }
    return sources;
  }

  #from({ kind, effect }: StepRecord, cell: Cell, own: Buffered | undefined): number | null | undefined {
    if (BLIND.has(kind) || effect.blind.includes(cell) || this.roleOf(cell).is === 'ghost') return undefined;
    // What only observers look at, the machine did not read.
    if (OBSERVES.has(effect.does) || (kind === OpKind.ATOMIC && !effect.on.includes(cell))) return undefined;
    return own?.cell === cell ? own.index : (this.#lastStore.get(cell) ?? null);
  }

  #dropped({ cells, before, after, effect }: StepRecord): Sources['dropped'] {
    if (effect.does === 'walk') return [];
    return cells.flatMap((cell, at) => {
      const gone = TRANSLATIONS.has(this.roleOf(cell).is) && before[at] !== 0 && after[at] === 0;
      return gone ? [{ at, filledBy: this.#lastStore.get(cell) ?? null }] : [];
    });
  }
}

/** Takes the oldest store to one of these words out of a buffer: stores to one word leave in their order, whatever others do. */
function leave(buffer: Buffered[], cells: readonly Cell[]): number | undefined {
  const at = buffer.findIndex(({ cell }) => cells.includes(cell));
  return at < 0 ? undefined : buffer.splice(at, 1)[0]?.index;
}

/** Whether a step that went to memory stored to the word, be it the value that stood there. */
function stores({ kind, effect }: StepRecord, cell: Cell, changed: boolean): boolean {
  if (changed || kind === OpKind.WRITE || kind === OpKind.UNLOCK || kind === OpKind.XCHG) return true;
  return kind === OpKind.ATOMIC && effect.does === 'store' && effect.on.includes(cell);
}
