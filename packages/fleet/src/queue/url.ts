/** URLs of Redis or Valkey servers. Whatever is printed about them has no credentials in it. */
import { RacewalkError } from '@racewalk/core';

/** `redis://user:secret@host/0` without user and secret. */
export const masked = (text: string): string => text.replace(/(\brediss?:\/\/)[^\s/]*@/gi, '$1***@');

/** What goes wrong with a server, as `E_REDIS`. */
export function failure(message: string, cause?: unknown): RacewalkError {
  return new RacewalkError('E_REDIS', masked(message), {
    hint: 'give the URL of a Redis or Valkey server: redis://host:6379, or rediss:// for TLS',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The parts of a URL that may be shown; throws `E_REDIS` if it is none. */
export function checkUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The text itself may hold a password at any place.
    throw failure('the URL of the server is not a URL');
  }
  if (parsed.protocol === 'redis:' || parsed.protocol === 'rediss:') return parsed;
  throw failure(`the URL of the server begins with ${parsed.protocol}`);
}
