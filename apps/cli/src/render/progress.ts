/**
 * The line that says how far a run is: on stderr, only on a terminal, only when it takes longer than a
 * second.
 */
import type { SuiteProgress } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { type Share, shareText } from './expected.js';
import { count, time } from './numbers.js';

/** What the line says. */
export interface ProgressLine {
  readonly text: string;
  /** Its numbers. */
  readonly progress: Pick<SuiteProgress, 'executions' | 'ms'>;
  /** How much of the cell that is running is done, if anybody knows. */
  readonly share?: Share | null;
  /** Estimated milliseconds to go. */
  readonly remaining: number | null;
}

const PATIENCE = 1000;
const EVERY = 200;

const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 0))}…`;

/** A line that is rewritten in place. */
export class ProgressPrinter {
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(private readonly context: Context) {}

  show({ text, progress: { executions, ms }, share, remaining }: ProgressLine): void {
    const { io } = this.context;
    if (!io.errIsTty || ms < PATIENCE || ms - this.#last < EVERY) return;
    this.#last = ms;
    this.#shown = true;
    const left = remaining === null ? '' : ` · about ${time(remaining)} left`;
    const done = share == null ? count(executions, 'execution') : shareText(share);
    const facts = ` · ${done} · ${time(ms)}${left}`;
    const room = (io.errColumns ?? io.columns ?? 80) - 1;
    // Names are the first thing to be cut.
    io.err(`\r\u001b[2K${cut(cut(text, Math.max(room - facts.length, 8)) + facts, room)}`);
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
