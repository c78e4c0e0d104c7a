/**
 * The folders inside `src` of a room have an order, too: a file may use its own shelf and those below it. The table is
 * all there is to change when a folder moves.
 */

/** @typedef {import('./check.mjs').Violation} Violation */
/** @typedef {import('./circles.mjs').Edge} Edge */
/** @typedef {import('./workspace.mjs').Package} Package */

/**
 * Lowest first. A place is a folder or a file of `src`, without `.ts`; the longest one that fits a file counts, so that
 * one file of a folder may stand elsewhere. `index.ts` itself stands on top of everything, unless it is
 * listed.
 *
 * @type {Readonly<Partial<Record<import('./house.mjs').Room, readonly (readonly string[])[]>>>}
 */
export const SHELVES = {
  core: [
    ['errors', 'error-codes', 'near', 'units'],
    ['step'],
    ['pte'],
    ['ops'],
    ['contpte'],
    ['arch'],
    ['contract'],
  ],
  machine: [
    ['error-codes', 'agent/call'],
    // Calls by name, and what the parts of the machine know of each other: interfaces, words, frames.
    ['agent/binder', 'agent/kernel'],
    [
      'world',
      'tlb',
      'entries/describe',
      'entries/leaf-walk',
      'observers/observer',
      'observers/view',
      'observers/dirty-record',
    ],
    ['entries'],
    ['cpu'],
    ['device'],
    ['observers'],
    // Puts the parts together.
    ['world/world', 'agent'],
    ['scenario', 'lab'],
  ],
};

/**
 * @param {readonly (readonly string[])[]} shelves
 * @param {string} inside path within `src`
 * @returns {{ place: string, height: number } | null}
 */
function shelfOf(shelves, inside) {
  const listed = shelves.findIndex((places) => places.includes('index'));
  if (inside === 'index.ts') return { place: 'index', height: listed < 0 ? shelves.length : listed };
  const bare = inside.replace(/\.ts$/, '');
  return shelves
    .flatMap((places, height) => places.map((place) => ({ place, height })))
    .filter(({ place }) => bare === place || bare.startsWith(`${place}/`))
    .reduce(
      (best, next) => (best && best.place.length >= next.place.length ? best : next),
      /** @type {{ place: string, height: number } | null} */ (null),
    );
}

/**
 * Arrows that point up, and files that stand nowhere.
 *
 * @param {Package} pkg
 * @param {readonly string[]} files of the package
 * @param {readonly Edge[]} edges all imports of the house
 * @returns {Violation[]}
 */
export function checkShelves(pkg, files, edges) {
  const shelves = pkg.room ? SHELVES[pkg.room] : undefined;
  if (!shelves) return [];
  const src = `${pkg.dir}/src/`;
  /** @param {string} file */
  const find = (file) => (file.startsWith(src) ? shelfOf(shelves, file.slice(src.length)) : null);
  const homeless = files
    .filter((file) => file.startsWith(src) && !find(file))
    .map((file) => {
      const what = file.slice(src.length);
      const why = 'stands on no shelf: give it a place in tools/boundaries/shelves.mjs';
      return { file, line: 1, what, rule: 'shelf', why };
    });
  const upward = edges.flatMap(({ from, to, line }) => {
    const [own, other] = [find(from), find(to)];
    if (!own || !other || other.height <= own.height) return [];
    const why = `inside ${pkg.dir.replace('packages/', '')}, ${own.place} stands below ${other.place} and may not use it`;
    return [{ file: from, line, what: to.slice(src.length), rule: 'shelf', why }];
  });
  return [...homeless, ...upward];
}
