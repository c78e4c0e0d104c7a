/**
 * Memory types of descriptors: `attrs:(Normal, NSH, iNC, oNC)`, `attrs:(Device-GRE)`. They are kept in AttrIndx and SH and
 * printed again; the order of accesses does not depend on them here, nor in aarch64.cat, which only checks them.
 */
import type { PteLayout } from '@racewalk/core';
import type { Tokens } from '../parse/tokens.js';

/** Values of SH. (Arm ARM DDI 0487 D8.6.2.) */
const SHAREABILITY: Readonly<Record<string, bigint>> = { NSH: 0n, OSH: 2n, ISH: 3n };

const LONG: Readonly<Record<string, string>> = {
  'Non-shareable': 'NSH',
  'Inner-shareable': 'ISH',
  'Outer-shareable': 'OSH',
  'Inner-write-back': 'iWB',
  'Inner-write-through': 'iWT',
  'Inner-non-cacheable': 'iNC',
  'Outer-write-back': 'oWB',
  'Outer-write-through': 'oWT',
  'Outer-non-cacheable': 'oNC',
};
const DEVICE = /^Device-(?:GRE|nGRE|nGnRE|nGnRnE)$/;
const KNOWN = /^(?:Normal|TaggedNormal|[NIO]SH|[io](?:WB|WT|NC))$/;

/** Types that MAIR_EL1 holds. */
const MOST = 8;
const ORDINARY = 'iWB,oWB';

export class MemoryTypes {
  /** MAIR_EL1 as the test needs it: types by index. */
  readonly #mair: string[] = [ORDINARY];
  readonly #index: bigint;
  readonly #share: bigint;
  /** Both fields. */
  readonly mask: bigint;

  constructor(layout: PteLayout) {
    const low = (name: string): bigint => BigInt(layout.fields.find((one) => one.name === name)?.lo ?? 0);
    this.#index = low('AttrIndx');
    this.#share = low('SH');
    this.mask = (7n << this.#index) | (3n << this.#share);
  }

  /** Write-back and inner shareable. */
  get ordinary(): bigint {
    return 3n << this.#share;
  }

  /** Read the list in parentheses; returns the bits of both fields. */
  read(tokens: Tokens): bigint {
    let share = 'ISH';
    let [inner, outer] = ['iWB', 'oWB'];
    let whole: string | null = null;
    tokens.expect('(');
    while (!tokens.accept(')')) {
      const { at } = tokens.peek();
      let word = tokens.word('a memory attribute').text;
      while (tokens.accept('-')) word += `-${tokens.word('a memory attribute').text}`;
      const name = LONG[word] ?? word;
      if (DEVICE.test(name) || name === 'TaggedNormal') whole = name;
      else if (!KNOWN.test(name))
        throw tokens.source.error(at, `\`${word}\` is no memory attribute that is known`);
      else if (name.startsWith('i')) inner = name;
      else if (name.startsWith('o')) outer = name;
      else if (name !== 'Normal') share = name;
      tokens.accept(',');
    }
    return this.#bits(whole ?? `${inner},${outer}`, whole === null ? share : 'ISH');
  }

  #bits(type: string, share: string): bigint {
    let index = this.#mair.indexOf(type);
    if (index < 0) {
      index = this.#mair.length % MOST;
      this.#mair[index] = type;
    }
    return (BigInt(index) << this.#index) | ((SHAREABILITY[share] ?? 3n) << this.#share);
  }

  /** As states print it; empty for the ordinary type. */
  show(word: bigint): string {
    const type = this.#mair[Number((word >> this.#index) & 7n)] ?? ORDINARY;
    const share = (word >> this.#share) & 3n;
    if (type === ORDINARY && share === 3n) return '';
    if (!type.includes(',')) return `, attrs:(${type})`;
    const name = Object.entries(SHAREABILITY).find(([, bits]) => bits === share)?.[0] ?? 'ISH';
    return `, attrs:(Normal,${name},${type})`;
  }
}
