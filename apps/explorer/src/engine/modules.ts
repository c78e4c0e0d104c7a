/** Modules of Racewalk that a race of the user's may import, in a browser. */
import * as core from '@racewalk/core';
import * as step from '@racewalk/core/step';
import * as machine from '@racewalk/machine';
import * as mm from '@racewalk/mm';

/** By specifier: what they export. */
export const MODULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@racewalk/core': core,
  '@racewalk/core/step': step,
  '@racewalk/machine': machine,
  '@racewalk/mm': mm,
};

/** Where modules made of texts find them. */
const SHARED = 'racewalk.modules';
const addresses = new Map<string, string>();

/** The address of a module that exports the same: code of a text can only import addresses. */
export function addressOf(name: string): string {
  const known = addresses.get(name);
  if (known !== undefined) return known;
  (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(SHARED)] = MODULES;
  const names = Object.keys(MODULES[name] ?? {}).join(', ');
  const text = `export const { ${names} } = globalThis[Symbol.for('${SHARED}')]['${name}'];`;
  const made = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  addresses.set(name, made);
  return made;
}
