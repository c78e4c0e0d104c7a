/** `nx g @racewalk/nx:race NAME --feature FAMILY`: one more race, with a mutant and, if given, its claim. */
import { logger } from '@nx/devkit';
import { addToConstant, constantNamed } from './edit.mjs';
import { format, written } from './format.mjs';
import { checkName, mistake } from './names.mjs';
import { nextSteps, PINNED } from './next.mjs';
import { writeRace } from './package.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */
/** @typedef {{ name: string, feature: string, seed?: string, who?: string, says?: string }} Options */

/**
 * The part before the slash in the ids of a package's races.
 *
 * @param {Tree} tree
 * @param {string} folder
 * @param {string} otherwise
 */
function familyIn(tree, folder, otherwise) {
  for (const file of tree.children(folder)) {
    const id = /^ {2}id: '([a-z0-9-]+)\//m.exec(tree.read(`${folder}/${file}`, 'utf8') ?? '');
    if (id?.[1] !== undefined) return id[1];
  }
  return otherwise;
}

/**
 * @param {Tree} tree
 * @param {string} dir
 * @param {string} id
 * @param {Options} options
 */
function addClaim(tree, dir, id, { seed, who, says }) {
  const given = [seed, who, says].filter((part) => part !== undefined).length;
  if (given === 0) return;
  if (given < 3) {
    throw mistake(
      'RACEWALK_BAD_CLAIM',
      'half a claim',
      'give all of --seed, --who and --says, or none of them',
    );
  }
  const file = `${dir}/src/claims.ts`;
  const element = `{
    seed: ${JSON.stringify(seed)},
    who: ${JSON.stringify(who)},
    says: ${JSON.stringify(says)},
    decidedBy: [${JSON.stringify(id)}, ${JSON.stringify(`${id}#mutant:no-flush`)}],
    answer: 'The race holds, and its mutant does not.',
  }`;
  const text = addToConstant(tree.read(file, 'utf8') ?? '', /claims$/i, { element });
  if (text === null) {
    throw mistake(
      'RACEWALK_NO_LIST',
      `${file} has no list of claims`,
      'a constant whose name ends in "claims"',
    );
  }
  tree.write(file, text);
}

/**
 * @param {Tree} tree
 * @param {Options} options
 */
export default async function raceGenerator(tree, options) {
  const { name, feature } = options;
  checkName(feature, 'a feature', 'feature-');
  const pkg = `feature-${feature}`;
  const dir = `packages/${pkg}`;
  const index = `${dir}/src/index.ts`;
  if (!tree.exists(index)) {
    const known = tree.children('packages').flatMap((child) => /^feature-(.+)$/.exec(child)?.[1] ?? []);
    throw mistake(
      'RACEWALK_UNKNOWN_FEATURE',
      `there is no feature package ${dir}`,
      `one of ${known.join(', ')}; a new one: npx nx g @racewalk/nx:feature ${feature}`,
    );
  }
  const folder = `${dir}/src/races`;
  const family = familyIn(tree, folder, feature);
  checkName(name, 'a race', `${family}/`);
  if (tree.exists(`${folder}/${name}.ts`)) {
    throw mistake('RACEWALK_EXISTS', `${folder}/${name}.ts exists already`, 'take another name');
  }
  const race = writeRace(tree, folder, { family, raceName: name });
  const before = tree.read(index, 'utf8') ?? '';
  const list = constantNamed(before, /Races$/);
  const text = addToConstant(before, /Races$/, { element: race, name: race, from: `./races/${name}.js` });
  if (text === null) {
    throw mistake(
      'RACEWALK_NO_LIST',
      `${index} has no list of races`,
      'a constant whose name ends in "Races"',
    );
  }
  tree.write(index, text);
  addClaim(tree, dir, `${family}/${name}`, options);
  const files = written(tree);
  return () => {
    format(tree.root, files);
    logger.info(`
${folder}/${name}.ts: race ${family}/${name} with the mutant no-flush, added to ${list}

${nextSteps([
  [`npx vitest run --project ${pkg}`, 'the races on two toy architectures'],
  ['npm run build', 'compiles it'],
  [`npx racewalk conformance --test ${family}/${name}`, 'the race on every architecture'],
  ...PINNED,
])}`);
  };
}
