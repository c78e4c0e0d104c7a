/** The suite's own architecture: hardware sets access and dirty, blocks of four entries. */
import { type ArchPlugin, type ArchSpec, defineArch, type HardwareWalker } from '@racewalk/core';
import { ToyOps } from './block-ops.js';
import { ACCESS_DIRTY, plainValues, toyLayout, toyValues } from './layout.js';

/** A walker that sets what it is told to set, and faults otherwise. */
function walker(sets: { readonly young: boolean; readonly dirty: boolean }): HardwareWalker {
  return {
    walk(entry, access) {
      const v = toyValues;
      if (!v.pteValid(entry)) return { ok: false, fault: 'translation' };
      if (!v.pteYoung(entry) && !sets.young) return { ok: false, fault: 'access-flag' };
      if (access === 'load') return done(v.pteMkyoung(entry));
      if (!v.pteWrite(entry)) return { ok: false, fault: 'permission' };
      if (!v.pteDirty(entry) && !sets.dirty) return { ok: false, fault: 'permission' };
      return done(v.pteMkdirty(v.pteMkyoung(entry)));
    },
    permits: (cached, access) =>
      access === 'load' || (toyValues.pteWrite(cached) && toyValues.pteDirty(cached)),
  };
}

const done = (entry: ReturnType<typeof toyValues.pteMkyoung>) => ({
  ok: true as const,
  entry,
  cached: entry,
});

const spec: ArchSpec = {
  id: 'toy',
  title: 'Toy with hardware access and dirty',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'breakBeforeMake', 'broadcastTlbi'],
  memory: 'sc',
  layout: toyLayout,
  values: toyValues,
  walker: walker({ young: true, dirty: true }),
  cont: { ptes: 4, mayDiffer: ACCESS_DIRTY },
  ops: (m) => new ToyOps(m),
  omits: ['everything but what the suite needs'],
};

/** The toy, with some fields replaced. */
export const toyArch = (changes: Partial<ArchSpec> = {}): ArchPlugin => defineArch({ ...spec, ...changes });

/** The toy without hardware dirty: a store through a clean entry faults. */
export const toySoft: ArchPlugin = toyArch({
  id: 'toy-soft',
  title: 'Toy with software dirty',
  capabilities: ['hwAccess', 'contPte', 'breakBeforeMake', 'broadcastTlbi'],
  walker: walker({ young: true, dirty: false }),
});

const { cont: _cont, ops: _ops, ...plain } = spec;

/** A toy without blocks, without hardware updates and without operations of its own. */
export const toyPlain: ArchPlugin = defineArch({
  ...plain,
  id: 'toy-plain',
  title: 'Toy with everything in software',
  capabilities: ['ipiFlush'],
  values: plainValues,
  walker: walker({ young: false, dirty: false }),
});
