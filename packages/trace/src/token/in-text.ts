/** A token among other words: in a mail that quotes it, wraps it, and goes on behind it. */
import { decodeToken } from './token.js';

/** Longer ones are no tokens, and nothing longer is tried. */
const LONGEST = 65_536;

/** Whether a text has something that begins like a token, at the beginning of a word. */
export const mentionsToken = (text: string): boolean => /(^|[\s>|])rw\d+:/m.test(text);

/**
 * The first token in a text that may have been through a mailer: quoted (`> `), wrapped at any column, with words before
 * and behind. As many words belong to it as make a whole token, which its checksum tells.
 *
 * @throws what decodeToken() says of its first word, if no number of words makes a token
 */
export function tokenIn(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^[\s>|]+/, '').trimEnd());
  const first = lines.findIndex((line) => /(^|\s)rw\d+:/.test(line));
  const [start = '', ...rest] = first < 0 ? [text] : lines.slice(first);
  const words = [
    ...start.slice(Math.max(0, start.search(/rw\d+:/))).split(/\s+/),
    ...rest.flatMap((line) => line.split(/\s+/)),
  ];
  let token = '';
  let wrong: unknown;
  for (const word of words) {
    if (token !== '' && (token.length > LONGEST || !/^[\w-]+$/.test(word))) break;
    token += word;
    try {
      decodeToken(token);
      return token;
    } catch (error) {
      wrong ??= error;
    }
  }
  throw wrong;
}
