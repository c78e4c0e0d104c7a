/** Conditions on the end of a race: `exists (0:r0=1 /\ x=2)`. */
import { RacewalkError } from '@racewalk/core';
import { announced, OpKind, type Step } from '@racewalk/core/step';
import { entriesOf, Machine, type StepView, type World } from '@racewalk/machine';
import type { Program as TextProgram } from '../lower/program.js';
import { Program } from '../lower/program.js';
import { errorAt } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import { parseUnit } from '../parse/unit.js';
import { truth } from '../run/numbers.js';
import { threadOf } from '../run/thread.js';
import { type CType, T } from '../types/ctype.js';
import type { ClaimText } from './split.js';
import type { RaceState } from './world.js';

/** What a condition speaks of and how it is decided. */
export interface Condition {
  readonly claim: ClaimText;
  /** Locals it names: `P0:r0`. */
  readonly locals: readonly { readonly key: string; readonly agent: string; readonly local: string }[];
  /** Whether the end is as the condition says. */
  readonly holds: (w: World, s: RaceState, view: StepView) => boolean;
}

const endName = (agent: string, local: string): string => `end_${agent}_${local}`;

/** The condition as an expression of C. */
function toC(
  text: string,
  pointers: ReadonlySet<string>,
): { text: string; locals: Map<string, { agent: string; local: string }> } {
  const locals = new Map<string, { agent: string; local: string }>();
  const c = text
    .replace(/\/\\/g, '&&')
    .replace(/\\\//g, '||')
    .replace(/~(?=\s*\()/g, '!')
    .replace(/\bnot\b/g, '!')
    .replace(/([^=!<>])=(?!=)/g, '$1==')
    .replace(/(^|[^\w\])])\[(\w+)\]/g, '$1$2')
    .replace(/\bP?(\d+):(\w+)/g, (_, p: string, local: string) => {
      const agent = `P${p}`;
      locals.set(`${agent}:${local}`, { agent, local });
      return endName(agent, local);
    })
    .replace(/(^|[(&|!=<>\s])\*(\w+)/g, (whole, lead: string, name: string) =>
      pointers.has(name) ? whole : `${lead}${name}`,
    );
  return { text: c, locals };
}

/** Compile a condition; throws at its line. */
export function compileCondition(
  claim: ClaimText,
  race: TextProgram,
  globals: ReadonlyMap<string, CType>,
  typeOf: (agent: string, local: string) => CType | undefined,
): Condition {
  const { place } = claim;
  const pointers = new Set(
    [...globals]
      .filter(([, t]) => t.k === 'ptr')
      .map(([name]) => name)
      .concat('ptep'),
  );
  const { text, locals } = toC(claim.text, pointers);
  // `true`, and what is compared with the address of a variable.
  const compared = text.replace(
    /(end_\w+)\s*(==|!=)\s*([A-Za-z_]\w*)/g,
    (whole, end: string, op: string, name: string) => {
      const known = [...locals.values()].find((l) => endName(l.agent, l.local) === end);
      const pointer = known !== undefined && typeOf(known.agent, known.local)?.k === 'ptr';
      return pointer && globals.has(name) ? `${end} ${op} &${name}` : whole;
    },
  );
  const addressed = compared.replace(
    /\b(\w+)\s*(==|!=)\s*([A-Za-z_]\w*)/g,
    (whole, name: string, op: string, other: string) =>
      globals.get(name)?.k === 'ptr' && globals.has(other) ? `${name} ${op} &${other}` : whole,
  );
  const types = new Map<string, CType>(globals);
  for (const { agent, local } of locals.values()) {
    const type = typeOf(agent, local);
    if (type === undefined)
      throw errorAt(
        place,
        `${agent} has no local '${local}'`,
        'name a local variable of that agent',
        'RACEWALK_C_RACE',
      );
    types.set(endName(agent, local), type);
  }
  const source = `int condition(pte_t *ptep, struct page *page, struct folio *folio, struct vm_area_struct *vma, struct mm_struct *mm) { return (${addressed}); }`;
  const unit = parseUnit(source, place.file, () => place.line);
  if (syntaxError(unit, unit.root) !== null)
    throw errorAt(
      place,
      `this condition cannot be read: ${claim.text}`,
      String.raw`write for instance (0:r0=1 /\ x=2)`,
      'RACEWALK_C_RACE',
    );
  const program = new Program([unit, ...race.units], { globals: types, repeats: false });
  const compiled = ofCondition(program, place);
  return {
    claim,
    locals: [...locals].map(([key, l]) => ({ key, ...l })),
    holds(w, s, view) {
      const m = new Machine(w, 0, entriesOf(w), 'condition');
      const values = new Map(s.globals);
      for (const [key, { agent, local }] of locals)
        values.set(endName(agent, local), endWord(s, key, types.get(endName(agent, local)) ?? T.int));
      const th = threadOf(m, values, {});
      const args = [s.vma.table.entries[0] ?? null, s.folio.frames[0] ?? null, s.folio, s.vma, s.vma.mm];
      return truth(evaluate(compiled.call(th, args as never), view));
    },
  };
}

/** Compile it; what is not known is an error at the claim, not in the text made of it. */
function ofCondition(program: Program, place: ClaimText['place']) {
  try {
    return program.compiled('condition');
  } catch (error) {
    if (!(error instanceof RacewalkError)) throw error;
    const what = error.message.replace(/^\S+:\d+:\d+: /, '').replace(/ \(in condition\)$/, '');
    const [, near] = /did you mean (\w+)\?/.exec(error.advice) ?? [];
    const hint = 'name a shared variable (x=1), a local (0:r0=1), or ptep, page, folio, vma, mm';
    throw errorAt(
      place,
      what,
      near === undefined ? hint : `did you mean ${near}? Else ${hint}`,
      'RACEWALK_C_RACE',
    );
  }
}

/** The word with the last value of a local, with the local's type. */
function endWord(s: RaceState, key: string, type: CType) {
  const word = s.ends.get(key);
  return word === undefined
    ? 0n
    : Object.assign(Object.create(Object.getPrototypeOf(word)), { ...word, type });
}

/** Run code that only reads, on the memory at the end. */
function evaluate<V>(body: Step<V>, view: StepView): V {
  let turn = body.next(0);
  while (!turn.done) turn = body.next(announced.kind === OpKind.READ ? view.get(announced.cell) : 0);
  return turn.value;
}
