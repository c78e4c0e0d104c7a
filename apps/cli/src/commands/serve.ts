/** `racewalk serve`: the web page, on this machine alone unless asked otherwise. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RacewalkError } from '@racewalk/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { port } from '../input/options.js';
import { staticServer } from '../serve/static-server.js';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly page?: string;
}

/** The page that is shipped with the command. */
const PAGE = fileURLToPath(new URL('../../page', import.meta.url));

/** Milliseconds between two looks at the signal. */
const LOOK = 100;

export function serveCommand(program: Command, context: Context): void {
  program
    .command('serve')
    .summary('the web page')
    .description(
      'Serves the web page: the matrix, counterexamples as pictures, and a playground for kernel C.',
    )
    .option('--port <n>', 'port; 0 takes a free one', port, 4180)
    .option('--host <address>', 'address to listen at; 0.0.0.0 lets other machines in', '127.0.0.1')
    .option('--page <dir>', 'serve this folder instead of the page of this version')
    .action(async (options: ServeOptions) => {
      const root = options.page === undefined ? PAGE : resolve(context.io.cwd, options.page);
      if (!existsSync(`${root}/index.html`)) {
        throw new RacewalkError('RACEWALK_FILE', `there is no page in ${root}`, {
          hint: 'in the repository, build it: npm run page',
        });
      }
      const server = staticServer(root);
      await new Promise<void>((listening, failed) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const where = `${options.host}:${options.port}`;
          const hint =
            error.code === 'EADDRINUSE' ? 'take another one: --port 0' : 'choose another --host or --port';
          failed(
            new RacewalkError('RACEWALK_USAGE', `cannot listen at ${where}: ${error.message}`, { hint }),
          );
        });
        server.listen(options.port, options.host, listening);
      });
      const taken = (server.address() as AddressInfo).port;
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      context.io.out(`http://${host}:${taken}/\n`);
      context.io.err('Ctrl-C ends it\n');
      while (!context.io.signal.aborted) await new Promise((then) => setTimeout(then, LOOK));
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
}
