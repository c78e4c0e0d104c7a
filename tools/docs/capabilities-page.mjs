/** docs/capabilities.md: what each capability means and switches on. `npm run docs:capabilities` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/core').ArchPlugin} ArchPlugin */
/** @typedef {import('@racewalk/core').Capability} Capability */
/** @typedef {import('@racewalk/machine').Scenario} Scenario */
/** @typedef {import('@racewalk/conformance').MatrixCell} MatrixCell */
/** @typedef {{ runs: string[], bites: string[], bitesWithout: string[], other: string[] }} Effects */

export const PAGE = fileURLToPath(new URL('../../docs/capabilities.md', import.meta.url));

/** Exactly one of the two must be claimed. @type {Readonly<Partial<Record<Capability, Capability>>>} */
const OPPOSITE = { broadcastTlbi: 'ipiFlush', ipiFlush: 'broadcastTlbi' };

/**
 * The same plug-in with one capability claimed or denied. Only for what is derived from claims: it is
 * never run.
 *
 * @param {ArchPlugin} arch
 * @param {Capability} capability
 * @param {boolean} claimed
 * @returns {ArchPlugin}
 */
function twin(arch, capability, claimed) {
  const opposite = OPPOSITE[capability];
  const rest = arch.capabilities.filter((c) => c !== capability && c !== opposite);
  const given = claimed ? [capability] : opposite === undefined ? [] : [opposite];
  const capabilities = [...rest, ...given];
  return {
    ...arch,
    id: `${arch.id} ${claimed ? 'with' : 'without'}`,
    capabilities,
    has: (...wanted) => wanted.every((c) => capabilities.includes(c)),
  };
}

/**
 * What a capability changes in the plan of all cells, on any plug-in.
 *
 * @param {(archs: readonly ArchPlugin[], scenarios: readonly Scenario[]) => { cells: readonly MatrixCell[] }} plan
 * @param {readonly ArchPlugin[]} archs
 * @param {readonly Scenario[]} scenarios
 * @param {Capability} capability
 * @returns {Effects}
 */
export function effectsOf(plan, archs, scenarios, capability) {
  /** @type {Effects} */
  const effects = { runs: [], bites: [], bitesWithout: [], other: [] };
  const cellsOf = (/** @type {ArchPlugin} */ arch, /** @type {boolean} */ claimed) =>
    // Mutants of a plug-in's own overrides, and what Linux has in their place, come with the plug-in, not with a capability.
    plan([{ ...twin(arch, capability, claimed), mutants: [], linux: [] }], scenarios).cells;
  for (const arch of archs) {
    const without = cellsOf(arch, false);
    let applies = true;
    for (const [i, cell] of cellsOf(arch, true).entries()) {
      const [on, off] = [cell.expected, without[i]?.expected ?? ''];
      const upstream = cell.variant === 'upstream';
      // Of a race that exists only with the capability, or only without, the mutants follow.
      if (upstream) applies = on === off;
      if (on === off || (!upstream && !applies)) continue;
      const list = upstream
        ? effects[off === 'not-applicable' ? 'runs' : 'other']
        : effects[on.startsWith('violates:') ? 'bites' : 'bitesWithout'];
      const name = `\`${cell.test}\`${upstream ? '' : ` ${cell.variant.replace('mutant:', '')}`}`;
      if (!list.includes(name)) list.push(name);
    }
  }
  return effects;
}

/** @param {readonly string[]} names races with a mutant each, the race once */
function grouped(names) {
  /** @type {Map<string, string[]>} */
  const byTest = new Map();
  for (const name of names) {
    const [test = '', mutant] = name.split(' ');
    byTest.set(test, [...(byTest.get(test) ?? []), ...(mutant === undefined ? [] : [mutant])]);
  }
  return [...byTest]
    .map(([test, mutants]) => (mutants.length === 0 ? test : `${test} (${mutants.join(', ')})`))
    .join(', ');
}

/**
 * @param {string} title
 * @param {readonly string[]} names
 */
const line = (title, names) => (names.length === 0 ? [] : [`- ${title}: ${grouped(names)}`]);

/**
 * The whole page.
 * @param {Pick<typeof import('@racewalk/core') & typeof import('@racewalk/conformance'), 'CAPABILITIES' | 'CAPABILITY_TERMS' | 'CONTRACT'>} core
 * @param {(archs: readonly ArchPlugin[], scenarios: readonly Scenario[]) => { cells: readonly MatrixCell[] }} plan
 * @param {{ archs: readonly ArchPlugin[], scenarios: readonly Scenario[] }} catalogue
 */
export function capabilitiesPage({ CAPABILITIES, CAPABILITY_TERMS, CONTRACT }, plan, { archs, scenarios }) {
  const all = /** @type {[Capability, string][]} */ (Object.entries(CAPABILITIES));
  const sections = all.map(([capability, means]) => {
    const terms = CAPABILITY_TERMS[capability];
    const laws = CONTRACT.filter((row) => row.needs?.includes(capability)).map((row) => `\`${row.kernel}\``);
    const { runs, bites, bitesWithout, other } = effectsOf(plan, archs, scenarios, capability);
    const has = archs.filter((arch) => arch.has(capability)).map((arch) => arch.id);
    const lines = [
      `- plug-ins: ${has.join(', ') || 'none'}`,
      `- laws that need it: ${laws.join(', ') || 'none'}`,
      ...line('races that need it', runs),
      ...line('mutants that bite only with it', bites),
      ...line('mutants that bite only without it', bitesWithout),
      ...line('races that do not apply with it', other),
    ];
    return `## \`${capability}\`

${means}

| arm64 | x86 | RISC-V |
|---|---|---|
| ${terms.arm64 ?? '–'} | ${terms.x86 ?? '–'} | ${terms.riscv ?? '–'} |

${lines.join('\n')}
`;
  });
  return `# Capabilities

What an architecture can do, as a closed list (\`CAPABILITIES\` of \`@racewalk/core\`). Laws and races ask for capabilities and
never for an architecture by name. The suite tries each claim of a plug-in, and each denial, as far as it can be tried; a
wrong one fails and is named. Besides what is listed here, the machine itself works as a capability says: who updates entries,
in how many accesses an entry is moved, how TLBs are flushed, what a fault drops. The last two no model can try: take them from
the manual.

Terms are those of the manuals: Arm DDI 0487, Intel SDM volume 3A, RISC-V privileged architecture 20240411; for bits that only
software knows, of Linux 6.12. Laws and races are computed: each plug-in is planned once with the capability and once
without, and what comes out differently is listed. Made by \`npm run docs:capabilities\`; do not edit.

${sections.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [core, suite, { CATALOGUE }] = await Promise.all([
    import('@racewalk/core'),
    import('@racewalk/conformance'),
    import('@racewalk/cli'),
  ]);
  writeFileSync(PAGE, capabilitiesPage({ ...core, ...suite }, suite.plan, CATALOGUE));
}
