/** A race asks to follow which CPU has which address space loaded. */
import { RacewalkError } from '@racewalk/core';
import type { World } from '@racewalk/machine';
import { FollowedTlb } from './tlbflush.js';
import { type FollowSpec, LinuxSpaces, mmContextOf } from './words.js';

/**
 * From here on a CPU has one address space loaded, `m.k.contextSwitch` and `m.k.switchMm` change it, user code of another
 * one waits, and `m.tlb` reaches whom the kernel's protocol reaches. Called by `setup`, before the first address space;
 * then `spaces.starts(cpu, mm)` says what each CPU begins with.
 *
 * @throws RacewalkError `RACEWALK_BAD_SCENARIO` if there are address spaces already
 */
export function followMms(w: World, spec: FollowSpec = {}): LinuxSpaces {
  const { mmExtension } = w;
  if (w.mms.length > 0 || mmExtension === null) {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', 'followMms() after the first address space', {
      expected: 'followMms(w) first in the setup of a race of defineScenario, then w.mm() and w.vma()',
    });
  }
  w.follow(spec);
  const spaces = new LinuxSpaces(w, spec.kind ?? mmContextOf(w.arch), spec.invlpgb === true);
  w.os.spaces = spaces;
  w.mmExtension = (name) => ({ ...mmExtension(name), context: spaces.context(name) });
  w.maintenance = (m) => new FollowedTlb(m);
  return spaces;
}
