/** How many names a package may export; what is not named here has no limit. */

/** @typedef {import('./exports.mjs').Api} Api */

/** Names of all entries together; a name in two entries is one. @type {readonly { packages: RegExp, most: number }[]} */
const LIMITS = [
  { packages: /^@racewalk\/core$/, most: 150 },
  { packages: /^@racewalk\/feature-/, most: 5 },
];

/**
 * Packages that export more than they may, and indexes that export whole modules.
 *
 * @param {readonly Api[]} apis
 * @returns {string[]}
 */
export function limitProblems(apis) {
  return apis.flatMap(({ name, dir, exported, stars }) => {
    const count = new Set(exported.map((one) => one.name)).size;
    const most = LIMITS.find(({ packages }) => packages.test(name))?.most ?? Number.POSITIVE_INFINITY;
    return [
      ...(count > most ? [`${dir}: ${name} exports ${count} names, at most ${most} are allowed`] : []),
      ...stars.map(({ file, lines }) => {
        const times = lines.length > 1 ? ` (${lines.length} times)` : '';
        return `${file}:${lines[0]}: an index exports names one by one, no \`export *\`${times}`;
      }),
    ];
  });
}
