import type { ObserverOf } from '../world/types.js';
import { aba } from './aba.js';
import { coh } from './coh.js';
import { cont } from './cont.js';
import { dirty } from './dirty.js';
import { enc } from './enc.js';
import { levels } from './levels.js';
import { levelsEnc } from './levels-enc.js';
import { notif } from './notif.js';
import { ownedAlone } from './own-alone.js';
import { ptuaf } from './ptuaf.js';
import { perm, stale } from './stale.js';
import { torn } from './torn.js';
import { uaf } from './uaf.js';

/** The observers of this release, in the order in which they run. LIVE is not among them: the explorer finds it. */
export const OBSERVERS: readonly ObserverOf[] = Object.freeze([
  dirty,
  stale,
  perm,
  uaf,
  ptuaf,
  cont,
  levels,
  levelsEnc,
  enc,
  torn,
  ownedAlone,
  notif,
  coh,
  aba,
]);
