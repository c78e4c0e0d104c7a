/** Runs every command that docs/seeds.md names, in one process; ends with 1 if one does not come to what the page says. */
import { CATALOGUE, EXIT, main, silentIo } from '@racewalk/cli';
import { plan } from '@racewalk/conformance';
import { claimPackages, claimsIn, commandFor } from './seeds-page.mjs';

const quiet = silentIo('.');
const modules = await Promise.all(claimPackages().map((name) => import(`@racewalk/${name}`)));
const commands = new Set(modules.flatMap(claimsIn).flatMap((claim) => claim.decidedBy.map(commandFor)));
const known = plan(CATALOGUE.archs, CATALOGUE.scenarios).cells.length;
let failed = 0;
for (const command of commands) {
  const status = await main(command.split(' ').slice(1), quiet);
  if (status === EXIT.OK) continue;
  failed++;
  console.error(`exit ${status}: ${command}`);
}
console.log(
  `${commands.size - failed} of ${commands.size} commands as the page says (${known} cells in all)`,
);
process.exitCode = failed === 0 && commands.size > 0 ? 0 : 1;
