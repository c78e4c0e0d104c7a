/** Frame numbers that laws are asked with: up to the last one that an entry has room for. */
import { toyArch } from '@racewalk/toys';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyPfn } from '../src/laws/entries.js';

it('reach from the first frame to the last, less the 511 by which they are advanced', () => {
  const arch = toyArch();
  const [lo, hi] = arch.layout.pfn;
  const pfns = fc.sample(anyPfn(arch), { numRuns: 300, seed: 7 });
  const last = 2 ** Math.min(53, hi - lo + 1) - 1;
  expect(Math.max(...pfns)).toBe(last - 511);
  expect(Math.min(...pfns)).toBeGreaterThanOrEqual(0);
  const far = arch.values.pfnPte(last, arch.values.mkProt({ read: true, write: false }));
  expect(arch.values.ptePfn(far)).toBe(last);
});
