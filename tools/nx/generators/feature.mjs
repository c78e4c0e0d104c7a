/** `nx g @racewalk/nx:feature NAME`: a family of races with its first one. */
import { logger } from '@nx/devkit';
import { format, written } from './format.mjs';
import { camelCase, checkName, identifierOf, words } from './names.mjs';
import { nextSteps, PINNED } from './next.mjs';
import { writePackage, writeRace } from './package.mjs';
import { checkFree, link, register } from './register.mjs';

/**
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ name: string, race?: string }} options
 */
export default async function featureGenerator(tree, { name: family, race: raceName = 'unmap-vs-store' }) {
  checkName(family, 'a feature', 'feature-');
  checkName(raceName, 'a race', `${family}/`);
  const pkg = `feature-${family}`;
  const dir = `packages/${pkg}`;
  checkFree(tree, dir);
  const races = `${camelCase(family)}Races`;
  writePackage(tree, dir, 'feature', {
    pkg,
    family,
    races,
    raceName,
    race: identifierOf(raceName, 'Race'),
    words: words(family),
    description: `${words(family)}, with its race tests`,
  });
  writeRace(tree, `${dir}/src/races`, { family, raceName });
  register(tree, { name: `@racewalk/${pkg}`, dir, exported: races, list: 'scenarios' });
  const files = written(tree);
  return () => {
    link(tree.root, `@racewalk/${pkg}`, dir);
    format(tree.root, files);
    logger.info(`
${dir}: race ${family}/${raceName} with the mutant no-flush, exported in ${races}

${nextSteps([
  [`npx vitest run --project ${pkg}`, 'its races on two toy architectures'],
  ['npm run build', 'compiles it'],
  [`npx racewalk conformance --test '${family}/*'`, 'its races on every architecture'],
  [`npx nx g @racewalk/nx:race NAME --feature ${family}`, 'one more race'],
  ...PINNED,
])}`);
  };
}
