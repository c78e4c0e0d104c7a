/** What the schemas are made of. */
import { MEMORY_MODELS } from '@racewalk/core/step';
import { z } from 'zod';
import { type CellRef, VERDICTS } from '../plan/cell.js';
import { STRATEGIES } from '../plan/strategies.js';

/**
 * Declare that a schema describes a type of another package. The compiler compares both ways: a field that the
 * type has and the schema lacks is an error, and so is a field of another type.
 */
export const describes =
  <T>() =>
  <S extends z.ZodType<T>>(schema: S & (keyof T extends keyof z.output<S> ? unknown : never)): z.ZodType<T> =>
    schema;

/** A whole number from 0. */
export const count = z.number().int().nonnegative();
/** Milliseconds. */
export const milliseconds = z.number().nonnegative();
/** A name or an id. */
export const name = z.string().min(1).max(200);
/** A memory model. */
export const memory = z.enum(MEMORY_MODELS);
/** A strategy. */
export const strategy = z.enum(STRATEGIES);
/** A verdict. */
export const verdict = z.enum(VERDICTS);

/** Parameters of a scenario. */
const params = z.record(name, z.union([z.number(), z.string().max(200), z.boolean()])).readonly();

/** The fields of a `CellRef`. */
export const refFields = { test: name, arch: name, variant: name, params: params.optional() };

/** Names a cell. */
export const cellRef = describes<CellRef>()(z.strictObject(refFields));
