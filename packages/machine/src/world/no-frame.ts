import { RacewalkError } from '@racewalk/core';
import { RACE } from '../error-codes.js';

/** Something leads to a frame that no folio of the race has. */
export const noFrame = (what: string): RacewalkError =>
  new RacewalkError('RACEWALK_NO_FRAME', `${what} that belongs to nobody`, {
    hint: RACE.codes.RACEWALK_NO_FRAME.todo,
  });
