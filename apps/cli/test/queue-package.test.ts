/** Without bullmq and ioredis, `queue` and `worker` say what to install. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadQueue, QUEUE_PEERS } from '../src/input/queue-package.js';

const failing = (message: string, code: string) => () =>
  Promise.reject(Object.assign(new Error(message), { code }));

it.each(['bullmq', 'ioredis'])('without %s, the command that installs it', async (name) => {
  const load = failing(`Cannot find package '${name}' imported from /a/crew.js`, 'ERR_MODULE_NOT_FOUND');
  await expect(loadQueue(load)).rejects.toMatchObject({
    code: 'RACEWALK_MISSING_PACKAGE',
    message: `a queue needs the package ${name}`,
    hint: 'npm install bullmq@6 ioredis@6',
  });
});

it('any other failure is not hidden', async () => {
  await expect(loadQueue(failing("Cannot find package 'x'", 'ERR_MODULE_NOT_FOUND'))).rejects.toThrow("'x'");
  await expect(loadQueue(failing('bad', 'ERR_OTHER'))).rejects.toThrow('bad');
});

it('asks for what the package asks for', () => {
  const file = new URL('../../../packages/fleet/package.json', import.meta.url);
  const { peerDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  const asked = Object.entries(peerDependencies).map(([name, range]) => `${name}@${/\d+/.exec(range)?.[0]}`);
  expect(asked).toEqual([...QUEUE_PEERS]);
});

it('with both, loads', async () => {
  expect(await loadQueue()).toHaveProperty('QueueCrew');
});
