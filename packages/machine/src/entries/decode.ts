/** Entries bit by bit, by the fields of a layout. */
import { fieldOf, type PteField, type PteLayout, type PteWord } from '@racewalk/core';

/** One field of an entry. */
export interface DecodedField {
  readonly field: PteField;
  /** Its bits: `3`, or `47:12`. */
  readonly bits: string;
  readonly value: number;
  /** The value as it is printed: one bit in decimal, several in hexadecimal. */
  readonly shown: string;
}

/** An entry taken apart. */
export interface DecodedPte {
  /** Every field of the layout, highest bit first. */
  readonly fields: readonly DecodedField[];
  /** Bits that are set and that no field describes, lowest first. */
  readonly undescribed: readonly number[];
}

/** Take an entry apart. */
export function decodePte({ layout }: { readonly layout: PteLayout }, pte: PteWord): DecodedPte {
  const fields = [...layout.fields].sort((a, b) => b.hi - a.hi);
  const described = (n: number) => fields.some(({ lo, hi }) => lo <= n && n <= hi);
  return {
    fields: fields.map((field) => {
      const { lo, hi } = field;
      const value = fieldOf(pte, lo, hi);
      const single = lo === hi;
      return {
        field,
        value,
        bits: single ? `${lo}` : `${hi}:${lo}`,
        shown: single ? `${value}` : `0x${value.toString(16)}`,
      };
    }),
    undescribed: Array.from({ length: 64 }, (_, n) => n).filter(
      (n) => !described(n) && fieldOf(pte, n, n) === 1,
    ),
  };
}
