/** TypeDoc options of one package, derived from its `exports`, so that a new entry is documented at once. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionDefaults } from 'typedoc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Tags beyond TSDoc's own: the kernel's name, who may call, where it is said, what must hold. */
const BLOCK_TAGS = /** @type {const} */ (['@kernel', '@context', '@source', '@invariant']);

/**
 * @param {string} url `import.meta.url` of a package's typedoc.config.mjs
 * @returns {Partial<import('typedoc').TypeDocOptions>}
 */
export function packageOptions(url) {
  const dir = path.dirname(fileURLToPath(url));
  const manifest = JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));
  /** @type {(string | Record<string, string>)[]} */
  const entries = Object.values(manifest.exports);
  return {
    entryPoints: entries.flatMap((entry) =>
      typeof entry === 'string' ? [] : (entry['@racewalk/source'] ?? []),
    ),
    readme: 'none',
    displayBasePath: path.join(dir, 'src'),
    blockTags: [...OptionDefaults.blockTags, ...BLOCK_TAGS],
    excludeInternal: true,
    excludePrivate: true,
    requiredToBeDocumented: ['Enum', 'Variable', 'Function', 'Class', 'Interface', 'TypeAlias'],
    // A package has few names (tools/api/limits.mjs): a type that only other types mention is not one of them.
    validation: { notExported: false, invalidLink: true, rewrittenLink: true, notDocumented: true },
    treatWarningsAsErrors: true,
    disableGit: true,
    gitRevision: 'main',
    // No public address is fixed yet: link to the file in the checkout that holds docs/api.
    sourceLinkTemplate: `../../../${path.relative(ROOT, dir)}/src/{path}`,
  };
}
