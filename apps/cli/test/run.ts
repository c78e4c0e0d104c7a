/** Runs the whole command in this process. */
import { main } from '../src/cli.js';
import type { Io } from '../src/io.js';

/** What a run of the command left behind. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Run the command; `io` replaces parts of the outside world. */
export async function run(argv: readonly string[], io: Partial<Io> = {}): Promise<Run> {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTty: false,
    errIsTty: false,
    columns: undefined,
    env: {},
    cwd: process.cwd(),
    signal: { aborted: false },
    node: 'v20.0.0',
    cpus: 2,
    ...io,
  });
  return { code, out, err };
}
