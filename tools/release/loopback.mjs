/**
 * `npm run release:loopback [NODE…]`: publishes everything with `lerna publish` to a registry on loopback, then installs each package
 * alone from it into an empty folder, and imports and requires each of its entries in Node 20, 22 and 24. Needs the network: the
 * registry (verdaccio), the three Nodes and what the packages depend on come from npm. Nothing is published elsewhere, and all of it is
 * removed. After a build.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npm, publishedPackages } from '../pack/pack.mjs';
import { lerna, scratchRelease } from './scratch.mjs';

const VERDACCIO = '6.10.4';
const NODES = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];
const PORT = 4873 + (process.pid % 1000);
const REGISTRY = `http://127.0.0.1:${PORT}/`;

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-loopback-'));
const said = (/** @type {string} */ text) => console.log(text);

/** Prints what of a package's entries could not be loaded, one a line. Entries with an extension are files to read. */
const LOADS = `
const { createRequire } = require('node:module');
const path = require('node:path');
const [name] = process.argv.slice(1);
const from = createRequire(path.join(process.cwd(), 'x.cjs'));
const manifest = JSON.parse(require('node:fs').readFileSync(path.join('node_modules', name, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !/\\.(json|wasm)$/.test(entry) && !entry.includes('*'));
(async () => {
  for (const entry of entries) {
    const specifier = name + entry.slice(1);
    try {
      const imported = await import(require('node:url').pathToFileURL(from.resolve(specifier)));
      const required = from(specifier);
      const [a, b] = [imported, required].map((one) => Object.keys(one).filter((key) => key !== '__esModule').sort().join());
      if (a !== b || (a === '' && Object.keys(imported).length > 0)) console.log(specifier + ': require has other names than import');
    } catch (error) {
      console.log(specifier + ': ' + error.message.split('\\n')[0]);
    }
  }
  console.error(entries.length);
})();
`;

/** Starts the registry, which needs Node 22 or newer; resolves when it answers. @param {string} node */
async function registry(node) {
  fs.mkdirSync(path.join(work, 'verdaccio'));
  // A mirror of the registry may know versions and no tags; verdaccio asks for one tag.
  const manifest = { private: true, overrides: { 'node-fetch': '2.7.0' } };
  fs.writeFileSync(path.join(work, 'verdaccio/package.json'), JSON.stringify(manifest));
  npm(['install', '--ignore-scripts', `verdaccio@${VERDACCIO}`], path.join(work, 'verdaccio'));
  fs.writeFileSync(
    path.join(work, 'verdaccio/config.yaml'),
    [
      'storage: ./storage',
      'uplinks: { npmjs: { url: "https://registry.npmjs.org/", maxage: 30m } }',
      'packages:',
      '  "@racewalk/*": { access: $all, publish: $all }',
      '  "**": { access: $all, proxy: npmjs }',
      'log: { type: stdout, format: pretty, level: error }',
      '',
    ].join('\n'),
  );
  const bin = path.join(work, 'verdaccio/node_modules/verdaccio/bin/verdaccio');
  const options = {
    cwd: path.join(work, 'verdaccio'),
    stdio: /** @type {import('node:child_process').StdioOptions} */ (['ignore', 'ignore', 'inherit']),
  };
  const server = spawn(node, [bin, '-c', 'config.yaml', '-l', `127.0.0.1:${PORT}`], options);
  for (let tries = 0; tries < 120; tries++) {
    const answer = await fetch(`${REGISTRY}-/ping`).catch(() => null);
    if (answer?.ok === true) return server;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  server.kill();
  throw new Error(`the registry at ${REGISTRY} does not answer`);
}

/** The Nodes to try, by version. */
function nodes() {
  const folder = path.join(work, 'nodes');
  fs.mkdirSync(folder);
  const os_ = process.platform === 'win32' ? 'win' : process.platform;
  const dependencies = Object.fromEntries(
    NODES.map((major) => [`node-${major}`, `npm:node-${os_}-${process.arch}@${major}`]),
  );
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  npm(['install', '--ignore-scripts'], folder);
  return NODES.map((major) => path.join(folder, `node_modules/node-${major}/bin/node`));
}

/** What could not be loaded of a package, for each Node. @type {(name: string, folder: string) => string[]} */
const load = (name, folder) =>
  tried.map((node) =>
    execFileSync(node, ['-e', LOADS, name], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim(),
  );

/** @type {string[]} */
const complaints = [];
const tried = nodes();
const server = await registry(tried.at(-1) ?? process.execPath);
const clone = scratchRelease('minor');
try {
  const npmrc = `registry=${REGISTRY}\n//127.0.0.1:${PORT}/:_authToken=loopback\n`;
  fs.writeFileSync(path.join(clone, '.npmrc'), npmrc);
  execFileSync('git', ['add', '-A'], { cwd: clone });
  const author = ['-c', 'user.name=release', '-c', 'user.email=release@localhost'];
  execFileSync('git', [...author, 'commit', '--quiet', '--no-verify', '-m', 'release'], { cwd: clone });
  lerna(clone, 'publish', 'from-package', '--registry', REGISTRY, '--no-verify-access');
  const published = publishedPackages(clone);
  said(`${published.length} packages published to ${REGISTRY}`);
  for (const node of tried) said(execFileSync(node, ['--version'], { encoding: 'utf8' }).trim());
  for (const [i, { name, manifest }] of published.entries()) {
    const alone = path.join(work, `alone-${i}`);
    fs.mkdirSync(alone);
    fs.writeFileSync(path.join(alone, '.npmrc'), npmrc);
    fs.writeFileSync(path.join(alone, 'package.json'), '{ "private": true }');
    npm(['install', `${name}@${manifest.version}`, '--ignore-scripts', '--prefer-offline'], alone);
    let results = load(name, alone);
    const peers = Object.keys(manifest.peerDependenciesMeta ?? {});
    const missing = new RegExp(`: Cannot find package '(${peers.join('|')})' imported from [^\\n]*$`);
    // An entry may ask for an optional peer: alone it has to fail for want of that, and load once the peer is there.
    const asks =
      peers.length > 0 &&
      results.every((text) => text !== '' && text.split('\n').every((line) => missing.test(line)));
    if (asks) {
      const wanted = peers.map((peer) => `${peer}@${manifest.peerDependencies?.[peer]}`);
      npm(['install', ...wanted, '--ignore-scripts', '--prefer-offline'], alone);
      results = load(name, alone);
    }
    complaints.push(
      ...results.flatMap((text, k) =>
        text === '' ? [] : text.split('\n').map((line) => `Node ${NODES[k]}: ${line}`),
      ),
    );
    const size = fs.readdirSync(path.join(alone, 'node_modules')).length;
    said(
      `${name.padEnd(42)} ${results.map((text) => (text === '' ? 'ok' : 'FAILS')).join(' ')}  ${size} folders beside it${asks ? `, with ${peers.join(' and ')}` : ''}`,
    );
    fs.rmSync(alone, { recursive: true });
  }
} finally {
  server.kill();
  fs.rmSync(clone, { recursive: true, force: true });
  fs.rmSync(work, { recursive: true, force: true });
}
for (const complaint of complaints) console.error(complaint);
console.log(complaints.length === 0 ? 'each package alone: ok' : `${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
