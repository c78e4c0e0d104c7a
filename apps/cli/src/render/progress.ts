/**
 * The line that says how far a run is: on stderr, only on a terminal, only when it takes longer than a
 * second.
 */
import type { SuiteProgress } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { type Share, shareText } from './expected.js';
import { count, time } from './numbers.js';
import { SteadyEnd } from './steady.js';

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
/** The clock goes on while nothing is reported. */
const TICK = 1000;

const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 0))}…`;

/** A line that is rewritten in place, at least once a second where the run leaves the thread time for it. */
export class ProgressPrinter {
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;
  readonly #end = new SteadyEnd();
  /** What was reported last, and when. */
  #line: { readonly line: ProgressLine; readonly left: number | null; readonly at: number } | null = null;
  #tick: NodeJS.Timeout | null = null;

  constructor(private readonly context: Context) {}

  show(line: ProgressLine): void {
    const { ms } = line.progress;
    if (!this.wanted) return;
    const left = this.#end.shown(ms, line.remaining);
    if (ms < PATIENCE || ms - this.#last < EVERY) return;
    this.#last = ms;
    this.#line = { line, left, at: performance.now() };
    this.#tick ??= setInterval(() => this.#goOn(), TICK).unref();
    this.#print(line, left, ms);
  }

  /** Nothing new, but time goes by. */
  #goOn(): void {
    if (this.#line === null) return;
    const { line, left, at } = this.#line;
    const since = performance.now() - at;
    if (since < TICK) return;
    this.#print(line, left === null ? null : Math.max(0, left - since) || null, line.progress.ms + since);
  }

  #print(
    { text, progress: { executions }, share }: ProgressLine,
    remaining: number | null,
    ms: number,
  ): void {
    const { io } = this.context;
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
    if (this.#tick !== null) clearInterval(this.#tick);
    this.#tick = null;
    this.#line = null;
    if (this.#shown) this.context.io.err('\r\u001b[2K');
    this.#shown = false;
  }
}
