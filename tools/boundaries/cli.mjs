/** `npm run boundaries`: fails when a package uses one it may not use. See house.mjs for the plan. */
import { checkHouse, formatViolation } from './check.mjs';

const { files, packages, violations } = checkHouse(process.argv[2] ?? process.cwd());
for (const violation of violations) console.error(formatViolation(violation));
const verdict =
  violations.length === 0 ? 'every import keeps to the house plan' : `${violations.length} broken rules`;
console.log(`boundaries: ${packages} packages, ${files} files: ${verdict}`);
process.exitCode = violations.length === 0 ? 0 : 1;
