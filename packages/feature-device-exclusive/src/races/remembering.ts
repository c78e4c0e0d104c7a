/** The two places that remember what a device has stored, taken away one by one. */
import { nothing, type Patch } from '@racewalk/machine';

/** Looking a page up marks nothing: no FOLL_TOUCH. */
export const LOOK_UP_MARKS_NOTHING: Patch = { setPageDirty: nothing };

/** An entry is restored clean, as one that was only read. */
export const RESTORES_CLEAN: Patch = {
  maybeMkwrite: (m, pte, vma) => m.v.pteMkclean(m.k.maybeMkwrite(pte, vma)),
};
