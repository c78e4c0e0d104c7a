#!/usr/bin/env node
/**
 * `npm run build`, and nothing is printed unless it fails or takes longer than two seconds: what a command prints stands first,
 * not what built it.
 */
import { spawn } from 'node:child_process';

const child = spawn('npm', ['run', 'build'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  shell: process.platform === 'win32',
});
/** @type {Buffer[]} */
const heard = [];
for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => heard.push(piece));
// For somebody who waits, not for a file.
const said = () => process.stderr.isTTY && process.stderr.write('building: npm run build\n');
const slow = setTimeout(said, 2000);
child.on('close', (code) => {
  clearTimeout(slow);
  if (code !== 0) process.stderr.write(Buffer.concat(heard));
  process.exitCode = code ?? 1;
});
