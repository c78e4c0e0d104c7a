import type { MemoryModelName } from '@racewalk/core/step';
import { Execution } from '../execution/execution.js';
import type { Automata } from '../program/automata.js';
import type { MemoryModel } from './model.js';
import { Sc } from './sc/sc.js';
import { Tso } from './tso/tso.js';
import { Weak } from './weak/weak.js';

/** All memory models, by the name a program gives. */
const MODELS: { readonly [name in MemoryModelName]: (x: Execution) => MemoryModel } = {
  sc: (x) => new Sc(x),
  tso: (x) => new Tso(x),
  weak: (x) => new Weak(x),
};

/** A fresh execution of the program of `auto`, under the memory model that `auto` was made for. */
export function executionOf(auto: Automata): Execution {
  return new Execution(auto, MODELS[auto.memory]);
}
