/** The queue over TLS: a server whose certificate an authority of one's own has signed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from './command.js';
import { freePort, noServer, orWhyNot, type Server, startServer } from './redis.js';

const SECRET = 'hun/ter@2';
const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-tls-'));
const file = (name: string) => path.join(dir, name);

function openssl(...argv: string[]): void {
  const { status, stderr } = spawnSync('openssl', argv, { cwd: dir, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${argv.join(' ')}: ${stderr}`);
}

const noOpenssl = spawnSync('openssl', ['version']).error !== undefined;

describe.skipIf(noServer !== null || noOpenssl)(
  orWhyNot('rediss://', noServer ?? (noOpenssl ? 'there is no openssl' : null)),
  () => {
    let server: Server;
    let where = '';

    beforeAll(async () => {
      const key = ['-newkey', 'rsa:2048', '-nodes'];
      openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=ca');
      openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost');
      writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1');
      const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
      openssl('x509', '-req', '-in', 'request.pem', ...sign, '-out', 'cert.pem', '-days', '2');
      const port = await freePort();
      server = await startServer([
        ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--requirepass', SECRET],
        ...['--tls-cert-file', file('cert.pem'), '--tls-key-file', file('key.pem')],
        ...['--tls-ca-cert-file', file('ca.pem')],
      ]);
      where = `rediss://:${encodeURIComponent(SECRET)}@127.0.0.1:${port}`;
    });
    afterAll(async () => {
      await server.stop();
      rmSync(dir, { recursive: true });
    });

    const worker = (url: string, ...more: string[]) =>
      command(['worker', '--idle', '1s', ...more], { RACEWALK_REDIS_URL: url });

    it('is used with the authority that is named', async () => {
      // What the URL is called must not decide whether there is encryption.
      for (const url of [where, where.replace('rediss', 'REDISS')]) {
        const { code, err } = await worker(url, '--redis-ca', file('ca.pem'));
        expect([code, err]).toEqual([0, expect.stringContaining('0 tasks done')]);
      }
    });

    it.each([
      ['without that authority', [], /certificate.*\nhint: .*--redis-ca FILE/],
      ['with another one', ['--redis-ca', 'other.pem'], /certificate.*\nhint: .*--redis-ca FILE/],
      ['with a file that is no certificate', ['--redis-ca', 'key.pem'], /RACEWALK_USAGE: .*no certificate/],
    ])('is refused %s', async (_, [option, name], message) => {
      const key = ['-newkey', 'rsa:2048', '-nodes'];
      openssl('req', '-x509', ...key, '-keyout', 'other.key', '-out', 'other.pem', '-subj', '/CN=other');
      const argv = option === undefined || name === undefined ? [] : [option, file(name)];
      const { code, err } = await worker(where, ...argv);
      expect([code, err]).toEqual([2, expect.stringMatching(message)]);
      expect(err).not.toContain('ter@2');
    });

    it.each([
      [
        'a wrong password',
        (url: string) => url.replace('hun', 'gun'),
        /WRONGPASS.*\nhint: put user and password/,
      ],
      ['a database that it has not got', (url: string) => `${url}/99`, /DB index is out of range/],
      ['a plain connection', (url: string) => url.replace('rediss', 'redis'), /E_REDIS: no connection/],
    ])('%s is an error', async (_, change, message) => {
      const { code, err } = await worker(change(where), '--redis-ca', file('ca.pem'));
      expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    });
  },
);
