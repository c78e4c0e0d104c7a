/** Patches as they come by mail: quoted, folded, encoded, several in one file, at another place than they say. */
import { RacewalkError } from '@racewalk/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPatch } from '../src/index.js';
import { applyDiff } from '../src/mail/apply.js';
import { sideOf } from '../src/mail/pieces.js';

const OLD = `#include <linux/mm.h>

/* takes an entry out */
static pte_t take(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	return __pte(xchg(&pte_val(*ptep), 0));
}

static int unused(void)
{
	return 0;
}

pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_t pte = take(mm, addr, ptep);

	page_table_check_pte_clear(mm, pte);
	return pte;
}
`;

const NEW = OLD.replace(
  '\treturn __pte(xchg(&pte_val(*ptep), 0));\n',
  '\tpte_t pte = READ_ONCE(*ptep);\n\n\tWRITE_ONCE(*ptep, __pte(0)); /* a comment that makes this line longer than others, by far */\n\treturn pte;\n',
).replace('\tpte_t pte = take(mm, addr, ptep);\n', '\tpte_t pte = take(mm, addr, ptep + 0);\n');

const DIFF = `diff --git a/mm/take.c b/mm/take.c
index 1111111..2222222 100644
--- a/mm/take.c
+++ b/mm/take.c
@@ -3,7 +3,10 @@
 /* takes an entry out */
 static pte_t take(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
 {
-	return __pte(xchg(&pte_val(*ptep), 0));
+	pte_t pte = READ_ONCE(*ptep);
+
+	WRITE_ONCE(*ptep, __pte(0)); /* a comment that makes this line longer than others, by far */
+	return pte;
 }
 
 static int unused(void)
@@ -13,7 +16,7 @@ static int unused(void)
 
 pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
 {
-	pte_t pte = take(mm, addr, ptep);
+	pte_t pte = take(mm, addr, ptep + 0);
 
 	page_table_check_pte_clear(mm, pte);
 	return pte;
`;

const HEADERS =
  'From: A <a@example.org>\nSubject: [PATCH] mm: take it\n by two accesses\nDate: Mon, 2 Dec 2024 10:00:00 +0000\n';
const LETTER = 'This is what I mean.\n\nSigned-off-by: A <a@example.org>\n---\n mm/take.c | 7 +++++--\n\n';
const SIGNED = '-- \n2.39.5\n';

const lines = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');
const hex = (c: string): string => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const SHAPES: Readonly<Record<string, string>> = {
  'git diff': DIFF,
  'format-patch': `From 0123456789 Mon Sep 17 00:00:00 2001\n${HEADERS}\n${LETTER}${DIFF}${SIGNED}`,
  'without git': DIFF.replace(/^diff --git.*\nindex.*\n/m, ''),
  quoted: `Thanks.\n\n${lines(LETTER + DIFF, (l) => `> ${l}`.trimEnd())}\n\nLooks wrong to me.\n`,
  'quoted twice, with comments in between': lines(LETTER + DIFF, (l) => `> > ${l}`.trimEnd()).replace(
    /(> > \+\tpte_t pte = READ.*\n)/,
    '$1\nWhy not xchg?\n\n> I think it is slow.\n\n',
  ),
  'white space lost': lines(DIFF, (l) =>
    l
      .replace(/^ /, '')
      .replace(/^([-+]?)\t+/, '$1 ')
      .trimEnd(),
  ).replace(/^ (?=\S)/gm, ''),
  'long lines folded': DIFF.replace(' than others, by far', '\nthan others, by far').replace(
    'pte_t *ptep)\n {\n-	pte_t',
    'pte_t\n*ptep)\n {\n-	pte_t',
  ),
  'without prefixes (-p0)': DIFF.replace(/\b[ab]\/mm/g, 'mm'),
  'CR LF': DIFF.replaceAll('\n', '\r\n'),
  'quoted-printable': `${HEADERS}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n${lines(DIFF.replace(/=/g, hex), (l) => (l.length < 60 ? l : `${l.slice(0, 50)}=\n${l.slice(50)}`)).replace(/ $/gm, '=20')}`,
  base64: `${HEADERS}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${btoa(LETTER + DIFF).replace(/.{76}/g, '$&\n')}\n`,
  attached: `${HEADERS}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=-b"\n\n--=-b\nContent-Type: text/plain\n\nSee there.\n\n--=-b\nContent-Type: application/octet-stream; name="fix.patch"\nContent-Transfer-Encoding: base64\n\n${btoa(DIFF)}\n--=-b--\n`,
  'format=flowed': `${HEADERS}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n${lines(DIFF.replace(' than others', ' \nthan others'), (l) => (l.startsWith(' ') || l.startsWith('From ') ? ` ${l}` : l)).replace(/^ +$/gm, '')}`,
  mbox: `From a@example.org Mon Dec  2 10:00:00 2024\n${HEADERS}\nA cover letter.\n\nFrom a@example.org Mon Dec  2 10:00:01 2024\n${HEADERS}\n${LETTER}${DIFF}${SIGNED}\n`,
  'another place': DIFF.replace('@@ -3,7 +3,10 @@', '@@ -903,7 +903,10 @@').replace(
    '@@ -13,7 +16,7 @@',
    '@@ -1013,7 +1016,7 @@',
  ),
};

const squeezed = (text: string): string =>
  text
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .trim();

const applied = (mail: string, tree = OLD): string => {
  const { diffs } = readPatch(mail, 'fix.mail');
  expect(diffs.map(({ to }) => to)).toEqual(['mm/take.c']);
  return squeezed(
    diffs.flatMap((diff) => applyDiff(tree, diff, 'fix.mail').rows.map(({ text }) => text)).join('\n'),
  );
};

describe('a patch', () => {
  it.each(Object.entries(SHAPES))('as %s is the same patch', (_name, mail) => {
    expect(applied(mail)).toBe(squeezed(NEW));
  });

  it('keeps the lines of the mail that its lines stand on', () => {
    const mail = `${HEADERS}\n${LETTER}${DIFF}`;
    const [diff] = readPatch(mail, 'fix.mail').diffs;
    const { rows } = applyDiff(OLD, diff as NonNullable<typeof diff>, 'fix.mail');
    const added = rows.filter((row) => row.added);
    expect(added).toHaveLength(5);
    for (const { text, file, line } of added) {
      expect(file).toBe('fix.mail');
      expect(mail.split('\n')[line - 1]).toBe(`+${text}`);
    }
    const kept = rows.filter((row) => !row.added);
    for (const { text, line } of kept) expect(OLD.split('\n')[line - 1]).toBe(text);
  });

  it('is found wherever the lines moved to', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('int a;', '', '/* b */'), { maxLength: 40 }), (above) => {
        const before = above.map((l) => `${l}\n`).join('');
        expect(applied(DIFF, before + OLD)).toBe(squeezed(before + NEW));
      }),
    );
  });

  it('says what had to be guessed', () => {
    const [diff] = readPatch(SHAPES['another place'] ?? '', 'fix.mail').diffs;
    const { notes } = applyDiff(OLD, diff as NonNullable<typeof diff>, 'fix.mail');
    expect(notes[0]).toBe('mm/take.c: @@ -903,7 +903,10 @@ fits at line 3');
  });
});

describe('functions in a patch', () => {
  const [diff] = readPatch(DIFF, 'fix.mail').diffs;

  it('are whole or not', () => {
    const side = sideOf(diff as NonNullable<typeof diff>, 'new', 'fix.mail');
    expect([...side.whole]).toEqual([['take', true]]);
    expect(side.partial.map(({ name }) => name)).toEqual(['ptep_get_and_clear']);
  });
});

const BAD: readonly (readonly [what: string, run: () => unknown, code: string, message: RegExp])[] = [
  ['an empty file', () => readPatch(' \n', 'x'), 'RACEWALK_C_PATCH', /^x is empty/],
  ['a binary file', () => readPatch('\0\u0001', 'x'), 'RACEWALK_C_PATCH', /^x is binary/],
  ['a letter', () => readPatch('Hello.\n', 'x'), 'RACEWALK_C_PATCH', /no patch in it/],
  [
    'no C',
    () => readPatch(DIFF.replaceAll('take.c', 'Makefile'), 'x'),
    'RACEWALK_C_PATCH',
    /^x:1:1: it changes no C \(mm\/Makefile\)/,
  ],
  [
    'a binary patch',
    () => readPatch('diff --git a/a.c b/a.c\nindex 1..2 100644\nBinary files a/a.c and b/a.c differ\n', 'x'),
    'RACEWALK_C_PATCH',
    /^x:1:1: a binary patch/,
  ],
  [
    'a hunk that does not fit',
    () => applied(DIFF, OLD.replace('xchg(', 'exchange(')),
    'RACEWALK_C_APPLY',
    /^fix\.mail:9:1: @@ -3,7 \+3,10 @@ of mm\/take\.c does not fit: it wants 'return __pte\(xchg.*at mm\/take\.c:6$/,
  ],
  [
    'a patch that is applied already',
    () => applied(DIFF, NEW),
    'RACEWALK_C_APPLY',
    /fix\.mail:5:1: .*has this change already/,
  ],
];

describe('bad input', () => {
  it.each(BAD)('%s is one message', (_what, run, code, message) => {
    let error: unknown;
    try {
      run();
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(RacewalkError);
    const { code: found, message: text, hint } = error as RacewalkError;
    expect(found).toBe(code);
    expect(text).toMatch(message);
    expect(hint).not.toBe('');
  });
});
