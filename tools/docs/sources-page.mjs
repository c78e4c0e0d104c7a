/**
 * docs/sources.md: where each race and each entry of the catalogue is from, with links to threads, commits, advisories, files of
 * Linux and manuals. `npm run docs:sources` rewrites it (after a build).
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ id: string, title: string, source: string }} Source */

export const PAGE = fileURLToPath(new URL('../../docs/sources.md', import.meta.url));

const lore = (/** @type {string} */ subject) =>
  `https://lore.kernel.org/linux-mm/?q=${encodeURIComponent(`s:"${subject}"`)}`;

/** The threads that the suite began with. A search where the address of the message itself is not certain. */
const THREADS = [
  [
    '000',
    'arm64/mm: Add ptep_get_and_clear_full() to optimize process teardown, November 2023',
    'https://lore.kernel.org/linux-mm/20231115163018.1303287-1-ryan.roberts@arm.com/',
  ],
  [
    '001',
    'mm: Add write-protect and clean utilities for address space ranges, version 4, June 2019',
    lore('mm: Add write-protect and clean utilities for address space ranges'),
  ],
  [
    '002',
    'mm: Device exclusive memory access, version 8, May 2021',
    lore('mm: Device exclusive memory access'),
  ],
  ['003', "mm: Update ptep_get_lockless()'s comment, October 2022", lore('mm: Update ptep_get_lockless')],
  [
    '004',
    'Transparent Contiguous PTEs for User Mappings, version 2, November 2023',
    'https://lore.kernel.org/linux-mm/20231115163018.1303287-1-ryan.roberts@arm.com/',
  ],
];

/** The address of a thread. @param {string} seed */
const threadOf = (seed) => THREADS.find(([id]) => id === seed)?.[2] ?? '';

/** What a text names, and where that is. @type {readonly (readonly [RegExp, (found: RegExpMatchArray) => string])[]} */
const KINDS = [
  [/\b[0-9a-f]{12}\b/g, ([id]) => `https://git.kernel.org/torvalds/c/${id}`],
  [/\bCVE-\d{4}-\d+/g, ([id]) => `https://www.cve.org/CVERecord?id=${id}`],
  [/\bXSA-(\d+)/g, ([, n]) => `https://xenbits.xen.org/xsa/advisory-${n}.html`],
  [
    /\b(?:arch|mm|include|drivers|fs|kernel|Documentation)\/[\w./-]+\.(?:[chS]|rst)\b/g,
    ([file]) => `https://elixir.bootlin.com/linux/v6.12/source/${file}`,
  ],
  [/\brcore-os\/tgoskits#(\d+)/g, ([, n]) => `https://github.com/rcore-os/tgoskits/issues/${n}`],
  [/\bzephyr issue (\d+)/g, ([, n]) => `https://github.com/zephyrproject-rtos/zephyr/issues/${n}`],
  [/\basterinas (?:issue )?(\d+)/g, ([, n]) => `https://github.com/asterinas/asterinas/issues/${n}`],
  [/ptep_get_and_clear_full\(\) thread/g, () => threadOf('000')],
  [/contpte review|Transparent contiguous PTEs/g, () => threadOf('004')],
  [/as_dirty helpers/g, () => threadOf('001')],
  [/[Dd]evice-exclusive series/g, () => threadOf('002')],
  [/ptep_get_lockless\(\) thread/g, () => threadOf('003')],
  [/\bseed (00\d)/g, ([, n = '']) => threadOf(n)],
];

/** Manuals, what the sources call them, and where they are. @type {readonly (readonly [RegExp, string, string])[]} */
const MANUALS = [
  [
    /DDI ?0487/,
    'Arm Architecture Reference Manual, DDI 0487',
    'https://developer.arm.com/documentation/ddi0487/latest',
  ],
  [/\bSDM\b/, 'Intel 64 and IA-32 Software Developer’s Manual', 'https://www.intel.com/sdm'],
  [
    /\bAPM\b/,
    'AMD64 Architecture Programmer’s Manual, 24593',
    'https://www.amd.com/system/files/TechDocs/24593.pdf',
  ],
  [
    /RISC-V|Svvptc|Svnapot|Svadu|Svade/,
    'RISC-V Privileged Architecture',
    'https://github.com/riscv/riscv-isa-manual/releases',
  ],
  [
    /LoongArch/,
    'LoongArch Reference Manual, volume 1',
    'https://loongson.github.io/LoongArch-Documentation/LoongArch-Vol1-EN.html',
  ],
];

/** A text whose names are links. @param {string} text */
export function linked(text) {
  /** @type {{ at: number, name: string, url: string }[]} */
  const found = [];
  for (const [pattern, url] of KINDS)
    for (const match of text.matchAll(pattern))
      found.push({ at: match.index, name: match[0], url: url(match) });
  for (const [pattern, , url] of MANUALS) {
    const match = pattern.exec(text);
    if (match !== null) found.push({ at: match.index, name: match[0], url });
  }
  let out = '';
  let end = 0;
  for (const { at, name, url } of found.sort((a, b) => a.at - b.at)) {
    if (at < end || url === '') continue;
    out += `${text.slice(end, at)}[${name}](${url})`;
    end = at + name.length;
  }
  return (out + text.slice(end)).replaceAll('|', '\\|');
}

/**
 * @param {readonly Source[]} races
 * @param {readonly Source[]} entries
 */
export function sourcesPage(races, entries) {
  const families = [...new Set(races.map(({ id }) => id.split('/')[0]))];
  const rows = (/** @type {readonly Source[]} */ of) =>
    of.map(({ id, source }) => `| \`${id}\` | ${linked(source)} |`);
  const table = ['| | from |', '|---|---|'];
  return `${[
    '# Where it is said',
    '',
    'Each race names the thread, the commit, the function or the manual that it is written from. Here they are as links. Made from the',
    'races and the catalogue by `npm run docs:sources`; do not edit. Links to files of Linux are to release 6.12. What the lists mean by',
    'their words is in [the glossary](glossary.md), and what the races came to in [the catalogue](catalogue.md).',
    '',
    '## Threads that the suite began with',
    '',
    '| seed | thread |',
    '|---|---|',
    ...THREADS.map(([seed, title, url]) => `| ${seed} | [${title}](${url}) |`),
    '',
    'What was claimed in them, and what decides it: [seeds.md](seeds.md).',
    '',
    '## Manuals',
    '',
    'Sections and tables are named at the fields and claims of each plug-in; `racewalk pte decode VALUE --arch ARCH` prints them beside',
    'every field of an entry.',
    '',
    ...MANUALS.map(([, title, url]) => `- [${title}](${url})`),
    '',
    '## Entries of the catalogue',
    '',
    ...table,
    ...rows(entries),
    '',
    '## Races',
    ...families.flatMap((family) => [
      '',
      `### ${family}`,
      '',
      ...table,
      ...rows(races.filter(({ id }) => id.startsWith(`${family}/`))),
    ]),
  ].join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ENTRIES } = await import('@racewalk/catalogue');
  const { CATALOGUE } = await import('@racewalk/cli');
  writeFileSync(PAGE, sourcesPage(CATALOGUE.scenarios, ENTRIES));
}
