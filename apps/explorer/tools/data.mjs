/**
 * The data of the page: runs the suite and writes what came of it, in the shape that the page loads.
 *
 * `node apps/explorer/tools/data.mjs [--test GLOB] [--out DIR]`. Writes `matrix.json` (`racewalk.matrix/1`), a file of
 * tokens and source places for each family in `cells/`, the sources that they name in `sources/`, `names.json`, the names of
 * the kernel that C may use, and `own-names.json`, the names that a module may use.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CATALOGUE } from '@racewalk/cli/catalogue';
import { plan, reportCell, runSuite, summarize, VERSION, variantsOf } from '@racewalk/conformance/matrix';
import * as core from '@racewalk/core';
import { knownNames } from '@racewalk/kernel-c';
import * as machine from '@racewalk/machine';
import * as mm from '@racewalk/mm';

/** @typedef {import('@racewalk/conformance/matrix').CellResult} CellResult */
/** @typedef {import('@racewalk/conformance/matrix').ReportCell} ReportCell */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const { values } = parseArgs({
  options: {
    test: { type: 'string' },
    out: { type: 'string', default: path.resolve(import.meta.dirname, '../public/data') },
  },
});

/** Texts and places by number, each once. */
class Table {
  /** @type {string[]} */
  all = [];
  /** @type {Map<string, number>} */
  #known = new Map();

  /** @param {string} text */
  add(text) {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

const familyOf = (/** @type {string} */ test) => test.split('/')[0] ?? test;

const { archs, scenarios } = CATALOGUE;
const start = performance.now();
const wanted = plan(archs, scenarios, values.test === undefined ? {} : { test: values.test });
/** @type {ReportCell[]} */
const cells = [];
/** @type {Map<string, { places: Table, cells: Record<string, { token: string, at: number[] }> }>} */
const families = new Map();
const files = new Set();
/** Steps of each counterexample. @type {Map<string, number>} */
const lengths = new Map();

/** @param {CellResult} result */
function keep(result) {
  const { trace, ...rest } = reportCell(result);
  cells.push(rest);
  lengths.set(`${rest.test} ${rest.arch} ${rest.variant}`, trace?.events.length ?? 0);
  if (trace?.token === undefined) return;
  const family = families.get(familyOf(rest.test)) ?? { places: new Table(), cells: {} };
  families.set(familyOf(rest.test), family);
  const at = trace.events.map(({ at: place }) => {
    if (place === undefined) return -1;
    files.add(place.file);
    return family.places.add(`${place.file}:${place.line}`);
  });
  family.cells[`${rest.test} ${rest.arch} ${rest.variant}`] = { token: trace.token, at };
}

let said = 0;
await runSuite(wanted, {
  onCell: keep,
  onProgress({ done, cells: all, executions }) {
    if (done < said && done !== all) return;
    said = done + 500;
    process.stderr.write(`${done} of ${all} cells, ${executions} executions\n`);
  },
});

const texts = new Table();
const byKey = new Map(cells.map((cell) => [`${cell.test} ${cell.arch} ${cell.variant}`, cell]));
const races = scenarios
  .filter(({ id }) => cells.some(({ test }) => test === id))
  .map((scenario) => ({
    id: scenario.id,
    title: scenario.title,
    about: scenario.about,
    source: scenario.source,
    invariants: scenario.invariants,
    variants: variantsOf(scenario, archs).map(({ name, what }) => {
      const own = archs.map(({ id }) => byKey.get(`${scenario.id} ${id} ${name}`));
      const first = own.find((cell) => cell !== undefined);
      return {
        name,
        ...(what === undefined ? {} : { what }),
        ...(first?.kernel === undefined ? {} : { kernel: first.kernel }),
        ...(first?.known === undefined ? {} : { known: first.known }),
        ...(first?.linux === undefined ? {} : { linux: first.linux }),
        cells: own.map((cell) =>
          cell === undefined
            ? null
            : [
                cell.verdict,
                cell.invariant ?? '',
                cell.asExpected ? 1 : 0,
                cell.executions,
                lengths.get(`${cell.test} ${cell.arch} ${name}`) ?? 0,
                cell.reason === undefined ? -1 : texts.add(cell.reason),
              ],
        ),
      };
    }),
  }));

const matrix = {
  schema: 'racewalk.matrix/1',
  version: VERSION,
  archs: archs.map(({ id, title, memory, capabilities, omits }) => ({
    id,
    title,
    memory,
    capabilities: [...capabilities].sort(),
    omits,
  })),
  summary: summarize(cells, performance.now() - start),
  texts: texts.all,
  races,
};

/** Name, kind and origin of what a module may import or call. */
function ownNames() {
  const kindOf = (/** @type {unknown} */ value) =>
    typeof value !== 'function' ? 'constant' : /^class\b/.test(String(value)) ? 'class' : 'function';
  const exported = Object.entries({ core, machine, mm }).flatMap(([name, all]) =>
    Object.entries(all).map(([own, value]) => [own, kindOf(value), `@racewalk/${name}`]),
  );
  const operations = [...core.PTE_OPS, ...core.HUGE_PTE_OPS, ...core.PMD_OPS].map((own) => [
    own,
    'method',
    'm.pte',
  ]);
  const kernel = Object.keys(mm.KERNEL).map((own) => [own, 'method', 'm.k']);
  return [...exported, ...operations, ...kernel];
}

fs.rmSync(values.out, { recursive: true, force: true });
/** @param {string} file @param {string} text */
function write(file, text) {
  const at = path.join(values.out, file);
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.writeFileSync(at, text);
}
write('matrix.json', JSON.stringify(matrix));
// What the editor completes.
const names = knownNames().map((n) => [n.name, n.args ?? '', n.result ?? '', n.floor, n.says]);
write('names.json', JSON.stringify(names));
write('own-names.json', JSON.stringify(ownNames()));
for (const [name, family] of families) {
  write(`cells/${name}.json`, JSON.stringify({ places: family.places.all, cells: family.cells }));
}
for (const file of files) write(`sources/${file}.txt`, fs.readFileSync(path.join(ROOT, file), 'utf8'));
process.stderr.write(`${cells.length} cells written to ${path.relative(process.cwd(), values.out)}\n`);
