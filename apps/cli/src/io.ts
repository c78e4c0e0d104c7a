/**
 * The world outside, as the command sees it. Everything goes through here, so that tests run the whole
 * command in their own process.
 */
import { availableParallelism } from 'node:os';

/** Streams, terminal, environment and signals. */
export interface Io {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  /** Columns of the terminal that standard output is, if it is one. */
  readonly columns: number | undefined;
  /** The same of standard error. */
  readonly errColumns?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that file names are relative to. */
  readonly cwd: string;
  /** Set when the user wants to stop. */
  readonly signal: { readonly aborted: boolean };
  /** Version of Node, for reports. */
  readonly node: string;
  readonly cpus: number;
  /** The module that worker threads run; without it there are none. */
  readonly thread?: URL;
}

/** A terminal nobody looks at. */
export const silentIo = (cwd: string): Io => ({
  out: () => undefined,
  err: () => undefined,
  outIsTty: false,
  errIsTty: false,
  columns: undefined,
  env: {},
  cwd,
  signal: { aborted: false },
  node: process.version,
  cpus: 1,
});

/** The streams of this process. `signal` and `thread` are the caller's. */
export function processIo(signal: Io['signal'], thread: URL): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    columns: process.stdout.columns,
    errColumns: process.stderr.columns,
    env: process.env,
    cwd: process.cwd(),
    signal,
    node: process.version,
    cpus: availableParallelism(),
    thread,
  };
}
