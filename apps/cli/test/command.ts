/** Runs the built command in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/racewalk.js', import.meta.url));

/** A file of `test/modules`. */
export const module = (name: string): string =>
  fileURLToPath(new URL(`./modules/${name}.mjs`, import.meta.url));

/** How a command ended. */
export interface Ended {
  /** Null if it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Start the command. */
export function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): Started {
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}

/** Run the command to its end. */
export const command = (
  argv: readonly string[],
  env?: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<Ended> => start(argv, env, cwd).ended;

/** Resolves when `test` does not answer undefined any more; asks twenty times a second. */
export async function until<T>(test: () => T | undefined, ms = 60_000): Promise<T> {
  for (const end = performance.now() + ms; ; ) {
    const found = test();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
