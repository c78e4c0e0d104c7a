/**
 * base64url without padding (RFC 4648, section 5), strict: one text per byte string and back. Neither
 * `Buffer` nor `btoa`, so that it is the same code in a browser, a worker and Node.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((char, i) => [char, i]));

/** Bytes as text. */
export function toBase64url(bytes: Uint8Array): string {
  let out = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0x3fff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += ALPHABET[(held >> bits) & 63];
    }
  }
  if (bits > 0) out += ALPHABET[(held << (6 - bits)) & 63];
  return out;
}

/**
 * Text as bytes.
 *
 * @returns null if a character is foreign, the length is impossible, or the unused bits of the last
 * character are not 0 (without that, several texts would mean the same bytes)
 */
export function fromBase64url(text: string): Uint8Array | null {
  if (text.length % 4 === 1) return null;
  const out = new Uint8Array(Math.floor((text.length * 6) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const char of text) {
    const value = VALUES.get(char);
    if (value === undefined) return null;
    held = ((held << 6) | value) & 0x3fff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 255;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? out : null;
}
