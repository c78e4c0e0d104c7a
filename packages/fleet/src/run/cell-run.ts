/**
 * One cell that is being run. It begins in one piece, a slice at a time, just as one worker alone would run it; once
 * there is nothing else to give out it is cut up, and its pieces go to everybody.
 */
import {
  type CellCheckpoint,
  type CellResult,
  isExpected,
  isPieces,
  type MatrixCell,
  type PiecesCheckpoint,
  type PlainResult,
  refOf,
  reportOfPieces,
  type SearchOptions,
  type Totals,
  toPieces,
} from '@racewalk/conformance/matrix';
import { type Checkpoint, Frontier, type Report } from '@racewalk/explorer';
import { type Crew, WorkerLost } from '../crew/crew.js';
import type { Answer, PieceTask, SliceTask, Task } from '../crew/task.js';
import { autopsy, wholeJob } from './autopsy.js';
import { Pace } from './pace.js';

/** Executions made in one piece to find what one worker alone would have found. */
const CANONICAL = 1_000_000;

/** Pairs of workers that may die of a task whose deadly place cannot be found, before the cell ends with an error. */
const ROUNDS = 3;

/** Something to do for a cell; any idle worker does it. */
export type Order = (crew: Crew) => Promise<void>;

/** A search that was cut up. */
interface Pieces {
  readonly size: number;
  readonly frontier: Frontier;
  readonly from: PiecesCheckpoint;
  /** Where it was in one piece last. */
  readonly whole: Checkpoint | null;
  readonly pace: Pace;
  out: number;
}

const NOTHING: Totals = { executions: 0, blocked: 0, steps: 0, states: 0 };

/** How a cell is run. */
export interface CellRunOptions {
  readonly search: SearchOptions;
  /** Workers there are. */
  readonly lanes: number;
  /** Wall-clock milliseconds for the cell. */
  readonly ms: number;
  /** Milliseconds of a slice. */
  readonly quantum: number;
  /** Executions before the search may be cut up. */
  readonly cutAfter: number;
}

export class CellRun {
  readonly cell: MatrixCell;
  readonly #search: SearchOptions;
  readonly #lanes: number;
  readonly #quantum: number;
  readonly #cutAfter: number;
  readonly #end: number;
  #at: CellCheckpoint | undefined;
  #pieces: Pieces | null = null;
  #busy = false;
  #judging = false;
  #running = 0;
  /** Milliseconds of work, wherever it was done. */
  #work = 0;
  result: CellResult | null = null;

  constructor(
    cell: MatrixCell,
    { search, lanes, ms, quantum, cutAfter }: CellRunOptions,
    from?: CellCheckpoint,
  ) {
    this.cell = cell;
    this.#search = search;
    this.#lanes = lanes;
    this.#quantum = quantum;
    this.#cutAfter = cutAfter;
    this.#end = performance.now() + ms;
    this.#at = from;
    if (from?.search != null && isPieces(from.search)) this.#split(from, from.search, null);
  }

  /** Executions so far. */
  get executions(): number {
    if (this.result !== null) return this.result.executions;
    const done = this.#at?.totals.executions ?? 0;
    if (this.#pieces !== null) return done + this.#pieces.frontier.counts.executions;
    const search = this.#at?.search;
    const found = search != null && !isPieces(search) ? search.executions : 0;
    return Math.max(this.#running, done + found);
  }

  /** How far the cell is; undefined if it has hardly begun. */
  get checkpoint(): CellCheckpoint | undefined {
    const { size, totals } = this.#at ?? { size: 0, totals: NOTHING };
    if (this.#pieces === null) return this.#at;
    return { size, totals, search: { ...this.#pieces.from, frontier: this.#pieces.frontier.save() } };
  }

  /** Something to do, if there is; `hungry`: a worker has nothing else to do. */
  next(hungry: boolean): Order | null {
    if (this.result !== null || this.#judging) return null;
    if (this.#pieces === null) {
      if (this.#busy) return null;
      if (!hungry || !this.#cut()) return this.#slice();
    }
    return this.#piece();
  }

  #slice(): Order {
    this.#busy = true;
    const left = this.#end - performance.now();
    const task: SliceTask = {
      kind: 'slice',
      cell: refOf(this.cell),
      search: this.#search,
      quantum: this.#quantum,
      ...(Number.isFinite(left) ? { ms: Math.max(0, left) } : {}),
      ...(this.#at === undefined ? {} : { from: this.#at }),
    };
    return async (crew) => {
      const answer = await this.#do(crew, task);
      this.#busy = false;
      if (answer === null) return;
      if (answer.kind === 'finished') this.#finish(answer.result);
      else if (answer.kind === 'unfinished') {
        this.#at = answer.at;
        this.#work += answer.ms;
      }
    };
  }

  /** Cut the search of the present size up, if it can be. */
  #cut(): boolean {
    const { strategy, preemptions } = this.#search;
    const plainSearch = (strategy ?? 'dpor') === 'dpor' && preemptions === undefined;
    const search = this.#at?.search;
    if (
      !plainSearch ||
      this.executions < this.#cutAfter ||
      this.#at === undefined ||
      search == null ||
      isPieces(search)
    )
      return false;
    this.#split(this.#at, toPieces(search), search);
    return true;
  }

  #split({ size }: CellCheckpoint, from: PiecesCheckpoint, whole: Checkpoint | null): void {
    const frontier = Frontier.restore(from.frontier);
    this.#pieces = { size, frontier, from, whole, pace: new Pace(), out: 0 };
  }

  #piece(): Order | null {
    const pieces = this.#pieces;
    if (pieces === null) return null;
    const { frontier, pace, size } = pieces;
    if (this.#over(pieces)) return pieces.out === 0 ? this.#conclude(pieces) : null;
    const left = this.#most - frontier.counts.executions;
    const job = frontier.next(Math.min(left, pace.next(frontier.waiting - 1, this.#lanes)));
    if (job === undefined) return null;
    pieces.out++;
    const { fingerprint } = pieces.from;
    const { cell } = this;
    const task: PieceTask = {
      kind: 'piece',
      cell: refOf(cell),
      search: this.#search,
      size,
      fingerprint,
      job,
    };
    return async (crew) => {
      const answer = await this.#do(crew, task);
      pieces.out--;
      if (answer?.kind !== 'piece' || this.#pieces !== pieces) return;
      this.#work += answer.ms;
      const { result } = answer;
      pace.note(result.executions, answer.ms);
      frontier.answer(result, 4 * this.#lanes);
    };
  }

  #over({ frontier }: Pieces): boolean {
    const { done, fault, tooLong, counts } = frontier;
    const ended = done || fault !== undefined || tooLong;
    return ended || counts.executions >= this.#most || performance.now() >= this.#end;
  }

  /** Executions of one size at most. */
  get #most(): number {
    return this.#search.executions ?? Number.POSITIVE_INFINITY;
  }

  /** All pieces are back: continue with the next size, or say what was found. */
  #conclude(pieces: Pieces): Order | null {
    const report = reportOfPieces(pieces.frontier, this.#most);
    if (report.verdict === 'exhausted') {
      this.#nextSize(report);
      return this.next(true);
    }
    if (report.verdict === 'bounded' && report.bound !== 'steps') {
      const { bound } = report;
      // Pieces that were out may have made some more.
      this.#add({ ...report, executions: Math.min(report.executions, this.#most) });
      this.#finish({ verdict: 'bounded', bound, asExpected: false, ...this.#counts(), ms: 0 });
      return null;
    }
    return this.#judge(pieces, report);
  }

  #nextSize(report: Report): void {
    const { size } = this.#add(report);
    this.#pieces = null;
    if (size + 1 < this.cell.sizes.length) {
      this.#at = { size: size + 1, totals: this.#at?.totals ?? NOTHING, search: null };
      return;
    }
    const verdict = 'holds';
    this.#finish({ verdict, asExpected: isExpected(this.cell, { verdict }), ...this.#counts(), ms: 0 });
  }

  #add({ executions, blocked, steps }: Pick<Report, 'executions' | 'blocked' | 'steps'>): CellCheckpoint {
    const { size, totals } = this.#at ?? { size: 0, totals: NOTHING };
    const sum: Totals = {
      executions: totals.executions + executions,
      blocked: totals.blocked + blocked,
      steps: totals.steps + steps,
      states: totals.states,
    };
    this.#at = { size, totals: sum, search: null };
    return this.#at;
  }

  #counts(): Pick<PlainResult, 'executions' | 'blocked' | 'steps'> {
    const { executions, blocked, steps } = this.#at?.totals ?? NOTHING;
    return { executions, blocked, steps };
  }

  #judge({ size, whole }: Pieces, report: Report): Order {
    this.#judging = true;
    return async (crew) => {
      const task: Task = {
        kind: 'judge',
        cell: refOf(this.cell),
        search: this.#search,
        size,
        report,
        whole,
        executions: CANONICAL,
      };
      const answer = await this.#do(crew, task);
      if (answer?.kind !== 'judged') return;
      this.#add(answer);
      const asExpected = isExpected(this.cell, answer.outcome);
      this.#finish({ ...answer.outcome, asExpected, ...this.#counts(), ms: 0 });
    };
  }

  /**
   * Have a task done; by another worker if the first dies of it. If two die in a row, the place is looked for:
   * if it is found, the task itself is deadly, and the cell ends with an error that says where. If it is not, the
   * deaths may have been chance (a machine that was switched off, memory that somebody else took), and the task is
   * tried again, up to `ROUNDS` times. Null if the cell has ended.
   */
  async #do(crew: Crew, task: Task): Promise<Answer | null> {
    let how = '';
    for (let round = 0; round < ROUNDS; round++) {
      const last = await this.#try(crew, task);
      if (!(last instanceof WorkerLost)) return last;
      how = last.how;
      const found = await this.#whereItDies(crew, task);
      if (found === null) continue;
      this.#fail('error', `two workers died of it (${how}) ${found.text}`, found.token);
      return null;
    }
    this.#fail('error', `${2 * ROUNDS} workers died of it (${how})`);
    return null;
  }

  /** The answer of the first or the second worker, null if it ended the cell, or how the second died. */
  async #try(crew: Crew, task: Task): Promise<Answer | WorkerLost | null> {
    let lost: WorkerLost | null = null;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const answer = await crew.run(task, ({ executions }) => {
          this.#running = executions;
        });
        if (answer.kind !== 'failed') return answer;
        this.#fail(answer.verdict, answer.detail);
        return null;
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        lost = error;
      }
    }
    return lost;
  }

  async #whereItDies(crew: Crew, task: Task): ReturnType<typeof autopsy> {
    if (task.kind === 'piece') return autopsy(crew, task);
    const { strategy, preemptions } = this.#search;
    if (task.kind !== 'slice' || (strategy ?? 'dpor') !== 'dpor' || preemptions !== undefined) return null;
    const { cell, search } = task;
    const first = task.from?.size ?? 0;
    for (let size = first; size < this.cell.sizes.length; size++) {
      const from = size === first ? (task.from?.search ?? null) : null;
      const job = wholeJob(from);
      if (job === undefined) continue;
      const found = await autopsy(crew, { kind: 'piece', cell, search, size, job });
      if (found !== null) return found;
    }
    return null;
  }

  #fail(verdict: 'error' | 'nondeterministic', detail: string, token?: string): void {
    const counts = this.#counts();
    this.#finish({
      verdict,
      detail,
      asExpected: false,
      ...counts,
      executions: Math.max(counts.executions, this.executions),
      ms: 0,
      ...(token === undefined ? {} : { token }),
    });
  }

  #finish(result: PlainResult): void {
    if (this.result !== null) return;
    this.result = { cell: this.cell, ...result, ms: this.#work + result.ms };
  }
}
