/** What `probes.mjs` put into the sources is read here, where it runs. */

/** Which marks of this thread are set; they are taken away. @returns {number[]} */
export function takeReached() {
  /** @type {Uint8Array} */
  const marks = /** @type {any} */ (globalThis).racewalkProbes ?? new Uint8Array(0);
  const reached = [...marks.keys()].filter((at) => marks[at] === 1);
  marks.fill(0);
  return reached;
}
