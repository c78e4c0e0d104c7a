/** Reasons that are found out by trying the operations of a plug-in. */

import { type ArchSpec, addrOf, GenericPteOps, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { REASONS } from '@racewalk/machine';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** Hardware on which a stale refusal stays until somebody invalidates it. */
const refusing: Partial<ArchSpec> = {
  capabilities: [...toyArch().capabilities, 'staleRefusals'],
  fixSpuriousFault: 'none',
};
const generic: Partial<ArchSpec> = { ...refusing, ops: (m) => new GenericPteOps(m) };

type Body = GenericPteOps['ptepSetAccessFlags'];

/** The toy with its own `ptep_set_access_flags`. */
function toyWith(body: (generic: Body, flush: (vma: Vma) => Step<void>) => Body) {
  return toyArch({
    ...refusing,
    ops: (m) => {
      const ops = new GenericPteOps(m);
      const flush = (vma: Vma) => m.tlb.flushTlbPage(vma, addrOf(vma.start));
      return Object.assign(ops, { ptepSetAccessFlags: body(ops.ptepSetAccessFlags.bind(ops), flush) });
    },
  });
}

describe('a stale refusal', () => {
  it('stays where the operation flushes what it must and no more', () => {
    expect(REASONS.faultHeals(toyArch(generic))).toBeNull();
  });

  it('does not exist where what a translation refuses is walked', () => {
    const walks = toyArch({ ...generic, capabilities: toyArch().capabilities });
    expect(REASONS.faultHeals(walks)).toMatch(/walks before it faults/);
  });

  it.each(['local', 'page'] as const)('goes where the fault handler invalidates: %s', (fixSpuriousFault) => {
    const spared = toyWith(
      () =>
        function* () {
          yield* [];
          return false;
        },
    );
    expect(REASONS.faultHeals(spared)).toBeNull();
    expect(REASONS.faultHeals({ ...spared, fixSpuriousFault })).toMatch(
      /finds nothing to change invalidates/,
    );
  });

  it('goes where it flushes even if nothing changed', () => {
    const always = toyWith(
      (generic, flush) =>
        function* (vma, addr, ptep, entry, dirty) {
          const changed = yield* generic(vma, addr, ptep, entry, dirty);
          if (dirty) yield* flush(vma);
          return changed;
        },
    );
    expect(REASONS.faultHeals(always)).toMatch(/invalidates even if nothing changed: no stale refusal/);
  });

  it('goes where it flushes whatever it changed', () => {
    const changes = toyWith(
      (generic, flush) =>
        function* (vma, addr, ptep, entry, dirty) {
          const changed = yield* generic(vma, addr, ptep, entry, dirty);
          if (changed) yield* flush(vma);
          return changed;
        },
    );
    expect(REASONS.faultHeals(changes)).toMatch(/invalidates even if no store waits/);
  });

  it('is not decided by a body that throws', () => {
    const throws = toyWith(
      () =>
        function* () {
          yield* [];
          throw new Error('not written yet');
        },
    );
    expect(REASONS.faultHeals(throws)).toBeNull();
  });
});
