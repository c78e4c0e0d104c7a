/** `nx g @racewalk/nx:arch NAME`: an architecture plug-in on the generic operations. */
import { logger } from '@nx/devkit';
import { archIds, capabilities, operations } from './facts.mjs';
import { format, written } from './format.mjs';
import { checkLine, checkName, identifierOf, mistake } from './names.mjs';
import { nextSteps, PINNED } from './next.mjs';
import { writePackage, writeRace } from './package.mjs';
import { checkFree, link, register } from './register.mjs';

/** Claimed by the template; see `plugin.ts.template`. */
const CLAIMED = ['ipiFlush'];

/** @param {readonly string[]} names @param {string} margin */
function lines(names, margin) {
  return names
    .reduce((/** @type {string[]} */ rows, name) => {
      const last = rows.at(-1);
      if (last !== undefined && last.length + name.length < 100) rows[rows.length - 1] = `${last}, ${name}`;
      else rows.push(name);
      return rows;
    }, [])
    .map((row) => margin + row)
    .join(',\n');
}

/** @param {string} what @param {readonly string[]} names */
const stillGeneric = (what, names) =>
  `still generic: ${names.length} of ${names.length} ${what}\n${lines(names, '  ')}`;

/**
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ name: string, title?: string }} options
 */
export default async function archGenerator(tree, { name: id, title = id }) {
  checkName(id, 'an architecture', 'arch-');
  checkLine(title, 'title');
  const pkg = `arch-${id}`;
  const dir = `packages/${pkg}`;
  checkFree(tree, dir);
  if (archIds(tree).includes(id)) {
    throw mistake(
      'RACEWALK_EXISTS',
      `a plug-in with the id ${id} exists already`,
      'see: npx racewalk list archs',
    );
  }
  const arch = identifierOf(id, 'Arch');
  const titleText = JSON.stringify(title);
  writePackage(tree, dir, 'arch', {
    pkg,
    id,
    arch,
    title,
    titleText,
    description: `The Racewalk plug-in ${id}`,
  });
  writeRace(tree, `${dir}/test`, { family: id, raceName: 'unmap-vs-store' });
  register(tree, { name: `@racewalk/${pkg}`, dir, exported: arch, list: 'archs' });
  const generic = operations(tree);
  const denied = capabilities(tree).filter((name) => !CLAIMED.includes(name));
  const files = written(tree);
  return () => {
    link(tree.root, `@racewalk/${pkg}`, dir);
    format(tree.root, files);
    logger.info(`
${dir}: plug-in ${id}, exported as ${arch}

${stillGeneric('operations', generic.ops)}
${stillGeneric('operations on huge pages (pmdOps)', generic.pmdOps)}
${stillGeneric('operations on hugetlb pages (hugeOps)', generic.hugeOps)}

capabilities: ${CLAIMED.join(', ')}; declared false:
${lines(denied, '  ')}

${nextSteps([
  [`npx vitest run --project ${pkg}`, 'manifest, laws, and a race of its own'],
  ['npm run build', 'compiles it'],
  [`npx racewalk conformance --arch ${id}`, 'every race test'],
  [`npx racewalk list ops --arch ${id}`, 'what is still generic, at any time'],
  ...PINNED,
])}`);
  };
}
