/** The queue, when its server goes away, or another producer comes. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { command, module, type Started, start, until } from './command.js';
import { LARGE, LARGE_EXECUTIONS } from './large.js';
import { noServer, orWhyNot, type Server, startServer } from './redis.js';

const EXECUTIONS = `${LARGE_EXECUTIONS} executions`;

describe.skipIf(noServer !== null)(orWhyNot('a queue whose server goes away'), () => {
  let cwd = '';
  let server: Server;
  let worker: Started;
  let producer: Started;
  let file = '';

  const begin = async (): Promise<void> => {
    cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-loss-'));
    file = path.join(cwd, 'producer.json');
    server = await startServer();
    const where = ['--redis', server.url];
    worker = start(['worker', '--stalled-after', '2s', '--scenarios', module('large'), ...where]);
    producer = start(['queue', 'explore', ...LARGE, '--checkpoint', file, ...where]);
    await until(() => (existsSync(file) ? true : undefined));
  };
  afterEach(async () => {
    for (const { child } of [worker, producer]) child.kill('SIGKILL');
    await server.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('goes on when it is back, though it has forgotten everything', async () => {
    await begin();
    const { port } = server;
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    server = await startServer([], port);
    const { code, out, err } = await producer.ended;
    expect([code, out]).toEqual([0, expect.stringContaining(EXECUTIONS)]);
    expect(err).toMatch(/ECONNREFUSED(.|\n)*connected again/);
  });

  it('can be left at once, and gone on with', async () => {
    await begin();
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    for (const { child } of [worker, producer]) child.kill('SIGINT');
    expect(await producer.ended).toMatchObject({ code: 130, err: expect.stringContaining('to go on from') });
    expect(await worker.ended).toMatchObject({ code: 130, err: expect.stringMatching(/tasks? done/) });
    expect(performance.now() - began).toBeLessThan(9_000);
    expect((await command(['explore', ...LARGE, '--checkpoint', file])).out).toContain(EXECUTIONS);
  });

  it('ends when another producer has taken its place meanwhile', async () => {
    await begin();
    const redis = new Redis(server.url);
    try {
      await redis.set('racewalk:racewalk-producer', 'somebody');
      expect(await producer.ended).toMatchObject({
        code: 2,
        err: expect.stringMatching(/error E_BUSY: .*\nhint: .*--name/),
      });
      expect(await redis.get('racewalk:racewalk-producer')).toBe('somebody');
      expect(existsSync(file)).toBe(true);
    } finally {
      redis.disconnect();
    }
  });
});
