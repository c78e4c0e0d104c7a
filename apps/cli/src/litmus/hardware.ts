/** What a test of virtual memory runs on: the table and the walker of the plug-in. */
import { arm64Contpte, arm64Walker } from '@racewalk/arch-arm64';
import type { TranslationHardware } from '@racewalk/litmus';

/** The entries and the walker of `arm64-contpte`; HA and HD are as each test says. */
export const ARM_HARDWARE: TranslationHardware = { layout: arm64Contpte.layout, walker: arm64Walker };
