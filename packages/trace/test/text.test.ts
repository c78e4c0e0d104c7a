import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, line, pad, plural, widthOf, wrap } from '../src/print/text.js';
import { shareWidths } from '../src/print/widths.js';

/** Any code points, halves of surrogate pairs included. */
const anyText = fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points));

describe('line', () => {
  it('lets nothing through that moves the cursor or turns the line', () => {
    expect(line('a\nb\u001b[31mc\u202ed\ud800e\u0085')).toBe('a b [31mc\ufffdd\ufffde\ufffd');
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\u202a-\u202e]/u.test(line(text))));
  });
  it('takes anything', () => {
    expect([undefined, null, 5, true, {}].map(line)).toEqual(['', '', '5', 'true', '[object Object]']);
  });
});

describe('wrap', () => {
  const words = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'B', '_', 'ö'), maxLength: 14 }))
    .map((w) => w.join(' '));

  it('never exceeds the width and loses no letter', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 40 }), fc.nat(3), (text, width, indent) => {
        const lines = wrap(text, width, indent);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
  it('breaks first between label and outcome', () => {
    expect(wrap('ptep_get pte[0]  → clean', 20, 2)).toEqual(['ptep_get pte[0]', '  → clean']);
  });
  it('breaks a long name at its humps', () => {
    expect(wrap('mmuNotifierInvalidateRange', 20)).toEqual(['mmuNotifier', 'InvalidateRange']);
    expect(wrap('flush_tlb_range', 12)).toEqual(['flush_tlb_', 'range']);
  });
});

describe('shareWidths', () => {
  const demand = fc.tuple(fc.nat(80), fc.nat(80), fc.nat(80)).map((widths) => {
    const [word, segment, natural] = widths.sort((x, y) => x - y) as [number, number, number];
    return { natural, segment, word };
  });

  it('stays within the room, gives nobody more than asked, breaks nothing that could be whole', () => {
    fc.assert(
      fc.property(
        fc.array(demand, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 20, max: 150 }),
        (all, room) => {
          const widths = shareWidths(all, room, 0) ?? [];
          const total = (list: number[]) => list.reduce((x, y) => x + y, 0);
          expect(widths).toHaveLength(all.length);
          expect(total(widths)).toBeLessThanOrEqual(room);
          for (const level of ['natural', 'segment'] as const) {
            if (total(all.map((d) => d[level])) > room) continue;
            widths.forEach((width, i) => {
              expect(width).toBeGreaterThanOrEqual(all[i]![level]);
            });
          }
          widths.forEach((width, i) => {
            expect(width).toBeLessThanOrEqual(all[i]!.natural);
          });
        },
      ),
    );
  });
  it('wastes nothing that somebody could use', () => {
    const two = [
      { natural: 60, segment: 40, word: 30 },
      { natural: 20, segment: 10, word: 10 },
    ];
    expect(shareWidths(two, 80, 5)).toEqual([60, 20]);
    expect(shareWidths(two, 61, 5)).toEqual([41, 20]);
    expect(shareWidths(two, 45, 5)).toEqual([35, 10]);
    expect(shareWidths(two, 30, 5)).toEqual([20, 10]);
  });
  it('breaks one overlong name rather than squeeze the others', () => {
    const column = { natural: 40, segment: 25, word: 10 };
    const long = { natural: 90, segment: 90, word: 70 };
    expect(shareWidths([column, long, column], 90, 9)).toEqual([25, 40, 25]);
  });
  it('gives up when columns get too narrow to read', () => {
    const many = Array.from({ length: 9 }, () => ({ natural: 40, segment: 30, word: 20 }));
    expect(shareWidths(many, 60, 9)).toBeNull();
  });
});

describe('small things', () => {
  it('pad, plural', () => {
    expect(pad('→', 3)).toBe('→  ');
    expect([0, 1, 2].map((n) => plural(n, 'step'))).toEqual(['0 steps', '1 step', '2 steps']);
  });
  it('ascii', () => {
    expect(ascii('a → b … ✗ é 漢')).toBe('a -> b ... x e ?');
    fc.assert(fc.property(anyText, (text) => /^[ -~]*$/.test(ascii(text))));
  });
});
