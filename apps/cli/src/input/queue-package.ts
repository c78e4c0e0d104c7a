/** The queue, which needs two packages that are installed by those who use it. */
import { RacewalkError } from '@racewalk/core';

/** What `@racewalk/fleet/queue` exports. */
type QueueModule = typeof import('@racewalk/fleet/queue');

/** What is to be installed: the peers of `@racewalk/fleet`. */
export const QUEUE_PEERS = ['bullmq@6', 'ioredis@6'] as const;

/** Whether the error says that a peer is not there. */
function missingPeer(error: unknown): string | null {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code !== 'ERR_MODULE_NOT_FOUND' || typeof message !== 'string') return null;
  const names = QUEUE_PEERS.map((peer) => peer.replace(/@\d+$/, ''));
  return names.find((name) => message.includes(`'${name}'`)) ?? null;
}

/**
 * Load the queue: everybody else starts without it.
 *
 * @throws RacewalkError `RACEWALK_MISSING_PACKAGE`, with the command that installs what is missing
 */
export async function loadQueue(
  load: () => Promise<QueueModule> = () => import('@racewalk/fleet/queue'),
): Promise<QueueModule> {
  try {
    return await load();
  } catch (cause) {
    const missing = missingPeer(cause);
    if (missing === null) throw cause;
    throw new RacewalkError('RACEWALK_MISSING_PACKAGE', `a queue needs the package ${missing}`, {
      hint: `npm install ${QUEUE_PEERS.join(' ')}`,
      cause,
    });
  }
}
