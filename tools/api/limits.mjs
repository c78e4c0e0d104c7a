/** How many names a package may export; what is not named here has no limit. */

/** @typedef {import('./exports.mjs').Api} Api */

/** Names of all entries together; a name in two entries is one. @type {readonly { packages: RegExp, most: number }[]} */
const LIMITS = [
  { packages: /^@racewalk\/core$/, most: 150 },
  { packages: /^@racewalk\/feature-/, most: 5 },
];

/**
 * Names that two packages export: two things never share a name, and what is one thing has one home.
 *
 * @param {readonly Api[]} apis
 * @returns {string[]}
 */
function doubleNames(apis) {
  /** @type {Map<string, Set<string>>} */
  const homes = new Map();
  for (const { name, exported } of apis)
    for (const one of exported) homes.set(one.name, (homes.get(one.name) ?? new Set()).add(name));
  return [...homes]
    .filter(([, packages]) => packages.size > 1)
    .map(
      ([name, packages]) =>
        `${name} is exported by ${[...packages].join(' and ')}: name one of them otherwise`,
    );
}

/**
 * Packages that export more than they may, indexes that export whole modules, and names that stand twice.
 *
 * @param {readonly Api[]} apis
 * @returns {string[]}
 */
export function limitProblems(apis) {
  const crowded = apis.flatMap(({ name, dir, exported, stars }) => {
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
  return [...crowded, ...doubleNames(apis)];
}
