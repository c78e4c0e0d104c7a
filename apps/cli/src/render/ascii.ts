/** What is printed for people, in ASCII: every sign becomes one character, so that tables keep their columns. */

const SIGNS: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '°': 'o',
  '‼': '!',
  '…': '~',
  '–': '-',
  '—': '-',
  '−': '-',
  '→': '>',
  '➜': '>',
  '←': '<',
  '⇒': '>',
  '⇐': '<',
  '↔': '=',
  '·': '|',
  '×': 'x',
  '±': '~',
  '≠': '#',
  '≤': '<',
  '≥': '>',
  '∅': '0',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
};

/** Letters lose their accents; what has no likeness is a question mark. Line feeds and escapes stay. */
export const inAscii = (text: string): string =>
  text.replace(/\P{ASCII}/gu, (sign) => {
    const plain = SIGNS[sign] ?? sign.normalize('NFKD').replace(/\P{ASCII}/gu, '');
    return plain.length === 1 ? plain : '?';
  });
