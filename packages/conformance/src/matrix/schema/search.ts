/** The explorer's own data, as it stands in checkpoints and tasks. */
import type { Checkpoint, Counterexample } from '@racewalk/explorer';
import { z } from 'zod';
import type { PiecesCheckpoint } from '../run/pieces.js';
import { count, describes, memory, milliseconds, name, strategy } from './fields.js';

const fingerprint = z.string().max(100);

/** A schedule at whose end something is broken. */
export const fault = describes<Counterexample>()(
  z.strictObject({
    code: name,
    message: z.string().max(100_000),
    path: z.array(z.number().int()),
    steps: count,
    preemptions: count,
  }),
);

/** A search in one piece. Its state is checked by the explorer, against the program. */
export const checkpoint = describes<Checkpoint>()(
  z.strictObject({
    schema: z.literal('racewalk.checkpoint/1'),
    fingerprint,
    strategy,
    memory,
    executions: count,
    blocked: count,
    steps: count,
    deadlocks: count,
    ms: milliseconds,
    firstFault: fault.optional(),
    state: z.unknown(),
  }),
);

/** The explorer checks the rest of a frontier when it takes it up. */
const isFrontier = (value: unknown): value is PiecesCheckpoint['frontier'] =>
  z.looseObject({ schema: z.literal('racewalk.frontier/2') }).safeParse(value).success;

/** A search that was cut into pieces. */
export const pieces = describes<PiecesCheckpoint>()(
  z.strictObject({
    schema: z.literal('racewalk.pieces/1'),
    fingerprint,
    memory,
    frontier: z.custom<PiecesCheckpoint['frontier']>(isFrontier, 'a racewalk.frontier/2'),
  }),
);
