/** What a search has learned of the threads of a program, for whoever goes on with its counterexample. */
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { Automata } from './automata.js';

const learned = new WeakMap<Program, Automata>();

/** Keep the automata as long as their program is in use. */
export function keepLearned(auto: Automata): void {
  learned.set(auto.program, auto);
}

/** Automata of the program: what the last search has learned if it had the same memory model, otherwise new ones. */
export function learnedOf(program: Program, memory: MemoryModelName): Automata {
  const known = learned.get(program);
  return known?.memory === memory ? known : new Automata(program, memory);
}
