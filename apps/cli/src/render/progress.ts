/**
 * The line that says how far a run is: on stderr, only on a terminal, only when it takes longer than a
 * second.
 */
import type { Context } from '../context.js';
import { grouped, time } from './numbers.js';

/** What the line says. */
export interface ProgressLine {
  readonly text: string;
  readonly executions: number;
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

  show({ text, executions, ms, remaining }: ProgressLine): void {
    const { io, width } = this.context;
    if (!io.errIsTty || ms < PATIENCE || ms - this.#last < EVERY) return;
    this.#last = ms;
    this.#shown = true;
    const left = remaining === null ? '' : ` · about ${time(remaining)} left`;
    const line = `${text} · ${grouped(executions)} executions · ${time(ms)}${left}`;
    io.err(`\r\u001b[2K${line.length < width ? line : `${line.slice(0, width - 2)}…`}`);
  }

  /** Take the line away. */
  clear(): void {
    if (this.#shown) this.context.io.err('\r\u001b[2K');
    this.#shown = false;
  }
}
