/** The loader behind `dist-hook.mjs`. */

/** @type {Readonly<Record<string, string>>} */
let exchanged = {};

/** @param {{ scripts: Readonly<Record<string, string>> }} data */
export function initialize({ scripts }) {
  exchanged = scripts;
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  const source = exchanged[url];
  if (source === undefined) return next(url, context);
  return { format: 'module', source, shortCircuit: true };
}
