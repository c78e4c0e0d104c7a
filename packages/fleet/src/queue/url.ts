/** URLs of Redis or Valkey servers. Whatever is printed about them has no credentials in it. */
import { RacewalkError } from '@racewalk/core';

/** Where the server is. */
export interface Server {
  /** `redis://` or `rediss://` (TLS), credentials included; they are never printed. */
  readonly url: string;
  /** Certificates of authorities to trust for `rediss://`, PEM; default: those that Node trusts. */
  readonly ca?: string;
}

/** `redis://user:secret@host/0` without user and secret. */
export const masked = (text: string): string => text.replace(/(\brediss?:\/\/)[^\s/]*@/gi, '$1***@');

/** What goes wrong with a server, as `E_REDIS`. */
export function failure(
  message: string,
  hint = 'give the URL of a Redis or Valkey server: redis://host:6379, or rediss:// for TLS',
): RacewalkError {
  return new RacewalkError('E_REDIS', masked(message), { hint });
}

/** The parts of a URL that may be shown; throws `E_REDIS` if `url` is not a URL of a server. */
export function checkUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The text itself may hold a password at any place.
    throw failure('the URL of the server is not a URL');
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw failure(`the URL of the server begins with ${parsed.protocol}`);
  }
  if (parsed.hostname === '') throw failure('the URL of the server names no host');
  // Only the number: whatever else stands there may be a part of a password.
  if (!/^\/?\d*$/.test(parsed.pathname))
    throw failure('the URL of the server names a database that is no number');
  return parsed;
}
