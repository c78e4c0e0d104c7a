/**
 * A race that is written after a release, and that a plug-in with other bodies for that release does not name, must come
 * to the same with those bodies. `npm run check:linux -- [PLUG-IN…]` (after a build); a minute or two.
 */
import { CATALOGUE } from '@racewalk/cli';
import { plan } from '@racewalk/conformance';
import { runCell } from '@racewalk/conformance/matrix';

/** @typedef {import('@racewalk/core').ArchPlugin} ArchPlugin */

const wanted = process.argv.slice(2);
let [checked, wrong] = [0, 0];
for (const arch of CATALOGUE.archs) {
  if (wanted.length > 0 && !wanted.includes(arch.id)) continue;
  for (const ops of arch.linux ?? []) {
    // Where upstream is said to be that release on this plug-in.
    const said = plan([arch], CATALOGUE.scenarios, { variant: `linux:${ops.release}` }).cells;
    const tests = said.filter(({ variant }) => variant === 'upstream').map(({ test }) => test);
    /** @type {ArchPlugin} */
    const twin = { ...arch, linux: [{ ...ops, outcomes: [{ tests, why: 'they make no difference' }] }] };
    const { cells } = plan([twin], CATALOGUE.scenarios, { variant: `linux:${ops.release}` });
    for (const cell of cells) {
      if (!tests.includes(cell.test) || cell.variant === 'upstream') continue;
      const { asExpected, verdict, invariant = '' } = await runCell(cell, { shrinkStates: 0 });
      checked++;
      if (asExpected) continue;
      wrong++;
      console.log(
        `${cell.test} ${cell.variant} ${cell.arch}: ${verdict} ${invariant}; name it in the plug-in's outcomes`,
      );
    }
  }
}
console.log(`${checked} races come to the same with the bodies of the release, ${wrong} do not`);
process.exitCode = wrong > 0 || checked === 0 ? 1 : 0;
