/**
 * Pieces of an SVG document.
 */
import { line } from './text.js';

/** Width of a character of the 12 px monospace font, in px. */
export const CHAR = 7.25;

/** Height of a line of text, in px. */
export const LINE = 17;

/** Look of a piece. */
export type Mark = 'plain' | 'strong' | 'bad' | 'dim';

/** A framed text. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  readonly mark: Mark;
}

// Contrast of text on ground is above 4.5 : 1 in both schemes. Every rule is scoped, because the picture may be
// put inline into a page.
const STYLE = `
.racewalk{--ground:#fff;--ink:#1b1f24;--dim:#57606a;--frame:#afb8c1;--fill:#f6f8fa;--bad:#b3141d;--badfill:#ffebe9}
@media(prefers-color-scheme:dark){.racewalk{--ground:#0d1117;--ink:#e6edf3;--dim:#9198a1;--frame:#3d444d;--fill:#161b22;--bad:#ff8f88;--badfill:#3a1215}}
.racewalk .ground{fill:var(--ground)}
.racewalk text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink);white-space:pre}
.racewalk text.strong{font-weight:bold}
.racewalk text.dim{fill:var(--dim)}
.racewalk text.bad{fill:var(--bad)}
.racewalk .box{fill:var(--fill);stroke:var(--frame)}
.racewalk .box.bad{fill:var(--badfill);stroke:var(--bad);stroke-width:2}
.racewalk .life{stroke:var(--frame);stroke-dasharray:2 4}
.racewalk .order{stroke:var(--dim);fill:none}
`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML character data. */
export function xml(text: string): string {
  return line(text).replace(/[&<>"]/g, (char) => ENTITIES[char] ?? '');
}

/** Lines of text below each other; `y` is the top of the first. */
export function texts(
  x: number,
  y: number,
  lines: readonly string[],
  mark: Mark,
  anchor: 'start' | 'end' = 'start',
): string {
  const end = anchor === 'end' ? ' text-anchor="end"' : '';
  return lines
    .map(
      (text, i) =>
        `<text class="${mark}" x="${x}" y="${y + 13 + i * LINE}"${end} xml:space="preserve">${xml(text)}</text>`,
    )
    .join('\n');
}

/** A frame with its lines; `pad` px of room at its sides. */
export function box(b: Box, pad: number): string {
  const rect = `<rect class="box ${b.mark}" x="${b.x}" y="${b.y}" width="${b.width}" height="${b.height}" rx="4"/>`;
  return `${rect}\n${texts(b.x + pad, b.y + pad / 2, b.lines, b.mark)}`;
}

/** The whole document. */
export function document(
  width: number,
  height: number,
  title: string,
  description: string,
  parts: readonly string[],
): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return `${[
    `<svg class="racewalk" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${xml(title)}</title>`,
    `<desc>${xml(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${w}" height="${h}"/>`,
    ...parts.filter(Boolean),
    '</svg>',
  ].join('\n')}\n`;
}
