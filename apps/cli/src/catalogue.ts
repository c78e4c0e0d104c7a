/**
 * What the command knows: every plug-in and every race test of this repository.
 */
import { arm64Contpte, arm64ContpteSw } from '@racewalk/arch-arm64';
import { loongarch64, loongarch64Ptw } from '@racewalk/arch-loongarch64';
import { riscv64, riscv64Svade } from '@racewalk/arch-riscv64';
import { swAccessDirty, swDirty } from '@racewalk/arch-software-dirty';
import { softDirtyX86_64, x86_64, x86Pae } from '@racewalk/arch-x86';
import { catalogueRaces } from '@racewalk/catalogue';
import { accessFlagRaces } from '@racewalk/feature-access-flags';
import { asDirtyRaces } from '@racewalk/feature-as-dirty';
import { contpteFoldRaces } from '@racewalk/feature-contpte-fold';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { deviceExclusiveRaces } from '@racewalk/feature-device-exclusive';
import { forkBatchRaces } from '@racewalk/feature-fork-batch';
import { mremapRaces } from '@racewalk/feature-mremap';
import { reclaimRaces } from '@racewalk/feature-reclaim';
import { switchMmRaces } from '@racewalk/feature-switch-mm';
import { thpRaces } from '@racewalk/feature-thp';
import { zapRaces } from '@racewalk/feature-zap';
import type { Parts } from '@racewalk/wiring';

/** Plug-ins in the order of the matrix, scenarios in the order they run. */
export const CATALOGUE: Parts = Object.freeze({
  archs: [
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
  ],
  scenarios: [
    ...contpteTeardownRaces,
    ...contpteFoldRaces,
    ...accessFlagRaces,
    ...forkBatchRaces,
    ...asDirtyRaces,
    ...deviceExclusiveRaces,
    ...zapRaces,
    ...mremapRaces,
    ...reclaimRaces,
    ...switchMmRaces,
    ...catalogueRaces,
    ...thpRaces,
  ],
});
