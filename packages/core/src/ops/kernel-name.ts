/** From the names here to the kernel's. */

const known = new Map<string, string>();

/** `ptepGetAndClear` is `ptep_get_and_clear`, `__ptepGet` is `__ptep_get`. */
export function kernelName(name: string): string {
  let found = known.get(name);
  if (found === undefined) {
    found = name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    known.set(name, found);
  }
  return found;
}
