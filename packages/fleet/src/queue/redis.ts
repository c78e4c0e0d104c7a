/** Connections to Redis or Valkey. */
import { Redis, type RedisOptions } from 'ioredis';
import { checkUrl, failure, masked, type Server } from './url.js';

/** Milliseconds that a server may take to answer for the first time. */
const PATIENCE = 10_000;

/** What will not be better if it is tried again. */
const FINAL = /WRONGPASS|NOAUTH|NOPERM|invalid.*password|certificate|self.signed|SSL|TLS|altnames/i;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|NOAUTH|invalid.*password/i, 'put user and password into the URL: redis://user:password@host'],
  [/NOPERM/i, 'let this user run all commands on keys that begin with the name of the queue'],
  [
    /self.signed|local issuer|first certificate/i,
    'name the authority that signed the certificate: --redis-ca FILE',
  ],
  [/altnames/i, 'use a name in the URL that stands in the certificate'],
];

/** A connection, and its copies: a queue makes some, and those would wait for a server for ever. */
export interface Line {
  readonly redis: Redis;
  /** Whether the server can be asked now. */
  readonly reachable: boolean;
  /** Cut all of them, whatever they wait for. */
  cut(): void;
}

function lineOf(redis: Redis): Line {
  const all: Redis[] = [];
  const follow = (one: Redis): Redis => {
    all.push(one);
    one.on('error', () => undefined);
    const copy = one.duplicate.bind(one);
    one.duplicate = ((changes) => follow(copy(changes) as Redis)) as Redis['duplicate'];
    return one;
  };
  follow(redis);
  return {
    redis,
    get reachable() {
      return redis.status === 'ready';
    },
    cut() {
      for (const one of all) one.disconnect();
    },
  };
}

type Options = RedisOptions & { readonly replyMapping?: 'legacy' };

/** Options that a URL stands for. */
function optionsOf({ url, ca }: Server): Options {
  const { protocol, hostname, port, pathname, username, password } = checkUrl(url);
  return {
    // In a URL, not in a socket's address, IPv6 stands in brackets.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    db: Number(pathname.slice(1)),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca } } : {}),
    maxRetriesPerRequest: null,
    lazyConnect: true,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  };
}

/**
 * Connect. Once connected, it is tried again for ever.
 *
 * @param onNote - told what goes wrong with the connection later, and when it is good again
 * @throws RacewalkError `E_REDIS`
 */
export async function connect(server: Server, onNote: (message: string) => void): Promise<Line> {
  const { host } = checkUrl(server.url);
  const options = optionsOf(server);
  const redis = new Redis(options);
  let why = '';
  let connected = false;
  let broken = false;
  const note = (message: string): void => {
    broken = true;
    onNote(message);
  };
  const final = new Promise<never>((_, reject) => {
    redis.on('error', (error: NodeJS.ErrnoException) => {
      const message = error.message || error.code || 'no answer';
      why ||= message;
      if (connected) note(masked(message));
      else if (FINAL.test(message)) reject(error);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), PATIENCE);
  });
  try {
    await Promise.race([redis.connect().then(() => redis.select(options.db ?? 0)), late, final]);
    connected = true;
    redis.on('ready', () => {
      if (broken) onNote('connected again');
      broken = false;
    });
    return lineOf(redis);
  } catch (cause) {
    redis.disconnect();
    why ||= cause instanceof Error ? cause.message : String(cause);
    throw failure(`no connection to ${host}: ${why}`, HINTS.find(([pattern]) => pattern.test(why))?.[1]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells what goes wrong with a connection; the same message is said once in a row. */
export function once(note: (message: string) => void): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) note(message);
    last = message;
  };
}

/** Wait for something that a server which is gone would never answer, but not for long. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
