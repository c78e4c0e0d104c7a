import type { MemoryModelName } from '@racewalk/core/step';
import type { ReplayModelOf } from './model.js';
import { ReplaySc } from './sc.js';
import { ReplayTso } from './tso.js';
import { ReplayWeak } from './weak.js';

/** All memory models of replay, by the name a program gives. */
export const REPLAY_MODELS: { readonly [name in MemoryModelName]: ReplayModelOf } = {
  sc: (program, fail) => new ReplaySc(program, fail),
  tso: (program, fail) => new ReplayTso(program, fail),
  weak: (program, fail) => new ReplayWeak(program, fail),
};
