/** Judges the package graph: what the package.json and tsconfig.json files promise. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { EXCEPTIONS, objection } from './house.mjs';

/** @typedef {import('./workspace.mjs').Package} Package */
/** @typedef {import('./workspace.mjs').Workspace} Workspace */
/** @typedef {import('./check.mjs').Violation} Violation */
/** @typedef {import('./circles.mjs').Edge} Edge */

/**
 * @param {Package} pkg
 * @param {string} key
 */
function lineIn(pkg, key) {
  const index = pkg.manifest.split('\n').findIndex((line) => line.includes(`"${key}"`));
  return Math.max(index, 0) + 1;
}

/**
 * @param {Workspace} workspace
 * @param {Package} pkg
 * @returns {Violation[]}
 */
function checkEdges(workspace, pkg) {
  const file = `${pkg.dir}/package.json`;
  return workspace.packages.flatMap((target) => {
    const runtime = pkg.runtime.has(target.name);
    if ((!runtime && !pkg.dev.has(target.name)) || !pkg.room || !target.room) return [];
    const excepted = EXCEPTIONS.some((other) => other.pkg === pkg.dir && other.to === target.room);
    const bad = excepted ? null : objection(pkg.room, target.room, !runtime);
    return bad ? [{ file, line: lineIn(pkg, target.name), what: target.name, ...bad }] : [];
  });
}

/**
 * Project references must name the same packages as `dependencies`, or `tsc -b` builds in a wrong order.
 *
 * @param {Workspace} workspace
 * @param {Package} pkg
 * @returns {Violation[]}
 */
function checkReferences(workspace, pkg) {
  const file = `${pkg.dir}/tsconfig.json`;
  const at = path.join(workspace.root, file);
  if (!fs.existsSync(at) || pkg.room === 'tools') return [];
  const { config } = ts.parseConfigFileTextToJson(file, fs.readFileSync(at, 'utf8'));
  // `tsc -b` does not build a project that emits nothing.
  if (config?.compilerOptions?.noEmit === true) return [];
  /** @type {{ path: string }[]} */
  const references = config?.references ?? [];
  const given = new Set(references.map((ref) => path.posix.join(pkg.dir, ref.path)));
  const siblings = workspace.packages.filter((other) => pkg.runtime.has(other.name));
  const wanted = new Set(siblings.map((other) => other.dir));
  /** @param {string} dir @param {string} why @returns {Violation} */
  const wrong = (dir, why) => ({ file, line: 1, what: dir, rule: 'references', why });
  return [
    ...[...wanted]
      .filter((dir) => !given.has(dir))
      .map((dir) => wrong(dir, 'is a dependency but not referenced')),
    ...[...given]
      .filter((dir) => !wanted.has(dir))
      .map((dir) => wrong(dir, 'is referenced but not a dependency')),
  ];
}

/**
 * Exceptions of the house plan that no file needs any longer.
 *
 * @param {Workspace} workspace
 * @param {readonly Edge[]} edges
 * @returns {Violation[]}
 */
export function checkExceptions(workspace, edges) {
  return EXCEPTIONS.flatMap(({ pkg, under, to }) => {
    const target = workspace.packages.find(({ room }) => room === to);
    if (!target || !workspace.packages.some(({ dir }) => dir === pkg)) return [];
    const used = edges.some(
      (edge) => edge.from.startsWith(`${pkg}/${under}`) && edge.to.startsWith(`${target.dir}/`),
    );
    const why = `no file there uses ${to}: take the exception out of tools/boundaries/house.mjs`;
    return used ? [] : [{ file: `${pkg}/package.json`, line: 1, what: under, rule: 'unused-exception', why }];
  });
}

/**
 * @param {Workspace} workspace
 * @param {Package} pkg
 * @returns {Violation[]}
 */
export function checkManifest(workspace, pkg) {
  if (!pkg.room) {
    const why = 'give the package exactly one tag "room:…" that the house plan knows';
    return [
      { file: `${pkg.dir}/package.json`, line: lineIn(pkg, 'tags'), what: pkg.name, rule: 'room', why },
    ];
  }
  return [...checkEdges(workspace, pkg), ...checkReferences(workspace, pkg)];
}
