/** A worker thread: loads the catalogue and the user's modules, and does what the pool asks for. */
import { serveThread } from '@racewalk/fleet/thread';
import { contextOf, lookupIn, type ThreadData } from './scale/modules.js';

serveThread(async (data) => lookupIn(await contextOf(data as ThreadData)));
