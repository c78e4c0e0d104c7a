/** Exploration over several processes that share nothing but a queue, on a real server. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance/schema';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { command, module, type Started, start, until } from './command.js';
import { LARGE, LARGE_EXECUTIONS } from './large.js';
import { noServer, orWhyNot, type Server, startServer } from './redis.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-queue-'));
const EXECUTIONS = `${LARGE_EXECUTIONS} executions`;

if (noServer !== null) console.warn(`tests of the queue are left out: ${noServer}`);

describe.skipIf(noServer !== null)(orWhyNot('racewalk queue'), () => {
  let server: Server;
  let redis: Redis;
  let workers: Started[] = [];
  let names = 0;
  let name = '';

  beforeAll(async () => {
    server = await startServer();
    redis = new Redis(server.url);
  });
  afterEach(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    workers = [];
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(cwd, { recursive: true });
  });

  /** A queue of its own for each test. */
  const queue = (...argv: string[]) => [...argv, '--redis', server.url, '--name', name];
  const fresh = () => {
    name = `test-${++names}`;
  };
  const hire = (count: number, ...more: string[]) => {
    for (let i = 0; i < count; i++) {
      workers.push(start(queue('worker', '--stalled-after', '2s', ...more)));
    }
  };
  const tasksLeft = async () =>
    (await redis.keys(`${name}:tasks:*`)).filter((key) =>
      /:(wait|active|completed|failed|[\da-f]{8}-\d+)$/.test(key),
    );

  it('comes to the report of one process', async () => {
    fresh();
    hire(2);
    const part = [
      'conformance',
      '--test',
      'access-flags/*',
      '--arch',
      'arm64-contpte,x86-64',
      '--reporter',
      'json',
    ];
    const remote = await command(queue('queue', ...part));
    const local = await command([...part, '--workers', '1']);
    expect([remote.code, local.code]).toEqual([0, 0]);
    const counts = (json: string) =>
      parseReport(json).cells.map((c) => [c.test, c.variant, c.arch, c.verdict, c.executions]);
    expect(counts(remote.out)).toEqual(counts(local.out));
    expect(await tasksLeft()).toEqual([]);
  });

  it('loses nothing when a worker is killed in the middle', async () => {
    fresh();
    hire(2, '--scenarios', module('large'));
    const producer = start(queue('queue', 'explore', ...LARGE));
    // Killed with a task in its hands: from then on nobody but the queue knows of it.
    const done = () => redis.llen(`${name}:tasks:active`);
    let seen = 0;
    await until(() => {
      void done().then((active) => {
        seen = active === 2 ? seen + 1 : seen;
      });
      return seen > 10 ? true : undefined;
    });
    workers[0]?.child.kill('SIGKILL');
    const { code, out } = await producer.ended;
    expect([code, out]).toEqual([0, expect.stringContaining(EXECUTIONS)]);
    expect(await tasksLeft()).toEqual([]);
  });

  it('goes on from a file when its producer was killed', async () => {
    fresh();
    hire(2, '--scenarios', module('large'));
    const file = path.join(cwd, 'producer.json');
    const argv = queue('queue', 'explore', ...LARGE, '--checkpoint', file);
    for (let kills = 0; kills < 2; kills++) {
      const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const { child, ended } = start(argv);
      await until(() => (existsSync(file) && readFileSync(file, 'utf8') !== before ? true : undefined));
      child.kill('SIGKILL');
      await ended;
    }
    const { code, out } = await command(argv);
    expect([code, out]).toEqual([0, expect.stringContaining(EXECUTIONS)]);
    expect(await tasksLeft()).toEqual([]);
  });

  it('is interrupted with 130 and cleans up', async () => {
    fresh();
    hire(1, '--scenarios', module('large'));
    const file = path.join(cwd, 'interrupted.json');
    const { child, ended } = start(queue('queue', 'explore', ...LARGE, '--checkpoint', file));
    await until(() => (existsSync(file) ? true : undefined));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining('to go on from') });
    expect(await tasksLeft()).toEqual([]);
    // Its workers may go on with another process and another number of them.
    const resumed = await command(['explore', ...LARGE, '--checkpoint', file]);
    expect(resumed.out).toContain(EXECUTIONS);
  });

  it('reports what kills threads of its workers, and the workers live on', async () => {
    fresh();
    hire(1, '--scenarios', module('deadly'));
    const argv = ['check', module('deadly'), '--test', 'deadly/always', '--arch', 'x86-64'];
    const { code, out } = await command(
      queue('queue', ...argv, '--variant', 'upstream', '--reporter', 'json'),
    );
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/exit code 7.*in the code of user, behind ptep_get/),
    ]);
    expect(workers[0]?.child.exitCode).toBe(null);
  });

  it('ends with an error where the workers know less', async () => {
    fresh();
    hire(1);
    const { code, err } = await command(queue('queue', 'explore', ...LARGE));
    expect([code, err]).toEqual([2, expect.stringMatching(/error RACEWALK_UNKNOWN_CELL: .*\nhint: /)]);
  });

  it('lets only one producer use a name', async () => {
    fresh();
    const first = start(queue('queue', 'explore', ...LARGE));
    await until(() => (first.child.exitCode === null && names > 0 ? true : undefined));
    let held = false;
    await until(() => {
      void redis.exists(`${name}:racewalk-producer`).then((n) => {
        held = n === 1;
      });
      return held ? true : undefined;
    });
    const second = await command(queue('queue', 'explore', ...LARGE));
    expect([second.code, second.err]).toEqual([2, expect.stringMatching(/error E_BUSY: .*\nhint: .*--name/)]);
    first.child.kill('SIGINT');
    expect((await first.ended).err).toContain('waiting for workers');
  });

  it('refuses tasks of another version, and what is no task', async () => {
    fresh();
    hire(1);
    const connection = redis.duplicate({ maxRetriesPerRequest: null });
    const tasks = new Queue('tasks', { connection, prefix: name });
    const cell = { test: 'access-flags/set-vs-walker', arch: 'x86-64', variant: 'upstream' };
    const good = { schema: 'racewalk.task/1', task: { kind: 'slice', cell, search: {}, quantum: 1000 } };
    const reply = async (data: unknown) => {
      const job = await tasks.add('slice', data);
      for (;;) {
        if (await job.isCompleted()) return (await tasks.getJob(job.id ?? ''))?.returnvalue;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const { VERSION: version } = await import('@racewalk/conformance/matrix');
    expect(await reply({ ...good, version })).toMatchObject({ kind: 'answer', answer: { kind: 'finished' } });
    expect(await reply({ ...good, version: '9.9.9' })).toMatchObject({
      kind: 'refused',
      error: { code: 'E_VERSION', message: expect.stringContaining('9.9.9') },
    });
    const wrong = [
      null,
      { ...good, version, schema: 'other' },
      { ...good, version, task: { ...good.task, code: 'process.exit()' } },
      { ...good, version, task: { ...good.task, cell: { ...cell, test: '' } } },
      { ...good, version, task: { ...good.task, kind: 'shell' } },
    ];
    for (const data of wrong) {
      expect(await reply(data)).toMatchObject({ kind: 'refused', error: { code: 'E_TASK' } });
    }
    await tasks.close();
    connection.disconnect();
  });
});

describe('the URL of the queue', () => {
  const SECRET = 'hunter2';

  it.each([
    ['http://u:hunter2@localhost', 'begins with http:'],
    ['hunter2', 'not a URL'],
    ['redis://u:hunter2@127.0.0.1:1/0', 'no connection to 127.0.0.1:1'],
    ['rediss://:hunter2@127.0.0.1:1', 'no connection to 127.0.0.1:1'],
  ])('%s is refused without its secret', { timeout: 30_000 }, async (url, message) => {
    for (const argv of [
      ['worker', '--redis', url],
      ['queue', 'conformance', '--test', 'mremap/*', '--redis', url],
    ]) {
      const { code, out, err } = await command(argv);
      expect([code, err]).toEqual([2, expect.stringMatching(/error E_REDIS: .*\nhint: /)]);
      expect(err).toContain(message);
      expect(out + err).not.toContain(SECRET);
    }
  });

  it('may come from the environment, and has to come from somewhere', async () => {
    const argv = ['queue', 'conformance', '--test', 'mremap/*'];
    expect((await run(argv)).err).toMatch(/error RACEWALK_USAGE: .*missing(.|\n)*RACEWALK_REDIS_URL/);
    expect((await run(argv, { env: { RACEWALK_REDIS_URL: 'nonsense' } })).err).toMatch(/error E_REDIS/);
  });
});

describe.skipIf(noServer !== null)(orWhyNot('a server with a password'), () => {
  it('is used with it, and not without', { timeout: 60_000 }, async () => {
    const server = await startServer(['--requirepass', 'hunter2']);
    try {
      const wrong = await command([
        'worker',
        '--redis',
        server.url.replace('//', '//:guess@'),
        '--idle',
        '1s',
      ]);
      expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('E_REDIS')]);
      expect(wrong.err).not.toContain('guess');
      const env = { RACEWALK_REDIS_URL: server.url.replace('//', '//:hunter2@') };
      const right = await command(['worker', '--idle', '1s'], env);
      expect([right.code, right.err]).toEqual([0, expect.stringContaining('0 tasks done')]);
    } finally {
      await server.stop();
    }
  });
});
