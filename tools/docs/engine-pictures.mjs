/**
 * The pictures of docs/engine.md, drawn from what the engine does: `npm run docs:engine` rewrites them (after a build).
 *
 * `interleavings.svg`: all orders of two threads of two steps each, as paths through a grid; paths of one colour differ only in the order
 * of steps that touch different words. `explore` runs one of each colour.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('../../docs/engine/', import.meta.url));

/** A step: its text, the word, and whether it stores. @typedef {{ text: string, word: string, stores: boolean }} Drawn */

/** Each stores to its own word and reads the other's. @type {readonly (readonly Drawn[])[]} */
export const THREADS = [
  [
    { text: 'x = 1', word: 'x', stores: true },
    { text: 'r = y', word: 'y', stores: false },
  ],
  [
    { text: 'y = 1', word: 'y', stores: true },
    { text: 'r = x', word: 'x', stores: false },
  ],
];

/** Every order of the steps, as thread numbers. @param {readonly number[]} left @returns {number[][]} */
export function orders(left = THREADS.map((steps) => steps.length)) {
  if (left.every((n) => n === 0)) return [[]];
  return left.flatMap((n, t) =>
    n === 0 ? [] : orders(left.map((m, u) => (u === t ? m - 1 : m))).map((rest) => [t, ...rest]),
  );
}

/** The steps of an order. @param {readonly number[]} order */
function stepsOf(order) {
  const next = THREADS.map((steps) => [...steps]);
  return order.flatMap((t) => {
    const step = next[t]?.shift();
    return step === undefined ? [] : [{ t, step }];
  });
}

/** Which of two steps that touch one word comes first, of all such pairs: equal for orders that do not differ. @param {readonly number[]} order */
export function classOf(order) {
  const steps = stepsOf(order);
  const pairs = steps.flatMap((a, i) =>
    steps
      .slice(i + 1)
      .flatMap((b) =>
        a.t !== b.t && a.step.word === b.step.word && (a.step.stores || b.step.stores)
          ? [`${a.step.text} < ${b.step.text}`]
          : [],
      ),
  );
  return pairs.sort().join(', ');
}

const CELL = 92;
const COLOURS = ['#1a53a8', '#8a5300', '#0c6b58', '#7f2a86'];

/** @param {string} body @param {number} width @param {number} height @param {string} title */
const svg = (body, width, height, title) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="monospace" font-size="13">\n<rect width="${width}" height="${height}" fill="#fcfcf9"/>\n${body}\n</svg>\n`;

/** @returns {string} */
export function interleavings() {
  const [mine = [], other = []] = THREADS;
  const left = 90;
  const top = 56;
  const all = orders();
  const classes = [...new Set(all.map(classOf))];
  const parts = [];
  for (const [i, step] of mine.entries())
    parts.push(
      `<text x="${left + (i + 0.5) * CELL}" y="${top - 26}" text-anchor="middle" fill="#333">${step.text}</text>`,
    );
  for (const [i, step] of other.entries())
    parts.push(
      `<text x="${left - 30}" y="${top + (i + 0.5) * CELL + 4}" text-anchor="end" fill="#333">${step.text}</text>`,
    );
  for (let i = 0; i <= 2; i++) {
    parts.push(
      `<path d="M${left} ${top + i * CELL}h${2 * CELL}M${left + i * CELL} ${top}v${2 * CELL}" stroke="#ddd"/>`,
    );
  }
  for (const [n, order] of all.entries()) {
    const shift = (n - (all.length - 1) / 2) * 5;
    let [x, y] = [left + shift, top + shift];
    let line = `M${x} ${y}`;
    for (const t of order) {
      if (t === 0) x += CELL;
      else y += CELL;
      line += `L${x} ${y}`;
    }
    const colour = COLOURS[classes.indexOf(classOf(order))];
    parts.push(
      `<path d="${line}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`,
    );
  }
  for (const [i, name] of classes.entries()) {
    const y = top + 16 + i * 44;
    const count = all.filter((order) => classOf(order) === name).length;
    parts.push(`<path d="M330 ${y}h26" stroke="${COLOURS[i]}" stroke-width="2.5"/>`);
    parts.push(
      `<text x="366" y="${y + 4}" fill="#333">${count} ${count === 1 ? 'order' : 'orders'}: ${name.replaceAll('<', '&lt;')}</text>`,
    );
  }
  parts.push(
    `<text x="330" y="${top + 16 + classes.length * 44 + 8}" fill="#333" font-weight="bold">${all.length} orders, ${classes.length} executions</text>`,
  );
  return svg(parts.join('\n'), 720, 270, 'All orders of two threads, and which of them differ');
}

const STAGES = [
  ['race', 'setup, agents,', 'invariants, mutants'],
  ['program', 'words, threads,', 'observers'],
  ['automata', 'every step of a', 'thread, once'],
  ['search', 'orders that differ,', 'each once'],
  ['shortest', 'fewest preemptions,', 'then steps'],
  ['trace', 'table, picture,', 'token'],
];

/** @returns {string} */
export function pipeline() {
  const parts = STAGES.flatMap(([name, ...lines], i) => {
    const x = 12 + i * 162;
    const arrow =
      i === 0
        ? []
        : [`<path d="M${x - 22} 66h16m-5-5l6 5-6 5" fill="none" stroke="#555" stroke-width="1.5"/>`];
    return [
      ...arrow,
      `<rect x="${x}" y="28" width="138" height="76" rx="4" fill="${i === 3 ? '#e3ebfb' : '#f1f1ea'}" stroke="#888"/>`,
      `<text x="${x + 69}" y="52" text-anchor="middle" font-weight="bold" fill="#222">${name}</text>`,
      ...lines.map(
        (line, k) =>
          `<text x="${x + 69}" y="${74 + k * 17}" text-anchor="middle" font-size="11" fill="#444">${line}</text>`,
      ),
    ];
  });
  return svg(parts.join('\n'), 984, 124, 'From a race to a trace');
}

/** Name and text of each picture. @returns {Record<string, string>} */
export const pictures = () => ({ 'interleavings.svg': interleavings(), 'pipeline.svg': pipeline() });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(pictures())) writeFileSync(path.join(FOLDER, name), text);
}
