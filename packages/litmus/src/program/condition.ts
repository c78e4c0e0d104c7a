/** What a test asks of its final states. */
import type { Value } from './value.js';

/** What has a value: a register or a word of memory, with its name as states print it. */
export type ValuePlace =
  | { readonly is: 'register'; readonly thread: number; readonly register: number; readonly name: string }
  | { readonly is: 'word'; readonly address: bigint; readonly name: string };

/** What a final state shows. */
export type Place = ValuePlace | FaultPlace;

/** A fault at an instruction, for a variable and of a kind; what is null is not asked. */
export interface FaultPlace {
  readonly is: 'fault';
  readonly thread: number;
  readonly label: string | null;
  readonly variable: string | null;
  /** For instance `MMU:Translation`. */
  readonly type: string | null;
}

/** Conjunctions, disjunctions, and what they are made of. */
export type Formula =
  | { readonly is: 'and' | 'or'; readonly of: readonly Formula[] }
  | { readonly is: 'not'; readonly of: Formula }
  | { readonly is: 'equal'; readonly place: ValuePlace; readonly value: Value }
  | { readonly is: 'same'; readonly place: ValuePlace; readonly other: ValuePlace }
  | { readonly is: 'fault'; readonly place: FaultPlace }
  | { readonly is: 'true' | 'false' };

export interface Condition {
  readonly quantifier: 'exists' | 'not-exists' | 'forall';
  readonly formula: Formula;
  /** As the text has it. */
  readonly text: string;
}

/** A final state as conditions see it. */
export interface FinalState {
  register(thread: number, register: number): Value;
  word(address: bigint): Value;
  fault(place: FaultPlace): boolean;
  /** The faults that a place asks for. */
  faults(place: FaultPlace): readonly { readonly variable: string; readonly type: string }[];
}

/** Whether a state satisfies a formula. */
export function holds(formula: Formula, state: FinalState): boolean {
  switch (formula.is) {
    case 'and':
      return formula.of.every((part) => holds(part, state));
    case 'or':
      return formula.of.some((part) => holds(part, state));
    case 'not':
      return !holds(formula.of, state);
    case 'equal':
      return valueAt(formula.place, state) === formula.value;
    case 'same':
      return valueAt(formula.place, state) === valueAt(formula.other, state);
    case 'fault':
      return state.fault(formula.place);
    default:
      return formula.is === 'true';
  }
}

/** What stands in a register or a word. */
export const valueAt = (place: ValuePlace, state: FinalState): Value =>
  place.is === 'register' ? state.register(place.thread, place.register) : state.word(place.address);

/** All places that a formula names. */
export function placesOf(formula: Formula): Place[] {
  switch (formula.is) {
    case 'and':
    case 'or':
      return formula.of.flatMap(placesOf);
    case 'not':
      return placesOf(formula.of);
    case 'equal':
    case 'fault':
      return [formula.place];
    case 'same':
      return [formula.place, formula.other];
    default:
      return [];
  }
}
