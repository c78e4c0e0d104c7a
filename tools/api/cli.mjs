/**
 * `npm run api` rewrites the `api.txt` of every published package. `--check` only compares, `--limits` also says which
 * packages export too much; both fail if there is something to say.
 */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readApis } from './exports.mjs';
import { limitProblems } from './limits.mjs';
import { apiFile, apiText, stale } from './page.mjs';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, limits: { type: 'boolean' } } });
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const apis = readApis(root);
const problems = [...(values.check ? stale(root, apis) : []), ...(values.limits ? limitProblems(apis) : [])];
if (!values.check && !values.limits)
  for (const api of apis) fs.writeFileSync(apiFile(root, api), apiText(api));
for (const problem of problems) console.error(problem);
const names = apis.reduce((sum, { exported }) => sum + exported.length, 0);
console.log(`api: ${apis.length} packages, ${names} names, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
