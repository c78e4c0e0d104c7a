/** What a token remembers of a text: enough to refuse another one. */

/** FNV-1a over UTF-16 code units with a final mix, eight hexadecimal digits. */
function checksum(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0).toString(16).padStart(8, '0');
}

/** A text as mailers leave it: ends of lines do not count. */
const settled = (text: string): string => text.replace(/[ \t\r]+$/gm, '').trimEnd();

/** What decides how a text is read. */
interface Reading {
  readonly config?: Iterable<string>;
  readonly repeat?: boolean;
  readonly define?: readonly string[];
}

/**
 * Checksum of texts. If they are read in another way than by default, a second one of that follows behind a `+`: then a
 * refused token can say which of the two differs.
 */
export function checksumOf(
  texts: string | readonly string[],
  { config = [], repeat = true, define = [] }: Reading,
): string {
  const symbols = [...config].sort();
  const others = define.length === 0 ? '' : ` ${define.join('\0')}`;
  const plain = symbols.length === 0 && repeat && others === '';
  const how = plain ? '' : `+${checksum(`${symbols.join()} ${repeat}${others}`)}`;
  return checksum([texts].flat().map(settled).join('\0')) + how;
}
