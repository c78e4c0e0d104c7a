/** Values of C as what they are here. */
import type { Frame } from '@racewalk/machine';
import type { Folio } from '@racewalk/mm';
import type { CStruct, Value } from '../../run/objects.js';

export const yes = (b: boolean): Value => (b ? 1n : 0n);

export const folioOf = (f: Value | undefined): Folio => f as unknown as Folio;

export const frameOf = (p: Value | undefined): Frame => p as unknown as Frame;

/** The first page of a folio, which has one. */
export const headOf = (f: Value | undefined): Frame => folioOf(f).frames[0] as Frame;

/** A member of a struct that is handed in; NULL if it was not set. */
export const memberOf = (struct: Value | undefined, name: string): Value =>
  (struct as CStruct).members[name] ?? null;
