/**
 * What every command is given: the outside world, the workbench, and how to print.
 */
import type { Host } from '@racewalk/conformance/matrix';
import { createWorkbench, type Parts, type Workbench } from '@racewalk/wiring';
import pc from 'picocolors';
import type { Io } from './io.js';
import { inAscii } from './render/ascii.js';
import type { FormOptions } from './render/link.js';

/** Colours that may be switched off. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Modules of the user's. */
export interface Modules {
  /** `FILE` or `FILE#ID` of plug-ins. */
  readonly archs: readonly string[];
  /** A file with race tests; `alone`: they are all there are. */
  readonly scenarios: { readonly file: string; readonly alone: boolean } | null;
}

export interface Context {
  readonly io: Io;
  readonly bench: Workbench;
  readonly colors: Colors;
  /** The same without any colour. */
  readonly plain: Colors;
  /** Width of what is printed, 60 … 120. */
  readonly width: number;
  /** For the trace printers. */
  readonly print: FormOptions;
  readonly host: Host;
  /** Files that plug-ins come from which are not built in, by id. */
  readonly origins: ReadonlyMap<string, string>;
  /** Files that race tests come from which are not built in, by id. */
  readonly files: ReadonlyMap<string, string>;
  /** How often the command has begun anew, because a file changed. */
  readonly round: number;
  /** What was assumed to read the race tests at hand, in sentences. */
  readonly assumed: () => readonly string[];
  /** Modules of the user's that were loaded, so that other threads can load them. */
  readonly modules: Modules;
  /** Set by the command that ran; shared by contexts derived from one another. */
  readonly status: { exit: number };
  /** Print what a program reads: as it is, in UTF-8, whatever `--ascii` says. */
  readonly raw: (text: string) => void;
  /** What people read, in ASCII if that is wanted. */
  readonly text: (text: string) => string;
  /** Whether people get ASCII; set by `--ascii`, or by a terminal that knows nothing else. */
  readonly charset: { ascii: boolean };
}

/** Colours only on a terminal, never with `NO_COLOR`; `FORCE_COLOR` wins. */
function wantsColor(io: Io): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '') return true;
  return io.outIsTty && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** A terminal of the locale `C` shows nothing but ASCII. */
function wantsAscii({ env, outIsTty }: Io): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return outIsTty && (locale === 'C' || locale === 'POSIX');
}

/** What is known of the width: the terminal's, or what `COLUMNS` says where there is none. */
function columnsOf({ columns, outIsTty, env }: Io): number {
  const said = Number(env.COLUMNS);
  const wanted = columns ?? (Number.isInteger(said) && said > 0 ? said : outIsTty ? 80 : 120);
  return Math.min(120, Math.max(60, wanted));
}

export function createContext(io: Io, parts: Parts): Context {
  const color = wantsColor(io);
  const width = columnsOf(io);
  const charset = { ascii: wantsAscii(io) };
  const text = (said: string): string => (charset.ascii ? inAscii(said) : said);
  return {
    io: { ...io, out: (said) => io.out(text(said)), err: (said) => io.err(text(said)) },
    raw: io.out,
    text,
    charset,
    bench: createWorkbench(parts),
    colors: pc.createColors(color),
    plain: pc.createColors(false),
    width,
    print: { width, color },
    host: { node: io.node, cpus: io.cpus },
    origins: new Map(),
    files: new Map(),
    round: 0,
    assumed: () => [],
    modules: { archs: [], scenarios: null },
    status: { exit: 0 },
  };
}

/** The same workbench tools around other parts. */
export function withParts(context: Context, parts: Parts): Context {
  return { ...context, bench: createWorkbench(parts) };
}
