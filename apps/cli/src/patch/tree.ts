/** A kernel tree that lies on this machine. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { RacewalkError } from '@racewalk/core';
import type { TreeFiles } from '@racewalk/kernel-c';
import type { Context } from '../context.js';
import { locate } from '../input/files.js';
import { OF_ARCH, TREE_CONFIG } from './tree-files.js';

const refuse = (what: string, hint: string): RacewalkError =>
  new RacewalkError('RACEWALK_C_TREE', what, { hint });

/** What every kernel tree with page tables has. */
const SIGNS = ['mm/memory.c', 'include/linux/mm.h', 'arch'];

/** A tree, and which release it says that it is, for instance `6.12`. */
export interface KernelTree extends TreeFiles {
  readonly release: string | null;
}

function releaseOf(makefile: string | null): string | null {
  const [version, level] = ['VERSION', 'PATCHLEVEL'].map(
    (name) => new RegExp(`^${name} *= *(\\d+)`, 'm').exec(makefile ?? '')?.[1],
  );
  return version === undefined || level === undefined ? null : `${version}.${level}`;
}

/** Open a tree; throws `RACEWALK_C_TREE` if it is none. */
export const openTree = (context: Context, dir: string): KernelTree => treeAt(locate(context, dir), dir);

/** The tree at an absolute path; `dir` is what people call it. Throws `RACEWALK_C_TREE` if it is none. */
export function treeAt(root: string, dir: string = root): KernelTree {
  const kind = statSync(root, { throwIfNoEntry: false });
  if (kind === undefined)
    throw refuse(`${dir}: there is no such directory`, 'give the root of a kernel tree');
  if (!kind.isDirectory()) throw refuse(`${dir} is no directory`, 'give the root of a kernel tree, unpacked');
  const missing = SIGNS.find(
    (sign) => statSync(path.join(root, sign), { throwIfNoEntry: false }) === undefined,
  );
  if (missing !== undefined)
    throw refuse(
      `${dir} is no kernel tree: it has no ${missing}`,
      'give the directory that has arch, include and mm',
    );
  const read = (file: string): string | null => {
    const at = path.resolve(root, file);
    // A patch may name any path; only what is below the tree is read.
    if (!at.startsWith(root + path.sep)) return null;
    return statSync(at, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(at, 'utf8') : null;
  };
  return {
    filesOf: (arch) => OF_ARCH[arch] ?? [],
    config: TREE_CONFIG,
    release: releaseOf(read('Makefile')),
    read,
  };
}
