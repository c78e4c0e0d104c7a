/** docs/findings.md, as `racewalk findings` prints it. `npm run docs:findings` rewrites it (after a build). */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PAGE = fileURLToPath(new URL('../../docs/findings.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bin = fileURLToPath(new URL('../../apps/cli/bin/racewalk.js', import.meta.url));
  const args = [bin, 'findings', '--format', 'markdown', '--output', PAGE];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exitCode = 1;
  }
}
