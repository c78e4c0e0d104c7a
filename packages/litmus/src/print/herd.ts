/** A result in the form of herd7, so that its tools (mcompare7 and others) read it. */
import type { Condition } from '../program/condition.js';

/** What is printed of a test. */
export interface Printed {
  readonly name: string;
  readonly condition: Pick<Condition, 'quantifier' | 'text'>;
  readonly states: readonly string[];
  readonly positive: number;
  readonly negative: number;
  readonly ok: boolean;
  readonly observation: 'Never' | 'Sometimes' | 'Always';
  readonly bound: string | null;
}

const KIND: Readonly<Record<Condition['quantifier'], string>> = {
  exists: 'Allowed',
  'not-exists': 'Forbidden',
  forall: 'Required',
};

/** The lines of a test, with a line feed at the end of each. */
export function herdText(result: Printed): string {
  const { name, condition, states, positive, negative, ok, observation, bound } = result;
  const lines = [
    `Test ${name} ${KIND[condition.quantifier]}`,
    `States ${states.length}`,
    ...states,
    ok ? 'Ok' : 'No',
    'Witnesses',
    `Positive: ${positive} Negative: ${negative}`,
    // A flag is how herd7 marks a result.
    ...(bound === null ? [] : [`Flag Bounded: ${bound}`]),
    `Condition ${condition.text}`,
    `Observation ${name} ${observation} ${positive} ${negative}`,
    '',
  ];
  return lines.map((line) => `${line}\n`).join('');
}
