/** `racewalk queue` and `racewalk worker`: exploration over several machines. */
import type { QueueCrew, QueueWorker, Server } from '@racewalk/fleet/queue';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArchs } from '../input/archs.js';
import { readText } from '../input/files.js';
import { type ScenariosOption, scenariosOption, withOnlyScenarios, withScenarios } from '../input/module.js';
import { crowd, duration, exploreStrategy, list } from '../input/options.js';
import { loadQueue } from '../input/queue-package.js';
import { count } from '../render/numbers.js';
import { type Hire, threads } from '../scale/threads.js';
import { ARCHS, matrixOptions, type RunOptions, runMatrix } from './conformance.js';
import { type ExploreCommandOptions, exploreCell, exploreOptions } from './explore.js';

/** Where the queue is. */
interface QueueOptions {
  readonly redis?: string;
  readonly redisCa?: string;
  readonly name: string;
}

interface ProducerOptions extends QueueOptions {
  readonly ahead: number;
}

interface WorkerOptions extends QueueOptions, ScenariosOption {
  readonly arch?: readonly string[];
  readonly concurrency: number;
  readonly stalledAfter: number;
  readonly idle?: number;
}

const URL_VARIABLE = 'RACEWALK_REDIS_URL';
const STALLED_AFTER = 15_000;
const LEAST_STALLED = 1_000;

function queueOptions(command: Command): Command {
  return command
    .option(
      '--redis <url>',
      `redis:// or rediss:// (TLS); default: ${URL_VARIABLE}, which keeps it off the command line`,
    )
    .option('--redis-ca <file>', 'certificate of an authority to trust for rediss://, PEM')
    .option(
      '--name <prefix>',
      'prefix of all keys, one for each run; the same for its workers',
      keyPrefix,
      'racewalk',
    );
}

function keyPrefix(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text;
  throw usageError(`--name ${JSON.stringify(text)} is no name`, 'letters, digits, dots and dashes');
}

function serverOf(context: Context, { redis, redisCa }: QueueOptions): Server {
  const url = redis ?? context.io.env[URL_VARIABLE];
  if (url === undefined || url === '') {
    throw usageError('the URL of a Redis or Valkey server is missing', `--redis URL, or ${URL_VARIABLE}`);
  }
  return redisCa === undefined ? { url } : { url, ca: certificate(context, redisCa) };
}

function certificate(context: Context, file: string): string {
  const text = readText(context, file);
  if (/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(text)) return text;
  throw usageError(`--redis-ca ${file} holds no certificate`, 'a file in PEM format, with BEGIN CERTIFICATE');
}

/** A worker says that it lives a few times in this time. */
function stalledAfter(text: string): number {
  const ms = duration(text);
  if (ms >= LEAST_STALLED) return ms;
  throw usageError(`--stalled-after ${text} is too short`, 'at least 1s');
}

const noteTo =
  ({ io }: Context) =>
  (message: string): void =>
    io.err(`${message}\n`);

/** Workers on other machines. */
function hireBy(options: ProducerOptions): Hire {
  return async (context): Promise<QueueCrew> => {
    const { QueueCrew: Crew } = await loadQueue();
    const { name, ahead } = options;
    return Crew.open({ ...serverOf(context, options), name, ahead, onNote: noteTo(context) });
  };
}

export function queueCommand(program: Command, context: Context): void {
  const queue = program
    .command('queue')
    .summary('run the matrix, or one race test, with workers on other machines')
    .description('Gives cells and pieces of large ones to racewalk worker processes, over Redis or Valkey.');
  const producer = (command: Command): Command =>
    queueOptions(command).option(
      '--ahead <n>',
      'tasks given out at once: about twice the workers',
      crowd('--ahead'),
      8,
    );
  const conformance = queue
    .command('conformance')
    .summary('the matrix')
    .description('Runs every race test and its mutants on every architecture, as racewalk conformance does.')
    .option('--test <glob>', 'tests whose id matches, for instance "contpte/teardown-*"');
  producer(matrixOptions(conformance)).action((options: RunOptions & ProducerOptions) =>
    runMatrix(context, options, { hired: hireBy(options) }),
  );
  const check = queue
    .command('check')
    .summary('the race tests that a file exports')
    .description('Runs every scenario that a module exports, as racewalk check does.')
    .argument('<file>', 'the module; workers have to be given it, too: --scenarios')
    .option('--test <glob>', 'tests whose id matches');
  producer(matrixOptions(check)).action(async (file: string, options: RunOptions & ProducerOptions) =>
    runMatrix(
      await withOnlyScenarios(context, file),
      { ...options, checked: true },
      { hired: hireBy(options) },
    ),
  );
  const explore = queue
    .command('explore')
    .summary('one race test on one architecture')
    .description('Explores one cell of the matrix, as racewalk explore does.')
    .option('--strategy <name>', 'dpor, stateful, random or pct', exploreStrategy);
  producer(exploreOptions(explore)).action((test: string, given: ExploreCommandOptions & ProducerOptions) => {
    const { redis, redisCa, name, ahead, ...options } = given;
    if (options.strategy === 'portfolio') {
      throw usageError(
        'a portfolio runs on one machine',
        'racewalk explore --strategy portfolio --workers N',
      );
    }
    return exploreCell(context, test, options, hireBy(given));
  });
}

export function workerCommand(program: Command, context: Context): void {
  const command = program
    .command('worker')
    .summary('do what racewalk queue gives out, until interrupted')
    .description(
      'Takes cells and pieces from the queue and explores them; what they name has to be known here.',
    )
    .option('--concurrency <n>', 'worker threads', crowd('--concurrency'), 1)
    .option('--arch <files>', `${ARCHS}; built-in ones need not be named`, list)
    .option(
      '--stalled-after <time>',
      'give a task to another worker if one is silent for so long',
      stalledAfter,
      STALLED_AFTER,
    )
    .option('--idle <time>', 'end when there was nothing to do for so long', duration);
  queueOptions(scenariosOption(command)).action(async (options: WorkerOptions) => {
    const server = serverOf(context, options);
    const { context: own } = await withArchs(await withScenarios(context, options), options.arch ?? []);
    const { startQueueWorker } = await loadQueue();
    const crew = threads(own, options.concurrency);
    try {
      const { name, stalledAfter: silence } = options;
      const how = { ...server, name, crew, stalledAfter: silence, onNote: noteTo(context) };
      const worker = await startQueueWorker(how);
      context.io.err(`waiting for tasks of ${name}, ${count(options.concurrency, 'thread')}\n`);
      await untilOver(context, worker, options.idle);
      await worker.close();
      context.io.err(`${count(worker.done, 'task')} done\n`);
    } finally {
      await crew.close();
    }
    context.status.exit = context.io.signal.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  });
}

async function untilOver(
  { io }: Context,
  worker: QueueWorker,
  idle = Number.POSITIVE_INFINITY,
): Promise<void> {
  while (!io.signal.aborted && worker.idle < idle) await new Promise((resolve) => setTimeout(resolve, 100));
}
