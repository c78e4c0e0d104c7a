/**
 * `npm run release:dry-run [patch|minor|major|X.Y.Z]`: does in a scratch clone what a release does (`lerna version`, then
 * packing), checks the outcome, and throws it away. Works on the last commit; nothing is tagged, pushed or published.
 */
import fs from 'node:fs';
import path from 'node:path';
import { npm, publishedPackages } from '../pack/pack.mjs';
import { scratchRelease } from './scratch.mjs';

/**
 * What `lerna version` should have done: one version for all published packages, exact among each other.
 *
 * @param {string} clone
 * @returns {{ version: string, complaints: string[] }}
 */
function checkVersions(clone) {
  const { version } = JSON.parse(fs.readFileSync(path.join(clone, 'lerna.json'), 'utf8'));
  const published = publishedPackages(clone);
  const own = new Set(published.map(({ name }) => name));
  const complaints = published.flatMap(({ name, manifest }) => {
    const stale = manifest.version === version ? [] : [`${name} stayed at ${manifest.version}`];
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    const loose = ranges.filter(([dependency, range]) => own.has(dependency) && range !== version);
    return [
      ...stale,
      ...loose.map(([dependency, range]) => `${name} wants ${dependency} ${range}, not ${version}`),
    ];
  });
  return { version, complaints };
}

/** @param {string} clone */
function packAll(clone) {
  /** @type {{ name: string, version: string, entryCount: number, size: number }[]} */
  const packed = publishedPackages(clone).flatMap(({ dir }) =>
    JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], dir)),
  );
  for (const { name, version, entryCount, size } of packed) {
    console.log(
      `${`${name}@${version}`.padEnd(50)} ${String(entryCount).padStart(4)} files ${(size / 1024).toFixed(1).padStart(7)} kB`,
    );
  }
}

/** @param {string} bump */
function main(bump) {
  const clone = scratchRelease(bump);
  try {
    packAll(clone);
    const { version, complaints } = checkVersions(clone);
    for (const complaint of complaints) console.error(complaint);
    console.log(
      `release ${version}: ${complaints.length === 0 ? 'ready' : `${complaints.length} complaints`}`,
    );
    process.exitCode = complaints.length === 0 ? 0 : 1;
  } finally {
    fs.rmSync(clone, { recursive: true });
  }
}

main(process.argv[2] ?? 'minor');
