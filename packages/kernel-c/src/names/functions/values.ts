/** Values of C as what they are here. */
import type { Frame } from '@racewalk/machine';
import type { CStruct, Value } from '../../run/objects.js';
import { asFolio } from '../cast.js';

export const yes = (b: boolean): Value => (b ? 1n : 0n);

/** The first page of a folio, which has one. */
export const headOf = (f: Value | undefined): Frame => asFolio(f).frames[0] as Frame;

/** A member of a struct that is handed in; NULL if it was not set. */
export const memberOf = (struct: Value | undefined, name: string): Value =>
  (struct as CStruct).members[name] ?? null;
