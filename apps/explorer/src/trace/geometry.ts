/** Where everything of a picture lies. Rows have one height, so nothing has to be measured. */
import type { Edge } from './edges.js';
import type { Picture } from './model.js';

/** Height of a row, of one that is folded, the room between blocks, and the room above the first. */
export const ROW = 46;
const FOLDED = 24;
const BETWEEN = 5;
const TOP = 6;
/** Numbers of the steps. */
const GUTTER = 44;
const RAIL_LANE = 18;
/** A lane narrower than this becomes a rail. */
const LEAST_LANE = 200;
const BAR = 13;

/** A rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The layout of a picture in a given width. */
export class Geometry {
  /** Narrow: lanes are thin columns with dots, and every block takes the rest. */
  readonly rail: boolean;
  readonly height: number;
  readonly #lane: number;
  /** Where each row begins, and behind them the end. */
  readonly #rows: readonly number[];

  constructor(
    readonly picture: Picture,
    readonly width: number,
    /** Show only what the fault hangs on in full. */
    readonly folded = false,
  ) {
    const count = Math.max(1, picture.lanes.length);
    const lane = (width - GUTTER) / count;
    this.rail = lane < LEAST_LANE;
    this.#lane = this.rail ? RAIL_LANE : lane;
    const rows = [TOP];
    for (const step of picture.steps) rows.push((rows.at(-1) ?? 0) + (this.small(step.index) ? FOLDED : ROW));
    this.#rows = rows;
    this.height = (rows.at(-1) ?? TOP) + (picture.atEnd ? ROW : 0) + 24;
  }

  get gutter(): number {
    return GUTTER;
  }

  get laneWidth(): number {
    return this.#lane;
  }

  laneX(lane: number): number {
    return GUTTER + lane * this.#lane;
  }

  rowY(index: number): number {
    return this.#rows[Math.min(index, this.#rows.length - 1)] ?? TOP;
  }

  rowHeight(index: number): number {
    return this.small(index) ? FOLDED : ROW;
  }

  /** Whether a step is folded to a line: the fault does not hang on it. */
  small(index: number): boolean {
    const step = this.picture.steps[index];
    return (
      this.folded && this.picture.chained && step !== undefined && !step.chain && index !== this.picture.since
    );
  }

  /** The block of a step. */
  block(index: number): Box {
    const lane = this.picture.steps[index]?.lane ?? 0;
    const height = this.rowHeight(index) - BETWEEN;
    const y = this.rowY(index) + BETWEEN / 2;
    if (this.rail) {
      const x = this.laneX(this.picture.lanes.length) + 6;
      return { x, y, width: Math.max(60, this.width - x - 12), height };
    }
    const inset = 8 + (this.picture.barColumns[lane] ?? 0) * BAR;
    return { x: this.laneX(lane) + inset, y, width: this.#lane - inset - 22, height };
  }

  /** A bar of a lane; in a rail, a thin one. */
  bar(lane: number, column: number, from: number, to: number): Box {
    const y = this.rowY(from) + 3;
    const height = this.rowY(to) + this.rowHeight(to) - 3 - y;
    if (this.rail) return { x: this.laneX(lane) + 2 + column * 5, y, width: 3, height };
    return { x: this.laneX(lane) + 5 + column * BAR, y, width: 10, height };
  }

  /** A dot of the rail. */
  dot(index: number): { readonly x: number; readonly y: number } {
    const lane = this.picture.steps[index]?.lane ?? 0;
    return { x: this.laneX(lane) + RAIL_LANE / 2 + 2, y: this.rowY(index) + this.rowHeight(index) / 2 };
  }

  /** The path of an arrow, from the later step to the earlier. */
  arrow({ from, to }: Edge): string {
    const a = this.block(from);
    const b = this.block(to);
    const ay = a.y + a.height / 2;
    const by = b.y + b.height / 2;
    const [la, lb] = [this.picture.steps[from]?.lane ?? 0, this.picture.steps[to]?.lane ?? 0];
    if (la === lb || this.rail) {
      const x = a.x + a.width;
      const out = Math.min(16, 7 + Math.abs(from - to) * 1.5);
      return `M${x} ${ay}C${x + out} ${ay} ${x + out} ${by} ${x + 1} ${by}`;
    }
    const right = lb > la;
    const ax = right ? a.x + a.width : a.x;
    const bx = right ? b.x : b.x + b.width;
    const bend = Math.max(18, Math.abs(bx - ax) / 2);
    const d = right ? bend : -bend;
    return `M${ax} ${ay}C${ax + d} ${ay} ${bx - d} ${by} ${bx} ${by}`;
  }
}
