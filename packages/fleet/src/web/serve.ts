/** A Web Worker from inside: answers what a page asks. Knows no page, and nothing of Node. */
import {
  type CellRef,
  expectedElsewhere,
  followToken,
  globMatcher,
  type MatrixCell,
  plan,
  replayToken,
  runCell,
  type TokenParts,
  variantsOf,
} from '@racewalk/conformance/matrix';
import { type ArchPlugin, nearest, RacewalkError } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { decodeToken, type TokenData } from '@racewalk/trace';
import { toPlainError } from '../threads/messages.js';
import type {
  CheckedCell,
  CheckLimits,
  PlannedCell,
  Question,
  SourceText,
  WebReply,
  WebRequest,
} from './messages.js';

/** The part of a worker's global object that is used. */
export interface WebPort {
  /** Tell the page. */
  postMessage(message: WebReply): void;
  /** Hear the page. */
  addEventListener(type: 'message', listener: (event: { readonly data: WebRequest }) => void): void;
}

/** A race that was read from a text. */
export interface ReadText {
  readonly scenario: Scenario;
  readonly assumed: readonly string[];
}

/** A patch that was read. */
export interface PatchedText {
  /** What it changes and what could not be taken, a sentence each. */
  readonly notes: readonly string[];
  readonly plugins: readonly ArchPlugin[];
  /** Both columns of a race on a plug-in; null if it calls nothing that is changed. */
  readonly row: (
    scenario: Scenario,
    plugin: ArchPlugin,
  ) => { readonly before: MatrixCell; readonly after: MatrixCell } | null;
}

/** What the worker knows. */
export interface WebParts {
  readonly archs: readonly ArchPlugin[];
  /** All race tests; or what loads those among which a test is, or all if none is named. */
  readonly scenarios: readonly Scenario[] | ((test?: string) => Promise<readonly Scenario[]>);
  /** Reads a race of the user's; throws with file, line and column. */
  readonly read?: (source: SourceText) => Promise<ReadText>;
  /** Reads a patch of the kernel; throws with file, line and column. */
  readonly patch?: (source: SourceText) => Promise<PatchedText>;
}

/** States searched for a shorter counterexample. */
const SHRINK_STATES = 50_000;

const plannedOf = ({ test, arch, variant, expected, reason }: MatrixCell): PlannedCell => ({
  test,
  arch,
  variant,
  expected,
  ...(reason === undefined ? {} : { reason }),
});

function known<T extends { readonly id: string }>(all: readonly T[], id: string, what: 'ARCH' | 'TEST'): T {
  const found = all.find((one) => one.id === id);
  if (found !== undefined) return found;
  const near = nearest(
    id,
    all.map((one) => one.id),
  );
  const noun = what === 'ARCH' ? 'architecture' : 'race test';
  throw new RacewalkError(`RACEWALK_UNKNOWN_${what}`, `there is no ${noun} ${JSON.stringify(id)} here`, {
    hint: near === null ? 'it may come from a file, or another version' : `did you mean ${near}?`,
  });
}

const noTexts = (): RacewalkError =>
  new RacewalkError('RACEWALK_UNSUPPORTED', 'this worker reads no texts', {
    hint: 'hand in what reads them',
  });

/** One question at a time, in the order they come. */
class Server {
  constructor(
    private readonly parts: WebParts,
    private readonly reply: (reply: WebReply) => void,
  ) {}

  async answer(id: number, question: Question): Promise<void> {
    switch (question.ask) {
      case 'check':
        return await this.#check(id, question);
      case 'patch':
        return await this.#patch(id, question);
      case 'explain':
        return await this.#explain(id, question);
      case 'replay': {
        const token = decodeToken(question.token.trim());
        const scenarios = await this.#scenarios(question.source, token.scenario);
        this.reply({ kind: 'trace', id, trace: replayToken(token, this.#partsOf(token, scenarios)) });
        return;
      }
      case 'follow': {
        const token = decodeToken(question.token.trim());
        const scenarios = await this.#scenarios(question.source, token.scenario);
        const { arch, variant } = question;
        const to = this.#partsOf({ ...token, arch, variant }, scenarios);
        const trace = followToken(token, this.#partsOf(token, scenarios), { ...to, variant });
        this.reply({ kind: 'trace', id, trace });
        return;
      }
    }
  }

  async #check(id: number, { source, archs, limits = {} }: Question & { ask: 'check' }): Promise<void> {
    const { scenario, assumed } = await this.#read(source);
    const { cells } = plan(this.parts.archs, [scenario], archs === undefined ? {} : { archs });
    this.reply({ kind: 'planned', id, cells: cells.map(plannedOf) });
    let done = 0;
    let executions = 0;
    for (const cell of cells) {
      const say = (running: number): void =>
        this.reply({
          kind: 'progress',
          id,
          done,
          cells: cells.length,
          executions: executions + running,
          running: plannedOf(cell),
        });
      say(0);
      const checked = await this.#run(cell, cells, limits, say);
      done += 1;
      executions += checked.result.executions;
      this.reply({ kind: 'cell', id, cell: checked });
    }
    this.reply({ kind: 'checked', id, assumed });
  }

  async #patch(id: number, { source, tests = '*', limits = {} }: Question & { ask: 'patch' }): Promise<void> {
    if (this.parts.patch === undefined) throw noTexts();
    const { notes, plugins, row } = await this.parts.patch(source);
    const matches = globMatcher(tests);
    const cells: PlannedCell[] = [];
    let [done, executions] = [0, 0];
    const scenarios = await this.#scenarios(undefined);
    for (const scenario of scenarios.filter((one) => matches(one.id))) {
      for (const plugin of plugins) {
        const looking = { test: scenario.id, arch: plugin.id, variant: 'before', expected: 'holds' } as const;
        const say = (running: PlannedCell, more = 0): void =>
          this.reply({
            kind: 'progress',
            id,
            done,
            cells: cells.length,
            executions: executions + more,
            running,
          });
        say(looking);
        // Replies go out between cells.
        await new Promise((resolve) => setTimeout(resolve));
        const columns = row(scenario, plugin);
        if (columns === null) continue;
        const pair = (['before', 'after'] as const).map((variant) => ({ ...looking, variant }));
        cells.push(...pair);
        this.reply({ kind: 'planned', id, cells: [...cells] });
        for (const cell of pair) {
          const run = columns[cell.variant];
          const checked = await this.#run(run, [run], limits, (more) => say(cell, more));
          done += 1;
          executions += checked.result.executions;
          this.reply({ kind: 'cell', id, cell: { ...checked, ...cell } });
        }
      }
    }
    this.reply({ kind: 'checked', id, assumed: notes });
  }

  async #explain(id: number, { cell, source, limits = {} }: Question & { ask: 'explain' }): Promise<void> {
    const scenarios = await this.#scenarios(source, cell.test);
    // A text has one race, whatever it is called.
    const test = source === undefined ? cell.test : (scenarios[0]?.id ?? '');
    const { cell: found, all } = this.#cell({ ...cell, test }, scenarios);
    const checked = await this.#run(found, all, limits, () => undefined);
    if (checked.trace === undefined) this.reply({ kind: 'none', id, cell: checked });
    else this.reply({ kind: 'trace', id, trace: checked.trace });
  }

  async #run(
    cell: MatrixCell,
    all: readonly MatrixCell[],
    limits: CheckLimits,
    say: (executions: number) => void,
  ): Promise<CheckedCell> {
    const {
      trace,
      cell: _,
      ...result
    } = await runCell(cell, {
      ...limits,
      slice: 250,
      shrinkStates: SHRINK_STATES,
      causes: true,
      hints: expectedElsewhere(cell, all),
      onProgress: ({ executions }) => say(executions),
    });
    return { ...plannedOf(cell), result, ...(trace === undefined ? {} : { trace }) };
  }

  async #read(source: SourceText): Promise<ReadText> {
    if (this.parts.read !== undefined) return await this.parts.read(source);
    throw noTexts();
  }

  async #scenarios(source: SourceText | undefined, test?: string): Promise<readonly Scenario[]> {
    if (source !== undefined) return [(await this.#read(source)).scenario];
    const { scenarios } = this.parts;
    return typeof scenarios === 'function' ? await scenarios(test) : scenarios;
  }

  /** A cell and its neighbours: the same variant elsewhere. */
  #cell(
    { test, arch, variant }: CellRef,
    scenarios: readonly Scenario[],
  ): { cell: MatrixCell; all: readonly MatrixCell[] } {
    const scenario = known(scenarios, test, 'TEST');
    known(this.parts.archs, arch, 'ARCH');
    const names = variantsOf(scenario, this.parts.archs).map(({ name }) => name);
    if (!names.includes(variant)) {
      throw new RacewalkError('RACEWALK_UNKNOWN_VARIANT', `${test} has no variant ${variant}`, {
        expected: names.join(', '),
      });
    }
    const { cells } = plan(this.parts.archs, [scenario], { variant });
    const cell = cells.find((one) => one.arch === arch && one.variant === variant);
    if (cell !== undefined && cell.expected !== 'not-applicable') return { cell, all: cells };
    throw new RacewalkError(
      'RACEWALK_NOT_APPLICABLE',
      `${test} ${variant} does not apply to ${arch}: ${cell?.reason ?? 'no reason given'}`,
      { hint: 'choose another architecture' },
    );
  }

  #partsOf(token: TokenData, scenarios: readonly Scenario[]): TokenParts {
    const { scenario: test, arch, variant } = token;
    const { cell, all } = this.#cell({ test, arch, variant }, scenarios);
    return { scenario: cell.scenario, plugin: cell.plugin, hints: expectedElsewhere(cell, all) };
  }
}

/** Answer a page, one question after the other. To cancel, the page ends the worker. */
export function serveWebWorker(port: WebPort, parts: WebParts): void {
  const reply = (message: WebReply): void => port.postMessage(message);
  const server = new Server(parts, reply);
  let before: Promise<void> = Promise.resolve();
  port.addEventListener('message', ({ data: { id, question } }) => {
    before = before
      .then(() => server.answer(id, question))
      .catch((error: unknown) => reply({ kind: 'failed', id, error: toPlainError(error) }));
  });
}
