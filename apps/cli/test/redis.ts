/** A server for a test, on a port that was free a moment ago. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './command.js';

const found = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version']).error === undefined,
);

/** Why there is no server, or null. */
export const noServer =
  found === undefined ? 'neither redis-server nor valkey-server is installed (Debian: redis-server)' : null;

/** A title, with the reason if its tests are left out. */
export const orWhyNot = (title: string, reason: string | null = noServer): string =>
  reason === null ? title : `${title} (skipped: ${reason})`;

/** A running server. */
export interface Server {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** A port that nobody uses now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** Start a server that keeps nothing, on the loopback interface; `again`: where one was before. */
export async function startServer(options: readonly string[] = [], again?: number): Promise<Server> {
  const port = again ?? (await freePort());
  const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-redis-'));
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const child = spawn(found ?? '', [...where, '--save', '', '--appendonly', 'no', ...options], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  let up = false;
  await until(() => {
    void answers(port).then((now) => {
      up ||= now;
    });
    return up ? true : undefined;
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    child,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
