/** `--define NAME=TEXT`: words that stand for others before anything is read. */
import { RacewalkError } from '@racewalk/core';

/** `NAME`, `NAME=` or `NAME=TEXT`; a name alone stands for 1. */
const DEFINE = /^([A-Za-z_]\w*)(?:=(.*))?$/s;

/**
 * The text with each name replaced, except in comments and lines of the preprocessor. What stands for nothing is blanked with
 * its arguments, so that columns stay. Throws `RACEWALK_C` at what is no definition.
 */
export function withDefines(text: string, defines: readonly string[] = []): string {
  let out = text;
  for (const define of defines) {
    const [, name, value = '1'] = DEFINE.exec(define) ?? [];
    if (name === undefined)
      throw new RacewalkError('RACEWALK_C', `'${define}' defines nothing`, {
        hint: '--define NAME=TEXT; --define NAME= leaves the name and its arguments out',
      });
    const word = value === '' ? `\\b${name}\\b(?:[ \\t]*\\([^()\\n]*\\))?` : `\\b${name}\\b`;
    const pattern = new RegExp(`/\\*[\\s\\S]*?\\*/|//[^\\n]*|^[ \\t]*#[^\\n]*|(${word})`, 'gm');
    out = out.replace(pattern, (whole, found: string | undefined) =>
      found === undefined ? whole : value === '' ? found.replace(/[^\n]/g, ' ') : value,
    );
  }
  return out;
}
