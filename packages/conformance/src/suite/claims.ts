/** A wrong claim, so that it can be put right: what was tried, what the manuals call it, what to do. */
import type { AccessKind, ArchPlugin, Capability } from '@racewalk/core';
import { sideBySide } from '../explain/bits.js';
import { claimLines } from '../explain/claim.js';
import { hangsOn } from '../explain/hangs-on.js';
import { type EntryFacts, makeEntry } from '../laws/entries.js';
import { furtherFault } from './further-claims.js';
import { checkCapability } from './manifest.js';

/** The walk that shows a capability of the hardware. */
interface Walk {
  readonly access: AccessKind;
  readonly facts: Partial<EntryFacts>;
  readonly fact: 'pteYoung' | 'pteDirty';
}

const WALKS: Readonly<Partial<Record<Capability, Walk>>> = {
  hwAccess: { access: 'load', facts: { write: true }, fact: 'pteYoung' },
  hwDirty: { access: 'store', facts: { write: true, young: true }, fact: 'pteDirty' },
};

function walkLines(arch: ArchPlugin, { access, facts, fact }: Walk): string[] {
  const before = makeEntry(arch, 0x40, facts);
  const result = arch.walker.walk(before, access);
  const test = arch.values[fact];
  if (!result.ok) {
    return [
      ...sideBySide(arch, [['before', before]]),
      `walker.walk(before, '${access}') faults: ${result.fault}`,
    ];
  }
  const answer = `${fact}(after) = ${test(result.entry)}; it hangs on ${hangsOn(arch, result.entry, test)}`;
  const entries = sideBySide(arch, [
    ['before', before],
    ['after', result.entry],
  ]);
  return [...entries, `walker.walk(before, '${access}') does not fault`, answer];
}

/** What to do where it does not follow from the capability alone. */
const DENIED: Readonly<Partial<Record<Capability, string>>> = {
  faultDropsTlb:
    'let ptep_set_access_flags flush whenever it changes something a store waits for, or add faultDropsTlb to `capabilities`',
};

function remedy(arch: ArchPlugin, capability: Capability): string {
  const special = arch.has(capability) ? undefined : DENIED[capability];
  if (special !== undefined) return special;
  const walk = WALKS[capability];
  const claimed = arch.has(capability);
  if (walk === undefined) {
    return claimed
      ? `make it so, or take ${capability} out of \`capabilities\``
      : `add ${capability} to \`capabilities\`, or take out what shows it`;
  }
  const { access, fact } = walk;
  return claimed
    ? `let walker.walk() answer an entry for which ${fact}() is true, or take ${capability} out of \`capabilities\`; then the walk must fault, and the fault handler sets it`
    : `let walker.walk() fault for a ${access} unless ${fact}() is true already, or add ${capability} to \`capabilities\``;
}

/** The result of the check of the claim itself. An operation or helper that throws on the way is also a finding. */
function tried(arch: ArchPlugin, capability: Capability): string | null {
  try {
    return checkCapability(arch, capability);
  } catch (error) {
    return said(arch, capability, error instanceof Error ? error.message : String(error));
  }
}

const said = (arch: ArchPlugin, capability: Capability, found: string): string =>
  `${arch.id} ${arch.has(capability) ? 'claims' : 'denies'} ${capability}, but ${found}`;

/** What is wrong with one claim (or denial) of a plug-in's manifest, with the reasons, or null. */
export function claimFault(arch: ArchPlugin, capability: Capability): string | null {
  const found = tried(arch, capability);
  const walk = WALKS[capability];
  if (found !== null) {
    const walked = walk === undefined ? [] : walkLines(arch, walk);
    return message(found, walked, capability, remedy(arch, capability));
  }
  const further = furtherFault(arch, capability);
  return further === null
    ? null
    : message(said(arch, capability, further.says), [], capability, further.remedy);
}

function message(found: string, walked: readonly string[], capability: Capability, todo: string): string {
  const details = [...walked, ...claimLines(capability), `what to do: ${todo}`];
  return [found, ...details.map((line) => `  ${line}`)].join('\n');
}
