/** Finds circles of imports between files; imports of types count, and so do re-exports. */
import path from 'node:path';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */
/** @typedef {import('./workspace.mjs').Workspace} Workspace */
/** @typedef {{ from: string, to: string, line: number }} Edge */

/**
 * The source file that an import leads to, or null if it leaves the sources of the house.
 *
 * @param {Workspace} workspace
 * @param {ReadonlySet<string>} files
 * @param {string} from
 * @param {string} specifier
 */
function resolve(workspace, files, from, specifier) {
  if (specifier.startsWith('.')) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
    const bare = target.replace(/\.js$/, '');
    return (
      [target, `${bare}.ts`, `${bare}.tsx`, `${target}/index.ts`].find((file) => files.has(file)) ?? null
    );
  }
  const pkg = workspace.packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  const file = pkg?.sources.get(`.${specifier.slice(pkg.name.length)}`);
  return file !== undefined && files.has(file) ? file : null;
}

/**
 * Every import of a source file by a source file.
 *
 * @param {Workspace} workspace
 * @param {readonly SourceUnit[]} units
 * @returns {Edge[]}
 */
export function importEdges(workspace, units) {
  const files = new Set(units.map(({ file }) => file));
  return units.flatMap(({ file, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const to = resolve(workspace, files, file, specifier);
      return to === null ? [] : [{ from: file, to, line }];
    }),
  );
}

/**
 * Groups of files of which each reaches each (Tarjan's strongly connected components).
 *
 * @param {ReadonlyMap<string, readonly Edge[]>} out
 * @returns {Set<string>[]}
 */
function knots(out) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {string[]} */
  const stack = [];
  const open = new Set();
  /** @type {Set<string>[]} */
  const found = [];
  /** @param {string} file @returns {number} */
  const visit = (file) => {
    const own = order.size;
    let least = own;
    order.set(file, own);
    stack.push(file);
    open.add(file);
    for (const { to } of out.get(file) ?? []) {
      const seen = order.get(to);
      if (seen === undefined) least = Math.min(least, visit(to));
      else if (open.has(to)) least = Math.min(least, seen);
    }
    if (least === own) {
      const knot = new Set(stack.splice(stack.indexOf(file)));
      for (const member of knot) open.delete(member);
      if (knot.size > 1 || out.get(file)?.some(({ to }) => to === file)) found.push(knot);
    }
    return least;
  };
  for (const file of out.keys()) if (!order.has(file)) visit(file);
  return found;
}

/**
 * The shortest way from `start` back to it through files of one knot.
 *
 * @param {ReadonlyMap<string, readonly Edge[]>} out
 * @param {ReadonlySet<string>} knot
 * @param {string} start
 * @returns {Edge[]}
 */
function shortestFrom(out, knot, start) {
  /** @type {Map<string, Edge[]>} */
  const ways = new Map([[start, []]]);
  for (const [file, way] of ways) {
    for (const edge of out.get(file) ?? []) {
      if (edge.to === start) return [...way, edge];
      if (knot.has(edge.to) && !ways.has(edge.to)) ways.set(edge.to, [...way, edge]);
    }
  }
  return [];
}

/**
 * One violation for each knot: its shortest circle, with the line of every import in it.
 *
 * @param {readonly Edge[]} edges
 * @returns {Violation[]}
 */
export function checkCircles(edges) {
  /** @type {Map<string, Edge[]>} */
  const out = new Map();
  for (const edge of edges) {
    const known = out.get(edge.from);
    if (known) known.push(edge);
    else out.set(edge.from, [edge]);
  }
  return knots(out).flatMap((knot) => {
    const circles = [...knot].sort().map((file) => shortestFrom(out, knot, file));
    const shortest = circles.reduce((best, circle) => (circle.length < best.length ? circle : best));
    const [first] = shortest;
    if (!first) return [];
    const what = [...shortest.map(({ from, line }) => `${from}:${line}`), first.from].join(' → ');
    const more = knot.size > shortest.length ? `; ${knot.size} files are in circles with these` : '';
    const why = `files never import each other in a circle, not even for types${more}`;
    return [{ file: first.from, line: first.line, what, rule: 'circle', why }];
  });
}
