/** Files of an author's, each with one mistake in it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** What differs from a race that is right. All are JavaScript. */
export interface Parts {
  /** Statements before the race. */
  readonly top?: string;
  /** Statements of `setup`; the words are `x`, `y` and the lock `l`. */
  readonly setup?: string;
  /** What agent `one` does after its store to x. */
  readonly run?: string;
  /** What agent `two` does after its load of x. */
  readonly two?: string;
  /** The agents, in place of `one` and `two`. */
  readonly agents?: string;
  /** Fields of the race, the last of which counts. */
  readonly fields?: string;
  /** The text of the whole file. */
  readonly text?: string;
}

const IMPORTS = `
import process from 'node:process';
import { addrOf, ptepOf } from '@racewalk/core';
import { atomic, awaitWord, choose, localKey, lock, read, retry, unlock, write, xchg } from '@racewalk/core/step';
import { UserCpu } from '@racewalk/machine';
import { defineScenario, freePage, linux } from '@racewalk/mm';
`;

/** The text of a file with one race. */
function raceText(
  id: string,
  { top = '', setup = '', run = '', two = '', agents, fields = '' }: Parts,
): string {
  const both = `
    one: { cpu: 0, role: 'kernel', *run(m, s) { yield* write(s.x, 1, 'x = 1'); ${run} } },
    two: { cpu: 1, role: 'kernel', *run(m, s) { yield* read(s.x, 'x'); ${two} } },`;
  return `${IMPORTS}
${top}
export const race = defineScenario({
  id: 'bad/${id}', title: 't', source: 's', about: 'a', invariants: ['COH'], params: {},
  setup: (w) => {
    const vma = w.vma({ pages: 1 });
    const folio = linux(w).folio({ pages: 1 });
    linux(w).mapFolio(vma, folio, { write: true, dirty: true, young: true });
    ${setup};
    return { vma, folio, ptep: ptepOf(vma, vma.start), x: w.word('x'), y: w.word('y'), l: w.lock('l') };
  },
  agents: {${agents ?? both}
  },
  mutants: { none: { what: 'w', breaks: 'COH', why: 'w', params: { n: 1 } } },
  ${fields}
});
`;
}

/** Write a file into `cwd`; returns its name. */
export function misuseFile(cwd: string, id: string, parts: Parts): string {
  writeFileSync(path.join(cwd, `${id}.mjs`), parts.text ?? raceText(id, parts));
  return `${id}.mjs`;
}
