/**
 * Takes a plug-in package out of a checkout, as if `nx g @racewalk/nx:arch` had never been run for it. The
 * link in node_modules stays: git would not bring it back.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {Record<string, Record<string, unknown>>} Tables */

/**
 * @param {string} file
 * @param {(json: any) => void} change
 */
function editJson(file, change) {
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(json);
  fs.writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
}

/**
 * Without the import from `name` and without what it brought.
 *
 * @param {string} catalogue
 * @param {string} name
 */
export function withoutImport(catalogue, name) {
  const line = new RegExp(`^import \\{ ([^}]+) \\} from '${name}';\n`, 'm').exec(catalogue);
  if (line === null) return catalogue;
  const rest = catalogue.replace(line[0], '');
  const exported = (line[1] ?? '').split(',').map((one) => one.trim());
  return exported.reduce((text, one) => text.replace(new RegExp(`,\\s*${one}\\b`), ''), rest);
}

/**
 * @param {string} root
 * @param {string} id of the plug-in; those whose id begins with it go, too
 */
export function remove(root, id) {
  const at = (/** @type {string[]} */ ...parts) => path.join(root, ...parts);
  const name = `@racewalk/arch-${id}`;
  const dir = `packages/arch-${id}`;
  fs.rmSync(at(dir), { recursive: true, force: true });
  editJson(at('apps/cli/package.json'), (json) => {
    delete json.dependencies[name];
  });
  editJson(at('apps/cli/tsconfig.json'), (json) => {
    json.references = json.references.filter(
      (/** @type {{ path: string }} */ r) => !r.path.endsWith(`/${dir}`),
    );
  });
  editJson(at('package-lock.json'), ({ packages }) => {
    delete packages[dir];
    delete packages[`node_modules/${name}`];
    delete packages['apps/cli'].dependencies[name];
  });
  const list = at('apps/cli/src/archs.ts');
  fs.writeFileSync(list, withoutImport(fs.readFileSync(list, 'utf8'), name));
  const golden = at('apps/cli/test/golden/executions.txt');
  const lines = fs.readFileSync(golden, 'utf8').split('\n');
  fs.writeFileSync(golden, lines.filter((line) => !line.split(' ')[2]?.startsWith(id)).join('\n'));
  const edited = ['apps/cli/package.json', 'apps/cli/tsconfig.json', 'apps/cli/src/archs.ts'];
  spawnSync('npx', ['biome', 'check', '--write', ...edited], { cwd: root, stdio: 'ignore' });
}
