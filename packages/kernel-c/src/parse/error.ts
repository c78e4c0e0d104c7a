/** Errors with a place in the text, what is wrong, and a way out. */
import { type ErrorCode, RacewalkError } from '@racewalk/core';
import type { Node } from 'web-tree-sitter';
import type { Unit } from './unit.js';

/** A place in a text; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a node begins. */
export const placeOf = (unit: Unit, { startPosition: { row, column } }: Node): Place => ({
  file: unit.fileOf?.(row) ?? unit.file,
  line: unit.lineOf(row),
  column: column + 1,
});

/** `file:line:column`. */
export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** An error at a place. */
export const errorAt = (
  place: Place,
  what: string,
  hint: string,
  code: ErrorCode = 'RACEWALK_C',
): RacewalkError => new RacewalkError(code, `${placeText(place)}: ${what}`, { hint });
