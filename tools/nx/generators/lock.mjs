/**
 * package-lock.json after a workspace was added: what `npm install` would write, without a network and
 * without a look at anything else in the lock.
 */

/** @typedef {Record<string, unknown> & { name: string, version: string }} Manifest */
/** @typedef {{ packages: Record<string, Record<string, unknown>> }} Lock */

/** @template T @param {Record<string, T>} map @returns {Record<string, T>} */
function sorted(map) {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/** What the lock repeats of a workspace's package.json, in this order. */
const REPEATED = ['name', 'version', 'license', 'dependencies', 'devDependencies', 'engines'];

/**
 * @param {Lock} lock changed in place
 * @param {string} dir folder of the new workspace
 * @param {Manifest} manifest of the new workspace
 * @param {{ dir: string, dependencies: Record<string, string> }} user a workspace that now depends on it
 */
export function lockWorkspace(lock, dir, manifest, user) {
  lock.packages[dir] = Object.fromEntries(
    REPEATED.flatMap((key) => (manifest[key] === undefined ? [] : [[key, manifest[key]]])),
  );
  lock.packages[`node_modules/${manifest.name}`] = { resolved: dir, link: true };
  const entry = lock.packages[user.dir];
  if (entry !== undefined) entry.dependencies = sorted(user.dependencies);
  lock.packages = sorted(lock.packages);
}
