/**
 * The page's side of the worker. One question at a time: a new one, or a cancel, ends a worker that is still busy, because
 * nothing else stops a thread that computes.
 */
import type { RacewalkError } from '@racewalk/core/step';
import type { CheckedCell, PlainError, Question, WebReply } from '@racewalk/fleet/web-worker';
import type { Trace } from '@racewalk/trace';
import { engineError } from './error.js';
import { sandboxedWorker } from './sandbox.js';
import textScript from './text-worker.ts?worker&url';
import { isModule } from './texts.js';
import script from './worker.ts?worker&url';

/** Milliseconds without a word after which a worker is taken to be stuck. */
export const SILENCE = 20_000;

/** What a question comes to: the last reply. */
export type LastReply = Extract<WebReply, { kind: 'checked' | 'trace' | 'none' }>;

interface Pending {
  readonly id: number;
  readonly onReply: (reply: WebReply) => void;
  readonly resolve: (reply: LastReply) => void;
  readonly reject: (error: Error) => void;
}

/** Code of the user's runs under a policy of its own. */
const isCode = (question: Question): boolean => 'source' in question && isModule(question.source?.file ?? '');

const started = (): Worker => new Worker(script, { type: 'module', name: 'racewalk' });

/** A worker that was started before anybody asked. */
let spare: Worker | null = null;

/** Starts a worker while the page itself still loads, where its address will ask for one. */
export function startEarly(hash: string): void {
  if (!/^#\/(cell|token)\//.test(hash)) return;
  const worker = started();
  spare = worker;
  worker.addEventListener('error', () => {
    if (spare === worker) spare = null;
  });
}

function takeSpare(): Worker | null {
  const worker = spare;
  spare = null;
  return worker;
}

/** A worker and the question it is at. */
export class Engine {
  #worker: Worker | null = null;
  #runsCode = false;
  #pending: Pending | null = null;
  #timer = 0;
  #next = 1;

  /** Ask; replies before the last go to `onReply`. Cancels the question before. */
  ask(question: Question, onReply: (reply: WebReply) => void = () => undefined): Promise<LastReply> {
    if (this.#pending !== null) this.cancel();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending = { id, onReply, resolve, reject };
      this.#listen();
      void this.#send(id, question);
    });
  }

  async #send(id: number, question: Question): Promise<void> {
    try {
      const worker = await this.#start(isCode(question));
      // It may have been cancelled meanwhile.
      if (this.#pending?.id === id) worker.postMessage({ id, question });
    } catch (error) {
      const { code = 'RACEWALK_INTERNAL', message, hint } = error as Partial<RacewalkError> & Error;
      if (this.#pending?.id === id) this.#end({ code, message, ...(hint === undefined ? {} : { hint }) });
    }
  }

  /** End what runs. Its promise is rejected with `RACEWALK_INTERRUPTED`. */
  cancel(): void {
    this.#end({ code: 'RACEWALK_INTERRUPTED', message: 'stopped', hint: 'run it again' });
  }

  async #start(code: boolean): Promise<Worker> {
    if (this.#worker !== null && this.#runsCode === code) return this.#worker;
    this.#worker?.terminate();
    this.#worker = null;
    const worker = code ? await sandboxedWorker(textScript) : (takeSpare() ?? started());
    worker.addEventListener('message', (event: MessageEvent<WebReply>) => this.#hear(event.data));
    worker.addEventListener('error', (event) => {
      const message = event.message || 'the engine could not be loaded';
      this.#end({ code: 'RACEWALK_INTERNAL', message, hint: 'load the page again' });
    });
    this.#worker = worker;
    this.#runsCode = code;
    return worker;
  }

  #listen(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const message = `the engine has said nothing for ${SILENCE / 1000} s and was stopped`;
      this.#end({
        code: 'RACEWALK_INTERRUPTED',
        message,
        hint: 'is there a loop that does not end, or does not wait for anything?',
      });
    }, SILENCE);
  }

  #hear(reply: WebReply): void {
    const pending = this.#pending;
    if (pending === null || reply.id !== pending.id) return;
    switch (reply.kind) {
      case 'failed':
        this.#settle();
        pending.reject(engineError(reply.error));
        return;
      case 'checked':
      case 'trace':
      case 'none':
        this.#settle();
        pending.resolve(reply);
        return;
      default:
        this.#listen();
        pending.onReply(reply);
    }
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#pending = null;
  }

  #end(error: Pick<PlainError, 'code' | 'message' | 'hint'>): void {
    const pending = this.#pending;
    this.#settle();
    this.#worker?.terminate();
    this.#worker = null;
    pending?.reject(engineError(error));
  }
}

/** A trace, or the reason why there is none. */
export async function traceFrom(engine: Engine, question: Question): Promise<Trace> {
  const reply = await engine.ask(question);
  if (reply.kind === 'trace') return reply.trace;
  const what = reply.kind === 'none' ? verdictText(reply.cell) : 'nothing';
  throw engineError({
    code: 'RACEWALK_NOTHING_BROKEN',
    message: `there is no counterexample: it came to ${what}`,
    hint: 'choose a cell that breaks',
  });
}

const verdictText = ({ result }: CheckedCell): string =>
  result.verdict === 'bounded' ? `bounded (${result.bound ?? 'a limit'})` : `"${result.verdict}"`;
