/** What a browser needs is bundled for it without anything of Node. */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NAMES = /^(core|machine|mm|explorer|trace|catalogue|litmus|kernel-c|arch-.*|feature-.*)$/;
/** Entries that are for Node, or no modules. */
const NOT_HERE = /^\.\/(package\.json|.*\.wasm|node|vitest)$/;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const specifiers = readdirSync(path.join(ROOT, 'packages'))
  .filter((dir) => NAMES.test(dir))
  .flatMap((dir) => {
    const text = readFileSync(path.join(ROOT, 'packages', dir, 'package.json'), 'utf8');
    const { name, exports } = JSON.parse(text) as Manifest;
    return Object.keys(exports)
      .filter((entry) => !NOT_HERE.test(entry))
      .map((entry) => name + entry.slice(1));
  })
  // The matrix, and what runs a check in a Web Worker.
  .concat('@racewalk/conformance/matrix', '@racewalk/fleet/web-worker');

/** The parser of C imports these where it finds itself in Node, and not before: a browser never comes there. */
const GUARDED = /web-tree-sitter\.js imports (module|fs\/promises)$/;

/** Imports of Node's modules that an entry reaches. */
async function nodeIn(specifier: string): Promise<string[]> {
  const found: string[] = [];
  const bundle = await rolldown({
    input: 'entry',
    platform: 'browser',
    cwd: ROOT,
    plugins: [
      {
        name: 'entry',
        resolveId(id, importer) {
          if (id === 'entry') return '\0entry';
          if (!isBuiltin(id)) return null;
          found.push(`${path.relative(ROOT, importer ?? '')} imports ${id}`);
          return { id, external: true };
        },
        load: (id) =>
          id === '\0entry' ? `import * as all from '${specifier}'; globalThis.all = all;` : null,
      },
    ],
    onwarn: (warning) => void (warning.code === 'UNRESOLVED_IMPORT' && found.push(warning.message)),
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  expect(output.length).toBeGreaterThan(0);
  return found.filter((one) => !GUARDED.test(one));
}

describe('for a browser', () => {
  it('there are entries of each kind', () => {
    for (const name of [
      'core',
      'machine',
      'mm',
      'explorer',
      'trace',
      'kernel-c',
      'arch-arm64',
      'feature-zap',
    ])
      expect(specifiers).toContain(`@racewalk/${name}`);
    expect(specifiers.length).toBeGreaterThan(25);
  });

  it.each(specifiers)('%s asks nothing of Node', async (specifier) => {
    expect(await nodeIn(specifier)).toEqual([]);
  });

  it('what asks something of Node is found', async () => {
    expect(await nodeIn('@racewalk/fleet')).not.toEqual([]);
  });
});
