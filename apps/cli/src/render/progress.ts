/**
 * The line that says how far a run is: on stderr, only on a terminal, only when it takes longer than a
 * second.
 */
import type { Context } from '../context.js';
import { type Share, shareText } from './expected.js';
import { count, time } from './numbers.js';

/** What the line says. */
export interface ProgressLine {
  readonly text: string;
  readonly executions: number;
  /** How much of the cell that is running is done, if anybody knows. */
  readonly share?: Share | null;
  readonly ms: number;
  /** Estimated milliseconds to go. */
  readonly remaining: number | null;
}

const PATIENCE = 1000;
const EVERY = 200;

/** A line that is rewritten in place. */
export class ProgressPrinter {
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(private readonly context: Context) {}

  show({ text, executions, share, ms, remaining }: ProgressLine): void {
    const { io, width } = this.context;
    if (!io.errIsTty || ms < PATIENCE || ms - this.#last < EVERY) return;
    this.#last = ms;
    this.#shown = true;
    const left = remaining === null ? '' : ` · about ${time(remaining)} left`;
    const done = share == null ? count(executions, 'execution') : shareText(share);
    const line = `${text} · ${done} · ${time(ms)}${left}`;
    io.err(`\r\u001b[2K${line.length < width ? line : `${line.slice(0, width - 2)}…`}`);
  }

  /** Whether there is a line at all, so that what is only shown there need not be made. */
  get wanted(): boolean {
    return this.context.io.errIsTty;
  }

  /** Take the line away. */
  clear(): void {
    if (this.#shown) this.context.io.err('\r\u001b[2K');
    this.#shown = false;
  }
}
