/** The chart: CPU seconds against size, both axes logarithmic, one panel per family. */
import { short } from './numbers.mjs';

/** @typedef {import('./report.mjs').Report} Report */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ name: string, colour: string, dashes: string, points: Point[] }} Series */
/** @typedef {{ title: string, unit: string, series: Series[] }} Panel */

const WIDTH = 800;
const HEIGHT = 420;
const TOP = 64;
const BOTTOM = 52;
const LEFT = 58;
const PANEL = 225;
/** From one panel to the next: room for the labels at the ends of the lines. */
const STRIDE = 392;
const LINE = 15;
/** Seconds below which nothing is drawn. */
const LEAST = 0.001;

const OWN = [
  { strategy: 'dpor', name: 'dpor', colour: '#0072b2' },
  { strategy: 'stateful', name: 'stateful', colour: '#d55e00' },
];

/**
 * @param {Report} report
 * @param {(size: readonly number[]) => number | null} place where a model of this size belongs, if at all
 * @param {string} family
 * @returns {Series[]}
 */
function seriesOf(report, family, place) {
  const own = OWN.map(({ strategy, name, colour }) => ({
    name,
    colour,
    dashes: '',
    points: points(
      report.entries.filter((entry) => entry.family === family && entry.strategy === strategy),
      place,
      ({ measured }) => measured.cpuSeconds,
    ),
  }));
  const peers = (report.peers?.entries ?? []).filter((entry) => entry.family === family);
  /** @param {typeof peers[number]} entry */
  const full = ({ runs }) => runs.find(({ reduction }) => reduction === 'full');
  const search = points(peers, place, (entry) => full(entry)?.searchSeconds ?? 0);
  const whole = points(peers, place, (entry) => {
    const run = full(entry);
    return run === undefined ? 0 : run.searchSeconds + run.generateSeconds + run.compileSeconds;
  });
  return [
    ...own,
    { name: 'Spin search', colour: '#555555', dashes: '', points: search },
    { name: 'Spin + gcc', colour: '#555555', dashes: '5 4', points: whole },
  ].filter((series) => series.points.length > 0);
}

/**
 * @template {{ size: readonly number[] }} T
 * @param {readonly T[]} entries
 * @param {(size: readonly number[]) => number | null} place
 * @param {(entry: T) => number} cost
 * @returns {Point[]}
 */
function points(entries, place, cost) {
  return entries
    .flatMap((entry) => {
      const x = place(entry.size);
      const y = cost(entry);
      return x === null || y < LEAST ? [] : [{ x, y }];
    })
    .sort((a, b) => a.x - b.x);
}

/**
 * @param {Report} report
 * @returns {string}
 */
export function chart(report) {
  const panels = [
    {
      title: 'T2: teardown against 2 walkers',
      unit: 'entries',
      series: seriesOf(report, 'T2', ([n, w]) => (w === 2 && n !== undefined ? n : null)),
    },
    { title: 'F: threads on one word', unit: 'threads', series: seriesOf(report, 'F', ([k]) => k ?? null) },
  ];
  const costs = panels.flatMap(({ series }) => series.flatMap((one) => one.points.map(({ y }) => y)));
  const low = Math.log10(LEAST);
  const high = Math.ceil(Math.log10(Math.max(10, ...costs)));
  const y = (/** @type {number} */ cost) =>
    TOP + ((high - Math.log10(cost)) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const { cpu } = report.machine;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="12" role="img" aria-label="CPU seconds of a complete search against size">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(16, 22, 'CPU seconds of a complete search', 'font-size="15" font-weight="600" fill="#111111"'),
    text(
      WIDTH - 16,
      22,
      escaped(`one core, ${cpu}, ${report.date.slice(0, 10)}`),
      'text-anchor="end" fill="#666666"',
    ),
    ...panels.map((panel, i) => drawn(panel, LEFT + i * STRIDE, low, high, y)),
    '</svg>',
    '',
  ].join('\n');
}

/**
 * @param {Panel} panel
 * @param {number} left
 * @param {number} low
 * @param {number} high
 * @param {(cost: number) => number} y
 */
function drawn({ title, unit, series }, left, low, high, y) {
  const sizes = [...new Set(series.flatMap((one) => one.points.map(({ x }) => x)))].sort((a, b) => a - b);
  const first = Math.log(sizes[0] ?? 1);
  const last = Math.log(sizes.at(-1) ?? 2);
  const x = (/** @type {number} */ size) =>
    left + 12 + ((Math.log(size) - first) / (last - first || 1)) * (PANEL - 24);
  const out = [text(left, TOP - 14, escaped(title), 'font-weight="600" fill="#111111"')];
  for (let power = low; power <= high; power++) {
    const at = round(y(10 ** power));
    out.push(`<line x1="${left}" x2="${left + PANEL}" y1="${at}" y2="${at}" stroke="#e3e3e3"/>`);
    out.push(text(left - 8, at + 4, power < 0 ? (10 ** power).toFixed(-power) : `${10 ** power}`, END));
  }
  for (const size of sizes) {
    const at = round(x(size));
    out.push(
      `<line x1="${at}" x2="${at}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 5}" stroke="#999999"/>`,
    );
    out.push(text(at, HEIGHT - BOTTOM + 19, `${size}`, 'text-anchor="middle" fill="#555555"'));
  }
  out.push(text(left + PANEL / 2, HEIGHT - BOTTOM + 38, unit, 'text-anchor="middle" fill="#555555"'));
  for (const one of series) out.push(line(one, x, y));
  return [...out, ...labels(series, x, y)].join('\n');
}

const END = 'text-anchor="end" fill="#555555"';

/**
 * @param {Series} series
 * @param {(size: number) => number} x
 * @param {(cost: number) => number} y
 */
function line({ name, colour, dashes, points: all }, x, y) {
  const path = all.map((point) => `${round(x(point.x))},${round(y(point.y))}`).join(' ');
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  const dots = all.map(
    (point) =>
      `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3" fill="${colour}"><title>${escaped(`${name}, ${point.x}: ${short(point.y)} s`)}</title></circle>`,
  );
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>${dots.join('')}`;
}

/**
 * Names at the ends of the lines, moved apart where they would touch.
 * @param {readonly Series[]} series
 * @param {(size: number) => number} x
 * @param {(cost: number) => number} y
 */
function labels(series, x, y) {
  const wanted = series.flatMap(({ name, colour, points: all }) => {
    const end = all.at(-1);
    return end === undefined ? [] : [{ name, colour, x: x(end.x) + 8, y: y(end.y) + 4, end }];
  });
  wanted.sort((a, b) => a.y - b.y);
  wanted.forEach((label, i) => {
    const above = wanted[i - 1];
    if (above !== undefined && label.y - above.y < LINE && Math.abs(label.x - above.x) < 110) {
      label.y = above.y + LINE;
    }
  });
  return wanted.map(({ name, colour, x: at, y: down, end }) =>
    text(round(at), round(down), escaped(`${name} ${short(end.y)} s`), `fill="${colour}"`),
  );
}

/** @param {number} n */
const round = (n) => Math.round(n * 10) / 10;

/** @param {number} x @param {number} y @param {string} content @param {string} attributes */
const text = (x, y, content, attributes) => `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;

/** @param {string} raw */
const escaped = (raw) => raw.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
