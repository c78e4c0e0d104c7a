/** Does what docs/adding-an-arch.md says, in a copy of the checkout. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { normal } from './page.mjs';

/** @typedef {import('./page.mjs').Part} Part */

/**
 * @param {string} cwd
 * @param {string} command
 */
function git(cwd, command) {
  const who = ['-c', 'user.name=replay', '-c', 'user.email=replay@localhost'];
  const { status, stdout, stderr } = spawnSync('git', [...who, ...command.split(' ')], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`git ${command}: ${stderr}`);
  return stdout;
}

/** @param {string} from @param {string} to a folder of links of their own, so that links may be added */
function linkAll(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    const source = path.join(from, name);
    const isLink = fs.lstatSync(source).isSymbolicLink();
    fs.symlinkSync(isLink ? fs.readlinkSync(source) : source, path.join(to, name));
  }
}

/**
 * A copy of what git knows or would add, committed, with node_modules of its own that lead back here.
 *
 * @param {string} root
 * @param {string} copy
 */
export function copyCheckout(root, copy) {
  const files = git(root, 'ls-files -co --exclude-standard -z').split('\0');
  for (const file of files) {
    const source = path.join(root, file);
    if (file === '' || !fs.existsSync(source)) continue;
    fs.cpSync(source, path.join(copy, file), { recursive: true });
  }
  const [from, to] = [path.join(root, 'node_modules'), path.join(copy, 'node_modules')];
  fs.mkdirSync(to);
  for (const name of fs.readdirSync(from)) {
    const links = name === '@racewalk' || name === '.bin';
    if (links) linkAll(path.join(from, name), path.join(to, name));
    else if (!name.startsWith('.')) fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
  git(copy, 'init --quiet');
  git(copy, 'add --all');
  git(copy, 'commit --quiet --message=start');
}

/** The environment without what an outer `npm run` or a terminal put there. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(?:npm_|INIT_CWD$|FORCE_COLOR$|COLUMNS$)/i.test(key)),
);

/**
 * @param {string} cwd
 * @param {string} command
 */
export function run(cwd, command) {
  const { status, stdout } = spawnSync('bash', ['-c', `exec 2>&1; ${command}`], {
    cwd,
    env: { ...env, NO_COLOR: '1', NX_DAEMON: 'false', NX_NO_CLOUD: 'true', CI: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { ok: status === 0, output: stdout.trimEnd() };
}

/**
 * The parts of the page as they should be: blocks of files as the repository has them, and what the
 * commands print. An output that differs only in times is left as it was. A command that fails is no step
 * of the page, whatever it prints.
 *
 * @param {readonly Part[]} parts
 * @param {{ root: string, copy: string, checking: boolean, onCommand?: (command: string) => void, onFailure: (command: string, output: string) => void }} how
 * @returns {Part[]}
 */
export function replay(parts, { root, copy, checking, onCommand, onFailure }) {
  return parts.map((part) => {
    if (part.kind === 'prose') return part;
    if (part.kind === 'console') {
      const commands = part.commands.map(({ command, output }) => {
        onCommand?.(command);
        const { ok, output: now } = run(copy, command);
        if (!ok) onFailure(command, now);
        return { command, output: normal(now) === normal(output) ? output : now };
      });
      return { ...part, commands };
    }
    const text = part.stage ? part.text : fs.readFileSync(path.join(root, part.path), 'utf8');
    fs.mkdirSync(path.dirname(path.join(copy, part.path)), { recursive: true });
    fs.writeFileSync(path.join(copy, part.path), checking ? part.text : text);
    return { ...part, text };
  });
}

/**
 * Files of one folder that differ between two checkouts.
 *
 * @param {string} root
 * @param {string} copy
 * @param {string} dir
 */
export function differences(root, copy, dir) {
  const listed = (/** @type {string} */ where) =>
    git(where, `ls-files -co --exclude-standard -z ${dir}`).split('\0');
  const files = [...new Set([...listed(root), ...listed(copy)])].filter((file) => file !== '').sort();
  const read = (/** @type {string} */ where, /** @type {string} */ file) => {
    const at = path.join(where, file);
    return fs.existsSync(at) ? fs.readFileSync(at, 'utf8') : null;
  };
  return files.filter((file) => read(root, file) !== read(copy, file));
}
