/** Serves the files of one folder, and nothing else, over HTTP. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The file that a request means, or null: outside of the folder, not there, or no file. */
export function fileFor(root: string, url: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null;
  }
  const asked = normalize(join(root, path.endsWith('/') ? `${path}index.html` : path));
  if (path.includes('\0') || !asked.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
  return statSync(asked, { throwIfNoEntry: false })?.isFile() ? asked : null;
}

/** The headers of every answer: no other site may frame the page, and no type is guessed. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "frame-ancestors 'self'",
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/** Files that compressing makes smaller; fonts and the parser are compressed already, or hardly shrink. */
const TEXTS: ReadonlySet<string> = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt']);

/** Compresses each file once, as long as it is the same. */
class Compressed {
  readonly #known = new Map<string, { readonly at: number; readonly bytes: Buffer }>();

  of(file: string): Buffer {
    const at = statSync(file).mtimeMs;
    const known = this.#known.get(file);
    if (known?.at === at) return known.bytes;
    const bytes = gzipSync(readFileSync(file));
    this.#known.set(file, { at, bytes });
    return bytes;
  }
}

/** A server for a folder. The caller lets it listen. */
export function staticServer(root: string): Server {
  const compressed = new Compressed();
  return createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...HEADERS, Allow: 'GET, HEAD' }).end();
      return;
    }
    const file = fileFor(root, request.url ?? '/');
    if (file === null) {
      response.writeHead(404, { ...HEADERS, 'Content-Type': 'text/plain' }).end('not found\n');
      return;
    }
    const headers = { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' };
    const zips = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (zips && request.method === 'GET' && TEXTS.has(extname(file))) {
      const bytes = compressed.of(file);
      response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': bytes.length });
      response.end(bytes);
      return;
    }
    response.writeHead(200, headers);
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response);
  });
}
