/**
 * Writing and reading the few kinds of value a token holds.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Collects bytes. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  byte(value: number): void {
    this.#bytes.push(value & 255);
  }

  /** A non-negative safe integer, seven bits a byte, low ones first. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  /** Length, then UTF-8. */
  text(value: string): void {
    const utf8 = encoder.encode(value);
    this.varint(utf8.length);
    for (const byte of utf8) this.#bytes.push(byte);
  }

  /** IEEE double, little-endian. */
  double(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.#bytes.push(view.getUint8(i));
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Takes bytes apart again; throws `RangeError` when they end too early or hold an impossible value. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('it ends too early');
    this.#at++;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (!Number.isSafeInteger(value)) throw new RangeError('a number in it is too large');
      if (byte < 128) return value;
      if (scale > 2 ** 49) throw new RangeError('a number in it is too long');
    }
  }

  text(): string {
    const length = this.varint();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a text in it ends too early');
    const value = decoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return value;
  }

  double(): number {
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 8; i++) view.setUint8(i, this.byte());
    return view.getFloat64(0, true);
  }
}
