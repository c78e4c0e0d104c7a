/** `--import` this to run the build with one of its files exchanged, as `RACEWALK_MUTANT` says. */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';

const given = process.env.RACEWALK_MUTANT;
if (given !== undefined) {
  const { built, script } = JSON.parse(readFileSync(given, 'utf8'));
  register('./dist-loader.mjs', { parentURL: import.meta.url, data: { built, script } });
}
