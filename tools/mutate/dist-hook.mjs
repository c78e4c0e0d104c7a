/**
 * `--import` this to run the build with some of its files exchanged, as the file that `RACEWALK_MUTANT` names says. In
 * each thread, probes find the array that they write to.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';

const given = process.env.RACEWALK_MUTANT;
if (given !== undefined) {
  /** @type {import('./probes.mjs').Given} */
  const { scripts, probes = 0 } = JSON.parse(readFileSync(given, 'utf8'));
  /** @type {any} */ (globalThis).racewalkProbes = new Uint8Array(probes);
  register('./dist-loader.mjs', { parentURL: import.meta.url, data: { scripts } });
}
