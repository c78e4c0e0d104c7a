/**
 * CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320).
 *
 * Stored little-endian behind the data it forms a code word of which every burst of up to 32 bits is
 * detected. One wrong base64 character is a burst of at most 16, two neighbours swapped at most 24.
 */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Checksum of `bytes`, 0 … 2^32-1. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255]!;
  return ~crc >>> 0;
}
