/** Two sets of final states, atom by atom: the order within a state means nothing. */

/** A state with its atoms in order. */
export function canonical(state: string): string {
  const atoms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= state.length; i++) {
    const c = state[i];
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c !== undefined && (c !== ';' || depth > 0)) continue;
    const atom = state.slice(start, i).replace(/\s+/g, ' ').trim();
    if (atom !== '') atoms.push(atom);
    start = i + 1;
  }
  return atoms.sort().join('; ');
}

/** How our states compare with those of a reference. */
export interface Comparison {
  /** States that only the reference has: we forget something that hardware may do. */
  readonly missing: readonly string[];
  /** States that only we have: false alarms. */
  readonly extra: readonly string[];
}

/** Compare our states with those of a reference. */
export function compare(ours: readonly string[], theirs: readonly string[]): Comparison {
  const [mine, reference] = [new Set(ours.map(canonical)), new Set(theirs.map(canonical))];
  return {
    missing: [...reference].filter((state) => !mine.has(state)),
    extra: [...mine].filter((state) => !reference.has(state)),
  };
}
