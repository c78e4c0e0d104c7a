/** The loader behind `dist-hook.mjs`. */

/** @type {{ built: string, script: string } | null} */
let mutant = null;

/** @param {{ built: string, script: string }} data */
export function initialize(data) {
  mutant = data;
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (mutant === null || url !== mutant.built) return next(url, context);
  return { format: 'module', source: mutant.script, shortCircuit: true };
}
