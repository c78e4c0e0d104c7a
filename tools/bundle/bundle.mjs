/**
 * `node tools/bundle/bundle.mjs`: the command in a few files, `apps/cli/dist/bundle`, made of what `tsc` compiled. To
 * load a thousand modules takes longer than most answers. Does nothing if the bundle is newer than what it is made of.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'apps/cli');
const out = path.join(cli, 'dist/bundle');
const homes = fs.readdirSync(path.join(root, 'packages')).map((name) => path.join(root, 'packages', name));
const own = [cli, ...homes].filter((dir) => fs.existsSync(path.join(dir, 'package.json')));

/** The process, and the threads that it starts by address. */
const ENTRIES = ['main', 'thread', 'supervised'];

/** Packages that stay outside: loaded by few commands, or with files of their own beside their code. */
const OUTSIDE = ['bullmq', 'ioredis', 'zod', 'web-tree-sitter', 'typescript'];

/** @param {string} file */
const read = (file) => fs.readFileSync(file, 'utf8');
/** @param {string} dir */
const nameOf = (dir) => String(JSON.parse(read(path.join(dir, 'package.json'))).name);

function isFresh() {
  const made = path.join(out, 'main.js');
  if (!fs.existsSync(made)) return false;
  const sources = [
    ...own.map((dir) => path.join(dir, 'tsconfig.tsbuildinfo')),
    fileURLToPath(import.meta.url),
  ];
  return sources.every((file) => fs.statSync(file).mtimeMs < fs.statSync(made).mtimeMs);
}

/** A module that has a file beside it finds that file in its package. */
const GRAMMAR = {
  module: path.join(root, 'packages/kernel-c/dist/parse/grammar.js'),
  from: "new URL('../../vendor/tree-sitter-c.wasm', import.meta.url)",
  to: "new URL(import.meta.resolve('@racewalk/kernel-c/tree-sitter-c.wasm'))",
};

/** @param {string} id */
function codeOf(id) {
  const code = read(id);
  if (id !== GRAMMAR.module) return code;
  if (!code.includes(GRAMMAR.from)) throw new Error(`${id} does not load its grammar as the bundle expects`);
  return code.replace(GRAMMAR.from, GRAMMAR.to);
}

/** Compiled modules come with the map that leads to their source. */
const withMaps = {
  name: 'maps',
  /** @param {string} id */
  load: (id) =>
    fs.existsSync(`${id}.map`) ? { code: codeOf(id), map: JSON.parse(read(`${id}.map`)) } : null,
};

/**
 * A source by package, `@racewalk/core/src/…`: the same wherever the packages are installed.
 *
 * @param {string} source
 * @param {string} map
 */
function bySource(source, map) {
  const file = path.resolve(path.dirname(map), source);
  const home = own.find((dir) => file.startsWith(dir + path.sep));
  const [within, name] = home === undefined ? [root, ''] : [home, `${nameOf(home)}/`];
  return name + path.relative(within, file).split(path.sep).join('/');
}

/**
 * The licences of what is bundled and not ours.
 *
 * @param {readonly string[]} modules
 */
function licences(modules) {
  const dirs = new Set(
    modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []),
  );
  return [...dirs].sort().map((dir) => {
    const file = fs.readdirSync(dir).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${dir} is bundled and has no licence`);
    return `${nameOf(dir)}\n\n${read(path.join(dir, file)).trim()}\n`;
  });
}

if (!isFresh()) {
  const bundle = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, path.join(cli, `dist/${name}.js`)])),
    platform: 'node',
    external: OUTSIDE,
    plugins: [withMaps],
    resolve: { conditionNames: ['node', 'import', 'default'] },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.write({
    dir: out,
    cleanDir: true,
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: bySource,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  const modules = output.flatMap((one) => (one.type === 'chunk' ? Object.keys(one.modules) : []));
  fs.writeFileSync(path.join(out, 'licences.txt'), licences(modules).join('\n---\n\n'));
}
