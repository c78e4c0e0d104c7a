/** Makes a plug-in from what its author writes. */
import { hugePteValues } from '../pte/hugetlb.js';
import { pmdValues } from '../pte/pmd.js';
import { pudValues } from '../pte/pud.js';
import { swapValues } from '../pte/swap.js';
import { fullPteValues } from '../pte/values.js';
import type { Capability } from './capabilities.js';
import { checkLayout } from './check-layout.js';
import { checkOps } from './check-ops.js';
import { checkHelpers, checkMarks, checkSpec, type Refuse, refuseFor } from './check-spec.js';
import type { ArchPlugin, ArchSpec } from './plugin.js';

/**
 * Complete and freeze a plug-in; throws `RACEWALK_BAD_PLUGIN` if a part is missing or it contradicts itself,
 * `RACEWALK_BAD_LAYOUT` if bits are missing, used twice or not described, `RACEWALK_BAD_OVERRIDE` if an
 * override is not a generator function or not an operation.
 */
export function defineArch(spec: ArchSpec): ArchPlugin {
  checkSpec(spec);
  checkLayout(spec);
  checkHelpers(spec);
  checkMarks(spec);
  const reject: Refuse = refuseFor(spec.id, 'RACEWALK_BAD_PLUGIN');
  const set = new Set(spec.capabilities);
  if (set.has('contPte') !== (spec.cont !== undefined)) {
    reject('contPte and the field cont do not agree', 'both, or neither');
  }
  if (set.has('broadcastTlbi') === set.has('ipiFlush')) {
    reject('how are remote TLBs invalidated?', 'exactly one of broadcastTlbi and ipiFlush');
  }
  if (set.has('pudThp') && !set.has('pudLeaf')) {
    reject('transparent huge pages two levels up, but no leaf there', 'pudLeaf with pudThp');
  }
  const values = fullPteValues(spec.values);
  const generic = pmdValues(spec.layout, values);
  const pmd = Object.freeze({ ...generic, ...spec.pmdValues?.(generic) });
  const plugin: ArchPlugin = Object.freeze({
    ...spec,
    values,
    pmd,
    pud: pudValues(spec.layout, pmd),
    huge: hugePteValues(pmd, values, {
      pud: set.has('pudLeaf'),
      contPtes: spec.cont?.ptes ?? 1,
      contLeaves: spec.cont?.leaves !== false,
    }),
    swap: swapValues(spec.layout, spec.values),
    has: (...capabilities: Capability[]) => capabilities.every((c) => set.has(c)),
  });
  checkOps(plugin);
  return plugin;
}
