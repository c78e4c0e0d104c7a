/**
 * Checks the form of a plug-in. TypeScript does the same at compile time; this is for plain JavaScript, and for
 * rules that types cannot express.
 */
import type { ErrorCode } from '../error-codes.js';
import { RacewalkError } from '../errors.js';
import { misspelt, nearest } from '../near.js';
import { layoutValues } from '../pte/values.js';
import { MEMORY_MODELS } from '../step/program.js';
import { CAPABILITIES, type Capability } from './capabilities.js';
import type { ArchSpec } from './plugin.js';

/** Rejects a plug-in with an error that says what was expected. */
export type Refuse = (message: string, expected: string) => never;

/** A {@link Refuse} for the plug-in `id`. */
export function refuseFor(id: unknown, code: ErrorCode): Refuse {
  const who = typeof id === 'string' && id !== '' ? `plug-in ${id}` : 'plug-in without an id';
  return (message, expected) => {
    throw new RacewalkError(code, `${who}: ${message}`, { expected, hint: `expected ${expected}` });
  };
}

/** A kind of value, and how to recognize it. */
const KINDS = {
  'a string': (value: unknown) => typeof value === 'string' && value !== '',
  'a list of strings': (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'a list': (value: unknown) => Array.isArray(value),
  'an object': (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'a function': (value: unknown) => typeof value === 'function',
} as const;

type Kind = keyof typeof KINDS;

const REQUIRED: Readonly<Record<string, Kind>> = {
  id: 'a string',
  title: 'a string',
  capabilities: 'a list of strings',
  memory: 'a string',
  layout: 'an object',
  values: 'an object',
  walker: 'an object',
  omits: 'a list of strings',
};

const OPTIONAL: Readonly<Record<string, Kind>> = {
  cont: 'an object',
  ops: 'a function',
  pmdOps: 'a function',
  hugeOps: 'a function',
  malformed: 'a function',
  overLive: 'a function',
  tlb: 'a function',
  mutants: 'a list',
  survives: 'a list',
  linux: 'a list',
};

/** Shorter than this a reason says nothing. */
const LEAST_REASON = 20;

function checkSurvives({ survives = [] }: ArchSpec, refuse: Refuse): void {
  const texts: readonly unknown[] = survives.flatMap(({ test, mutant, why }) => [test, mutant, why]);
  const expected = '{ test, mutant, why }, three texts';
  if (!texts.every(KINDS['a string'])) refuse('a row of survives is incomplete', expected);
  const silent = survives.find(({ why }) => why.trim().length < LEAST_REASON);
  if (silent !== undefined)
    refuse(`survives gives no reason for ${silent.test} mutant:${silent.mutant}`, 'why: a sentence');
}

/** Helpers that do not follow from the layout. */
const OWN_VALUES: readonly string[] = ['mkProt', 'protNone', 'pteModify'];

function checkFields(spec: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  const known = [...Object.keys(REQUIRED), ...Object.keys(OPTIONAL)];
  for (const key of Object.keys(spec)) {
    const meant = misspelt(key, known);
    if (meant !== null) refuse(`unknown field ${key}`, meant);
  }
  for (const [key, kind] of Object.entries({ ...REQUIRED, ...OPTIONAL })) {
    const value = spec[key];
    if (value === undefined && key in REQUIRED) refuse(`${key} is missing`, `${key}: ${kind}`);
    if (value !== undefined && !KINDS[kind](value)) refuse(`${key} is not ${kind}`, `${key}: ${kind}`);
  }
}

function checkCapabilities(capabilities: readonly string[], refuse: Refuse): void {
  const known = Object.keys(CAPABILITIES);
  for (const name of capabilities) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    refuse(`unknown capability ${name}`, meant === null ? known.join(', ') : meant);
  }
}

function checkValues(spec: ArchSpec, refuse: Refuse): void {
  const required = [...Object.keys(layoutValues(spec.layout)), ...OWN_VALUES];
  const values = spec.values as unknown as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(values)) {
    // A misspelt helper replaces nothing: the one from the layout would be used silently.
    const meant = misspelt(key, required);
    if (meant !== null) refuse(`unknown helper values.${key}`, meant);
  }
  const lacking = required.filter((key) => typeof values[key] !== 'function');
  if (lacking.length === 0) return;
  const rest = lacking.filter((key) => !OWN_VALUES.includes(key));
  refuse(
    `values lacks ${lacking.join(', ')}`,
    rest.length > 0
      ? '{ ...layoutValues(layout), mkProt, protNone, pteModify }'
      : `functions ${lacking.join(', ')}`,
  );
}

/** Throws `RACEWALK_BAD_PLUGIN` unless every part exists and has the right type. */
export function checkSpec(spec: ArchSpec): void {
  const refuse = refuseFor(spec?.id, 'RACEWALK_BAD_PLUGIN');
  if (!KINDS['an object'](spec)) refuse('is not an object', 'defineArch({ id, title, … })');
  checkFields(spec as unknown as Readonly<Record<string, unknown>>, refuse);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(spec.id))
    refuse('bad id', 'lower-case letters and digits, with hyphens between them');
  checkCapabilities(spec.capabilities, refuse);
  checkSurvives(spec, refuse);
  const { memory, walker } = spec;
  if (!MEMORY_MODELS.includes(memory))
    refuse(`unknown memory order ${String(memory)}`, MEMORY_MODELS.join(' or '));
  if (typeof walker.walk !== 'function' || typeof walker.permits !== 'function')
    refuse('walker lacks walk or permits', '{ walk, permits }, for instance from singleBitWalker()');
}

/** The same for the helpers, once the layout is known to be sound. */
export function checkHelpers(spec: ArchSpec): void {
  checkValues(spec, refuseFor(spec.id, 'RACEWALK_BAD_PLUGIN'));
}

/** Helpers of a capability that have no effect if the layout lacks its bit. */
const MARKS: Readonly<
  Partial<
    Record<
      Capability,
      readonly [helper: 'pteMksoftDirty' | 'pteMkuffdWp' | 'pteMkdevmap' | 'pteMkcont', need: string]
    >
  >
> = {
  softDirty: ['pteMksoftDirty', 'layout.softDirty and layout.swap.softDirty'],
  uffdWp: ['pteMkuffdWp', 'layout.uffdWp and layout.swap.uffdWp'],
  devmap: ['pteMkdevmap', 'layout.devmap'],
  contPte: ['pteMkcont', 'helpers pteCont, pteMkcont and pteMknoncont in values'],
};

/** Throws `RACEWALK_BAD_LAYOUT` if a capability is claimed whose bit was forgotten. */
export function checkMarks(spec: ArchSpec): void {
  const refuse = refuseFor(spec.id, 'RACEWALK_BAD_LAYOUT');
  const v = spec.values;
  const plain = v.pfnPte(1, v.mkProt({ read: true, write: true }));
  for (const [capability, [helper, need]] of Object.entries(MARKS)) {
    if (!spec.capabilities.includes(capability as Capability)) continue;
    if (v[helper](plain) === plain) refuse(`claims ${capability}, but ${helper} changes nothing`, need);
  }
  const { swap } = spec.layout;
  for (const mark of ['softDirty', 'uffdWp'] as const) {
    if (spec.capabilities.includes(mark) && swap[mark] === undefined)
      refuse(`claims ${mark}, but swap entries have no bit for it`, `layout.swap.${mark}`);
  }
}
