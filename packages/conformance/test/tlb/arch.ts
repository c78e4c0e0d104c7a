/** Toys with a TLB as real hardware has it, or with less. */
import {
  type ArchPlugin,
  type ArchSpec,
  type Capability,
  defineArch,
  HARDWARE_FILLED_TLB,
} from '@racewalk/core';
import { toyArch, toyPlain } from '@racewalk/toys';

const with_ = (arch: ArchPlugin, more: readonly Capability[], spec: Partial<ArchSpec>): ArchPlugin =>
  defineArch({
    ...arch,
    capabilities: [...new Set([...arch.capabilities, ...more])],
    ...spec,
  });

/** Without blocks, with all that a hardware walker may do, but for `not`. */
export const plain = (not: readonly Capability[] = [], spec: Partial<ArchSpec> = {}): ArchPlugin =>
  with_(
    toyPlain,
    HARDWARE_FILLED_TLB.filter((c) => !not.includes(c)),
    { fixSpuriousFault: 'none', ...spec },
  );

/** With contiguous blocks, and translations that answer for a whole one, but for `not`. */
export const blocks = (not: readonly Capability[] = []): ArchPlugin =>
  with_(
    toyArch(),
    [...HARDWARE_FILLED_TLB, 'blockTranslations' as const].filter((c) => !not.includes(c)),
    { fixSpuriousFault: 'none' },
  );
