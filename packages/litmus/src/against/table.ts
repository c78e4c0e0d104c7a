/** A table of reference states in JSON: a list of `{ file, name, states, statesETS2? }`. */
import { RacewalkError } from '@racewalk/core';

interface Row {
  readonly file?: string;
  readonly name?: string;
  readonly states: readonly string[] | null;
  readonly statesETS2?: readonly string[] | null;
}

/** Reference states by test. */
export interface Reference {
  /** The states of a test; null if the table has none for it, undefined if it does not have the test. */
  states(file: string, name: string, ets2: boolean): readonly string[] | null | undefined;
}

const isRow = (row: unknown): row is Row => {
  if (typeof row !== 'object' || row === null || !('states' in row)) return false;
  const { states } = row;
  return states === null || (Array.isArray(states) && states.every((state) => typeof state === 'string'));
};

/** Read a table; `path` is for messages. Throws RACEWALK_LITMUS_TABLE. */
export function readTable(text: string, path: string): Reference {
  const bad = (what: string): RacewalkError =>
    new RacewalkError('RACEWALK_LITMUS_TABLE', `${path}: ${what}`, {
      hint: 'a JSON list of { "file": …, "name": …, "states": ["0:X1=0; [x]=1;", …] }',
    });
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    throw bad('is not JSON');
  }
  if (!Array.isArray(rows)) throw bad('is not a list');
  const byFile = new Map<string, Row>();
  const byName = new Map<string, Row>();
  rows.forEach((row: unknown, i) => {
    if (!isRow(row)) throw bad(`entry ${i} has no list of states`);
    if (row.file !== undefined) byFile.set(row.file, row);
    if (row.name !== undefined) byName.set(row.name, row);
  });
  return {
    states(file, name, ets2) {
      const row = byFile.get(file) ?? byName.get(name);
      if (row === undefined) return undefined;
      const states = (ets2 ? row.statesETS2 : null) ?? row.states;
      // A reference without any state is one that was never finished.
      return states === null || states.length === 0 ? null : states;
    },
  };
}
