import { GenericPteOps } from '@racewalk/core';
import { lateDirty, lateDirtyTorn } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { plan, runCell } from '../src/matrix/index.js';
import { checkCapability } from '../src/suite/manifest.js';
import { zapVsStore } from './toy-races.js';

describe.each([lateDirty, lateDirtyTorn])('$id', (arch) => {
  it('could not be a plug-in: the suite takes neither the claim of hardware dirty state nor its denial', () => {
    expect(checkCapability(arch, 'hwDirty')).toMatch(/leaves pteDirty false/);
    const denying = { ...arch, has: (...c: string[]) => !c.includes('hwDirty') && arch.has(...(c as [])) };
    expect(checkCapability(denying, 'hwDirty')).toMatch(/does not fault/);
  });

  it('is otherwise as it says', () => {
    for (const capability of ['hwAccess', 'ipiFlush', 'faultDropsTlb', 'contPte', 'splitEntries'] as const) {
      expect(checkCapability(arch, capability), capability).toBeNull();
    }
  });

  it('loses a store that a zap relies on', async () => {
    const { cells } = plan([arch], [zapVsStore], { variant: 'upstream' });
    const [cell] = cells;
    if (cell === undefined) throw new Error('no cell');
    const result = await runCell(cell, { shrinkStates: 0 });
    expect([result.verdict, result.invariant]).toEqual(['violates', 'DIRTY']);
  });

  it('is x86 in everything but its walker', () => {
    expect(arch.ops?.(Object.create(null))).toBeInstanceOf(GenericPteOps);
    expect(arch.walker.late?.atomic).toBe(arch === lateDirty);
    expect(arch.omits).not.toHaveLength(0);
  });
});
