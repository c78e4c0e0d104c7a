/** The engine for races that are modules; runs in the sandbox, and is loaded when the first one comes. */
import { ARCHS } from '@racewalk/cli/families';
import { serveWebWorker, type WebPort } from '@racewalk/fleet/web-worker';
import { readModule } from './read-ts.js';

serveWebWorker(self as unknown as WebPort, { archs: ARCHS, scenarios: [], read: readModule });
