/** Spare bits of one field. */
const MOST_SPARE = 2;

/** Where the fields of a packed state lie: as many bits each as needed so far, none across two words. */
export class Layout {
  readonly width: Uint8Array;
  /** Per field: its word, its lowest bit, and its bits shifted down. */
  readonly word: Uint16Array;
  readonly shift: Uint8Array;
  readonly mask: Int32Array;
  /** Words of a state. */
  readonly words: number;

  /** Fields of the given widths (0 to 31 bits); field 0 is at the bottom of word 0. */
  constructor(width: Uint8Array) {
    this.width = width;
    this.word = new Uint16Array(width.length);
    this.shift = new Uint8Array(width.length);
    this.mask = new Int32Array(width.length);
    const free: number[] = [32];
    for (let field = 0; field < width.length; field++) {
      const bits = width[field]!;
      let word = free.findIndex((left) => left >= bits);
      if (word < 0) word = free.push(32) - 1;
      this.word[field] = word;
      this.shift[field] = (32 - free[word]!) & 31;
      this.mask[field] = 2 ** bits - 1;
      free[word]! -= bits;
    }
    this.words = free.length;
  }

  /**
   * The same with `field` wide enough for `value`. Unused bits go to the fields that are most likely to grow.
   */
  widened(field: number, value: number): Layout {
    const width = this.width.slice();
    width[field] = 32 - Math.clz32(value);
    const tight = new Layout(width);
    let spare = 32 * tight.words - width.reduce((sum, bits) => sum + bits, 0);
    for (;;) {
      const roomy = new Layout(withSpare(width, spare));
      if (roomy.words === tight.words || spare === 0) return roomy;
      spare--;
    }
  }
}

/** Distribute `spare` bits, to wide fields first: they count nodes, and more of these will come. */
function withSpare(width: Uint8Array, spare: number): Uint8Array {
  const wider = width.slice();
  const fields = Array.from(width.keys()).slice(1);
  fields.sort((a, b) => width[b]! - width[a]! || a - b);
  let left = spare;
  for (let round = 0; round < MOST_SPARE; round++) {
    for (const field of fields) {
      if (left === 0) return wider;
      if (wider[field]! > 29) continue;
      wider[field]! += 1;
      left--;
    }
  }
  return wider;
}
