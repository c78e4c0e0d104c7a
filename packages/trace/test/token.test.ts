import { RacewalkError } from '@racewalk/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToken, encodeToken, type TokenData, TRACE_MEMORIES } from '../src/index.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const sample: TokenData = {
  scenario: 'contpte/teardown-vs-walker',
  arch: 'arm64-contpte',
  variant: 'mutant:gather-then-clear',
  memory: 'sc',
  params: { n: 4, full: true },
  path: [0, 0, 0, 0, 1, ~2, 2, 2, 0, 0, 0, 0],
  fingerprint: '5f3a91c0',
};

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const entry = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3) },
  fc.nat(30).map((c) => ~c),
  fc.integer({ min: -(2 ** 30), max: 2 ** 30 - 1 }),
);
const run = fc.tuple(entry, fc.integer({ min: 1, max: 40 })).map(([e, n]) => new Array<number>(n).fill(e));
const token: fc.Arbitrary<TokenData> = fc.record({
  scenario: text,
  arch: text,
  variant: text,
  memory: fc.constantFrom(...TRACE_MEMORIES),
  params: fc.dictionary(text, fc.oneof(text, fc.boolean(), fc.maxSafeInteger(), fc.double()), {
    noNullPrototype: true,
  }),
  path: fc.oneof(
    fc.array(run, { maxLength: 8 }).map((runs) => runs.flat()),
    fc.array(entry, { maxLength: 40 }),
  ),
  fingerprint: text,
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RacewalkError)) throw error;
    expect(error.expected).not.toBe('');
    expect(error.hint).not.toBe('');
    expect(error.message).not.toContain('\n');
    return error.code;
  }
  return 'accepted';
}

/** A token with any body and a correct checksum, as a careless program could make it. */
function forge(change: (bytes: number[]) => void): string {
  const bytes = [...Buffer.from(encodeToken(sample).slice(4), 'base64url')].slice(0, -4);
  change(bytes);
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  for (let shift = 0; shift < 32; shift += 8) bytes.push((~crc >>> shift) & 255);
  return `rw1:${Buffer.from(bytes).toString('base64url')}`;
}

describe('encodeToken and decodeToken', () => {
  it('round-trip anything that can be expressed', () => {
    fc.assert(
      fc.property(token, (data) => {
        expect(decodeToken(encodeToken(data))).toEqual(data);
      }),
    );
  });

  it('make one URL-safe word', () => {
    fc.assert(fc.property(token, (data) => /^rw1:[A-Za-z0-9_-]+$/.test(encodeToken(data))));
  });

  it('do not depend on the order of the parameters', () => {
    const turned = { ...sample, params: { full: true, n: 4 } };
    expect(encodeToken(turned)).toBe(encodeToken(sample));
  });

  it('never change within a version: tokens in mails stay valid', () => {
    expect(encodeToken(sample)).toMatchInlineSnapshot(
      `"rw1:Ahpjb250cHRlL3RlYXJkb3duLXZzLXdhbGtlcg1hcm02NC1jb250cHRlGG11dGFudDpnYXRoZXItdGhlbi1jbGVhcgACBGZ1bGwBAW4DBAg1ZjNhOTFjMAwBAgQKCQABAsrCOFA"`,
    );
  });

  it('are short: a long schedule costs two bytes a run', () => {
    const path = [7, 2, 2, 9].flatMap((n, i) => new Array<number>(n * 10).fill(i % 3));
    const cost = encodeToken({ ...sample, path }).length - encodeToken({ ...sample, path: [] }).length;
    expect(cost).toBeLessThanOrEqual(Math.ceil((9 * 4) / 3));
  });

  it('keep a parameter called __proto__', () => {
    const params = JSON.parse('{"__proto__": 1}') as Record<string, number>;
    expect(Object.entries(decodeToken(encodeToken({ ...sample, params })).params)).toEqual([
      ['__proto__', 1],
    ]);
  });

  it('ignore blanks around a pasted token', () => {
    expect(decodeToken(` ${encodeToken(sample)}\n`)).toEqual(sample);
  });
});

describe('a damaged token', () => {
  it('is recognised whichever character is wrong', () => {
    const good = encodeToken(sample);
    for (let i = 0; i < good.length; i++) {
      for (const char of `${ALPHABET}=+/: é`) {
        if (char === good[i]) continue;
        const found = codeOf(() => decodeToken(`${good.slice(0, i)}${char}${good.slice(i + 1)}`));
        expect(found, `${i} ${char}`).toMatch(/^RACEWALK_TOKEN_(SYNTAX|CHECKSUM|VERSION)$/);
      }
    }
  });

  it('is recognised whichever single bit is flipped', () => {
    fc.assert(
      fc.property(token, fc.nat(), fc.nat(7), (data, where, bit) => {
        const bytes = Buffer.from(encodeToken(data).slice(4), 'base64url');
        bytes[where % bytes.length]! ^= 1 << bit;
        return codeOf(() => decodeToken(`rw1:${bytes.toString('base64url')}`)) === 'RACEWALK_TOKEN_CHECKSUM';
      }),
    );
  });

  it('is recognised when neighbours are swapped or the end is lost', () => {
    const good = encodeToken(sample);
    for (let i = 4; i + 1 < good.length; i++) {
      const swapped = good.slice(0, i) + good[i + 1] + good[i] + good.slice(i + 2);
      if (swapped !== good) expect(codeOf(() => decodeToken(swapped))).not.toBe('accepted');
      expect(codeOf(() => decodeToken(good.slice(0, i)))).not.toBe('accepted');
    }
  });

  it.each(['', 'rw1', 'rw1:', 'rw1:AAAA', 'RW1:AAAA', 'hello', '{"schema":1}', 'rw1:AAAAAAA='])(
    'is called bad syntax: %j',
    (bad) => {
      expect(codeOf(() => decodeToken(bad))).toBe('RACEWALK_TOKEN_SYNTAX');
    },
  );

  it('of another version says so, by prefix or by version byte', () => {
    expect(codeOf(() => decodeToken('rw2:AAAA'))).toBe('RACEWALK_TOKEN_VERSION');
    expect(codeOf(() => decodeToken(forge((bytes) => bytes.splice(0, 1, 9))))).toBe('RACEWALK_TOKEN_VERSION');
  });

  it('with a correct checksum but a wrong body is bad syntax, not a crash', () => {
    const paths = [
      [200, 132, 122, 0],
      [3, 8, 0],
      [1, 252, 255, 255, 255, 255, 15],
      [2, 255],
      [0, 0],
    ];
    for (const path of paths) {
      const bad = forge((bytes) => bytes.splice(bytes.lastIndexOf(0x30) + 1, 99, ...path));
      expect(
        codeOf(() => decodeToken(bad)),
        path.join(),
      ).toBe('RACEWALK_TOKEN_SYNTAX');
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        const found = codeOf(() => decodeToken(forge((bytes) => bytes.splice(1, 99, ...body))));
        return found === 'accepted' || found === 'RACEWALK_TOKEN_SYNTAX';
      }),
      { numRuns: 1000 },
    );
  });
});

describe('encodeToken', () => {
  it.each<[string, Partial<TokenData>]>([
    ['a fraction', { path: [0.5] }],
    ['NaN', { path: [Number.NaN] }],
    ['a huge thread number', { path: [2 ** 30] }],
    ['half a surrogate pair', { scenario: '\ud800' }],
    ['half a surrogate pair as a parameter', { params: { x: '\udc00' } }],
    ['an endless schedule', { path: new Array<number>(1_000_001).fill(0) }],
  ])('refuses %s', (_, wrong) => {
    expect(codeOf(() => encodeToken({ ...sample, ...wrong }))).toBe('RACEWALK_TOKEN_INPUT');
  });
});
