import { CONTRACT, PTE_OPS } from '@racewalk/core';
import { describe, expect, it } from 'vitest';
import {
  CHECKED_CAPABILITIES,
  checkCapability,
  checkFactory,
  lawSkip,
  tryOverride,
  tryValueLaw,
} from '../src/index.js';
import { toyArch, toySoft } from './toy-arch.js';

describe.each([toyArch(), toySoft])('$id', (arch) => {
  it('is isolated', () => checkFactory(() => arch));
  it.each(CHECKED_CAPABILITIES)('manifest %s', (c) => expect(checkCapability(arch, c)).toBe(null));
  it.each(PTE_OPS)('%s equals the generic body', (op) => tryOverride(arch, op));
  it.each(CONTRACT.filter((r) => r.law !== 'generic' && lawSkip(arch, r) === null))('$op', (row) =>
    tryValueLaw(arch, row),
  );
});
