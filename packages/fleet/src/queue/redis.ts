/** Connections to Redis or Valkey. */
import { Redis } from 'ioredis';
import { checkUrl, failure, masked } from './url.js';

/** Milliseconds that a server may take to answer for the first time. */
const PATIENCE = 10_000;

/**
 * Connect. Once connected, it is tried again for ever.
 *
 * @param url - `redis://` or `rediss://`, credentials included
 * @throws RacewalkError `E_REDIS`
 */
export async function connect(url: string, onError: (message: string) => void): Promise<Redis> {
  const { host } = checkUrl(url);
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  });
  let why = 'no answer';
  redis.on('error', (error: Error) => {
    why = error.message;
    onError(masked(error.message));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why)), PATIENCE);
  });
  const refused = new Promise<never>((_, reject) => {
    // What a password or a certificate is not good for, it will not be good for later.
    redis.on('error', (error: Error) => {
      if (/WRONGPASS|NOAUTH|NOPERM|invalid.*password|certificate|self.signed|SSL/i.test(error.message)) {
        reject(error);
      }
    });
  });
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), late, refused]);
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw failure(`no connection to ${host}: ${cause instanceof Error ? cause.message : why}`);
  } finally {
    clearTimeout(timer);
  }
}
