/** Every plug-in of this repository. */
import { arm64Contpte, arm64ContpteSw } from '@racewalk/arch-arm64';
import { loongarch64, loongarch64Ptw } from '@racewalk/arch-loongarch64';
import { riscv64, riscv64Svade } from '@racewalk/arch-riscv64';
import { swAccessDirty, swDirty } from '@racewalk/arch-software-dirty';
import { softDirtyX86_64, x86_64, x86Pae } from '@racewalk/arch-x86';
import type { ArchPlugin } from '@racewalk/core';

/** In the order of the matrix. */
export const ARCHS: readonly ArchPlugin[] = Object.freeze([
  arm64Contpte,
  arm64ContpteSw,
  x86_64,
  x86Pae,
  swDirty,
  swAccessDirty,
  softDirtyX86_64,
  loongarch64,
  loongarch64Ptw,
  riscv64,
  riscv64Svade,
]);
