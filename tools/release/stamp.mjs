/** Writes the version of @racewalk/conformance into its sources; run by `lerna version` when it has set the versions. */
import fs from 'node:fs';
import path from 'node:path';

const dir = path.join(process.cwd(), 'packages/conformance');
const { version } = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
const file = path.join(dir, 'src/version.ts');
const text = fs.readFileSync(file, 'utf8');
fs.writeFileSync(file, text.replace(/= '[^']*';/, `= '${version}';`));
