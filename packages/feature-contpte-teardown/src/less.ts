import type { LessHardware } from '@racewalk/machine';

/** For races that ask page by page which dirty the stash keeps. */
export const NO_BLOCK_TRANSLATIONS: LessHardware = Object.freeze({
  hardware: 'blockTranslations',
  why: 'what the stash loses is asked page by page; with answers from siblings only an account by folio is right, which contpte/teardown-stale-sibling asks',
});
