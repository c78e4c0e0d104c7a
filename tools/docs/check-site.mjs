/**
 * `node tools/docs/check-site.mjs`: the site that TypeDoc made in docs/api. Every link between its pages leads to a file, and to a place
 * in it; the search finds a name of the kernel in guides and in the API. Run by `npm run docs`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';

const SITE = path.resolve(import.meta.dirname, '../../docs/api');
/** What one must find by its whole name, in guides and in the API. */
const WANTED = ['ptep_get_and_clear', 'DIRTY', 'defineScenario'];

const pages = fs
  .readdirSync(SITE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html'));
/** @type {Map<string, Set<string>>} */
const places = new Map();
/** @param {string} file */
function placesIn(file) {
  const known = places.get(file);
  if (known !== undefined) return known;
  const ids = new Set(
    [...fs.readFileSync(file, 'utf8').matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id),
  );
  places.set(file, ids);
  return ids;
}

/** @type {string[]} */
const complaints = [];
let links = 0;
for (const page of pages) {
  const file = path.join(SITE, page);
  for (const [, link = ''] of fs.readFileSync(file, 'utf8').matchAll(/<a [^>]*href="([^"]+)"/g)) {
    if (/^[a-z]+:/i.test(link)) continue;
    links += 1;
    const [target = '', place = ''] = link.replaceAll('&amp;', '&').split('#');
    const at = target === '' ? file : path.resolve(path.dirname(file), decodeURIComponent(target));
    if (!fs.existsSync(at)) complaints.push(`${page}: ${link}: there is no such file`);
    // TypeDoc's own list of classes has no places for what nobody extends.
    else if (place !== '' && /(?<!hierarchy)\.html$/.test(at) && !placesIn(at).has(decodeURIComponent(place)))
      complaints.push(`${page}: ${link}: there is no such place`);
  }
}

const [, packed = ''] =
  /"([A-Za-z0-9+/=]+)"/.exec(fs.readFileSync(path.join(SITE, 'assets/search.js'), 'utf8')) ?? [];
/** @type {{ rows: { url: string }[], index: { invertedIndex: [string, Record<string, Record<string, object>>][] } }} */
const search = JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString('utf8'));
const found = new Map(search.index.invertedIndex);
for (const wanted of WANTED) {
  const { name = {}, comment = {}, document = {} } = found.get(wanted.toLowerCase()) ?? {};
  if (Object.keys(document).length === 0) complaints.push(`the search finds ${wanted} in no guide`);
  if (Object.keys({ ...name, ...comment }).length === 0)
    complaints.push(`the search finds ${wanted} nowhere in the API`);
}

for (const complaint of complaints) console.error(complaint);
console.log(
  `site: ${pages.length} pages, ${links} links, ${search.rows.length} entries in the search, ${complaints.length} complaints`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;
