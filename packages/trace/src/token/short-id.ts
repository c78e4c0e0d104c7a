/** A short name for a token, as commits have one. */
import { crc32 } from './crc32.js';

const hex = (n: number, digits: number): string => (n >>> 0).toString(16).padStart(8, '0').slice(-digits);

/** Twelve hexadecimal digits: a checksum of the token, forwards and backwards. */
export function shortId(token: string): string {
  const bytes = new TextEncoder().encode(token);
  return hex(crc32(bytes), 8) + hex(crc32(bytes.toReversed()), 4);
}
