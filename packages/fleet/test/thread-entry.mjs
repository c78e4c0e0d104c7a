/** Knows no cell: to look for one named `exit` is deadly, for any other an error. */
import process from 'node:process';
import { RacewalkError } from '@racewalk/core';
import { serveThread } from '@racewalk/fleet/thread';

serveThread(async (given) => {
  const data = /** @type {{ refuse?: boolean }} */ (given);
  if (data.refuse) throw new RacewalkError('RACEWALK_FILE', 'no', { hint: 'try yes' });
  return ({ test }) => {
    if (test === 'exit') process.exit(7);
    throw new RacewalkError('RACEWALK_UNKNOWN_CELL', `no cell ${test}`, { hint: 'none at all' });
  };
});
