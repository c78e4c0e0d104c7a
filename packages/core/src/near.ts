/** The known name nearest to a mistyped one, or null if none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3))) return best.candidate;
  // A part of the name, even a short one, is better than a guess.
  return wanted.length >= 3
    ? (known.find((candidate) => candidate.toLowerCase().includes(wanted)) ?? null)
    : null;
}

/**
 * The known name that `name` almost certainly means: equal except for case, underscores and at most two
 * letters. Null if there is none, or `name` is known.
 */
export function misspelt(name: string, known: readonly string[]): string | null {
  if (known.includes(name) || /^[_#]/.test(name)) return null;
  const plain = (text: string) => text.replaceAll('_', '').toLowerCase();
  const wanted = plain(name);
  const close = known.filter(
    (candidate) => distance(wanted, plain(candidate)) <= (wanted.length > 6 ? 2 : 1),
  );
  return nearest(wanted, close);
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
