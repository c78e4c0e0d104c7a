import { describe, expect, it } from 'vitest';
import { checkExact, checkLock } from '../check-lock.mjs';

describe('check:lock', () => {
  it('finds an optional platform package that is not in the lock', () => {
    const tool = {
      version: '2.0.0',
      optionalDependencies: { 'tool-linux': '2.0.0', 'tool-darwin': '2.0.0' },
    };
    const linux = { version: '2.0.0', optional: true };
    const complaint = 'missing in the lock: tool-darwin, wanted by node_modules/tool@2.0.0';
    expect(checkLock({ 'node_modules/tool': tool, 'node_modules/tool-linux': linux })).toEqual([complaint]);
    const nested = { 'node_modules/tool': tool, 'node_modules/tool/node_modules/tool-linux': linux };
    expect(checkLock(nested)).toEqual([complaint]);
    expect(checkLock({ ...nested, 'node_modules/tool-darwin': linux })).toEqual([]);
  });

  it('does not take the package of another parent for it', () => {
    const packages = {
      'node_modules/a': { version: '1.0.0', optionalDependencies: { native: '1.0.0' } },
      'node_modules/b/node_modules/native': { version: '1.0.0' },
    };
    expect(checkLock(packages)).toEqual(['missing in the lock: native, wanted by node_modules/a@1.0.0']);
  });

  it('finds a package that the oldest supported Node cannot run', () => {
    const packages = {
      'node_modules/new': { version: '3.0.0', engines: { node: '>=22' } },
      'node_modules/old': { version: '3.0.0', engines: { node: '>=20.19' } },
    };
    expect(checkLock(packages)).toEqual([
      'node_modules/new@3.0.0 does not run on Node 20.19.0: it wants >=22',
    ]);
  });

  it('wants exact versions, but lets a private package take whatever its siblings are', () => {
    const core = { name: 'core', dependencies: { dep: '^1.0.0' } };
    const tools = { name: 'tools', private: true, devDependencies: { core: '*', other: '1.x' } };
    expect(checkExact([core, tools])).toEqual([
      'core: "dep": "^1.0.0" is not an exact version',
      'tools: "other": "1.x" is not an exact version',
    ]);
    expect(checkExact([{ name: 'published', dependencies: { core: '*' } }, core])).toHaveLength(2);
  });
});
