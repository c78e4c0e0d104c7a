/** The engine, in a thread of its own: every plug-in, every race, and what reads kernel C. */
import { ARCHS, racesFor } from '@racewalk/cli/families';
import { serveWebWorker, type WebPort } from '@racewalk/fleet/web-worker';
import { readC, readPatch } from './read-c.js';

serveWebWorker(self as unknown as WebPort, {
  archs: ARCHS,
  scenarios: racesFor,
  read: readC,
  patch: readPatch,
});
