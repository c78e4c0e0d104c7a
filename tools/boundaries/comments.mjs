/** The comments of a source file, and what they quote. */

/** @typedef {import('./parse.mjs').Parsed} Parsed */
/** @typedef {{ text: string, start: number }} Comment */
/** @typedef {{ text: string, line: number, link: boolean }} Quote */

/**
 * Comments with the marks of their lines blanked, so that a quotation may run over the end of a line; neighbouring line
 * comments are one. Blanks keep every position.
 *
 * @param {Pick<Parsed, 'source' | 'literals'>} parsed
 * @returns {Comment[]}
 */
export function commentsOf({ source, literals }) {
  const { text } = source;
  const mark = /\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*|\/\*[\s\S]*?\*\//g;
  /** @type {Comment[]} */
  const found = [];
  let next = 0;
  for (let hit = mark.exec(text); hit; hit = mark.exec(text)) {
    while (next < literals.length && (literals[next]?.[1] ?? 0) <= hit.index) next += 1;
    const literal = literals[next];
    // What looks like a comment begins inside a string: go on behind it.
    if (literal && literal[0] <= hit.index) mark.lastIndex = literal[1];
    else {
      const plain = hit[0].replace(/^\/[/*]+|\*\/$|\n[ \t]*(?:\/\/|\*(?!\/))/g, (m) => m.replace(/\S/g, ' '));
      found.push({ text: plain, start: hit.index });
    }
  }
  return found;
}

/**
 * What comments quote in backticks and link to. Blocks of code are no quotations.
 *
 * @param {Pick<Parsed, 'source' | 'literals'>} parsed
 * @returns {Quote[]}
 */
export function quotesOf(parsed) {
  return commentsOf(parsed).flatMap(({ text, start }) => {
    const prose = text.replace(/```[\s\S]*?```/g, (block) => ' '.repeat(block.length));
    return [...prose.matchAll(/`([^`]+)`|\{@link\s+([^\s|}]+)/g)].map((hit) => ({
      text: (hit[1] ?? hit[2] ?? '').replace(/\s+/g, ' '),
      line: parsed.source.getLineAndCharacterOfPosition(start + hit.index).line + 1,
      link: hit[1] === undefined,
    }));
  });
}
