/** Small architectures: hardware keeps the flags, the fault handler does, or the kernel tracks soft-dirty. */
import { type ArchPlugin, bit, defineArch, layoutValues, PTE_ZERO, singleBitWalker } from '@racewalk/core';
import { addingToy, plainValues } from '@racewalk/toys';

export { faultingToy as flat, trackingToy as tracking } from '@racewalk/toys';

const DIRTY = bit(50);
const { mkProt, protNone, pteModify } = plainValues;

/** The dirty bit is one of those of a swap entry's offset, as it is on some hardware. */
const layout = {
  ...addingToy.layout,
  fields: addingToy.layout.fields.map((f) => (f.name === 'D' ? { ...f, lo: 50, hi: 50 } : f)),
  dirty: DIRTY,
};

/** Hardware keeps the flags. */
export const toy: ArchPlugin = defineArch({
  ...addingToy,
  layout,
  values: { ...layoutValues(layout), mkProt, protNone, pteModify },
  walker: singleBitWalker({
    valid: layout.valid,
    user: PTE_ZERO,
    write: layout.write,
    young: layout.young,
    dirty: DIRTY,
    setsYoung: true,
    setsDirty: true,
  }),
});
