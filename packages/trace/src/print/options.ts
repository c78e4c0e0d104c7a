/**
 * What can be asked of a printer.
 */

/** What a piece of output is, for colouring. */
export type PaintRole = 'bad' | 'good' | 'strong' | 'dim' | 'hint';

/** Dresses a piece of output; must not change its visible width. */
export type Palette = (role: PaintRole, text: string) => string;

/** Options of all printers; each ignores what does not apply to it. */
export interface PrintOptions {
  /** Columns of the terminal, 80 … 120; 60 … 200 is honoured, anything else brought there. Default 100. */
  readonly width?: number;
  /** True for ANSI colours, or a palette of one's own. Default none. */
  readonly color?: boolean | Palette;
  /** Everything: no folding, idle agents, bookkeeping words, what is not modelled. Default false. */
  readonly all?: boolean;
  /** Below each step its place in the source, and which step's store it read. Default false. */
  readonly sources?: boolean;
  /** How a command line names the race, where that is not its id: the file it comes from. */
  readonly named?: string;
  /** The line of a source file, to print below each step with its place; `undefined` for what has no text. */
  readonly code?: (file: string, line: number) => string | undefined;
}

const CODES: Readonly<Record<PaintRole, string>> = {
  bad: '31',
  good: '32',
  strong: '1',
  dim: '2',
  hint: '36',
};

/** The palette behind `color: true`. */
export const ansiPalette: Palette = (role, text) => (text ? `\u001b[${CODES[role]}m${text}\u001b[0m` : text);

const plain: Palette = (_, text) => text;

/** Options with nothing left open. */
export interface Resolved {
  readonly width: number;
  readonly paint: Palette;
  readonly all: boolean;
  readonly sources: boolean;
  readonly code: PrintOptions['code'];
}

/** Fills in defaults. */
export function resolve(options: PrintOptions): Resolved {
  const wanted = Number(options.width ?? 100);
  const width = Number.isFinite(wanted) ? Math.min(200, Math.max(60, Math.floor(wanted))) : 100;
  const color = options.color ?? false;
  return {
    width,
    paint: typeof color === 'function' ? color : color ? ansiPalette : plain,
    all: options.all === true,
    sources: options.sources === true,
    code: options.code,
  };
}
