/** A race in C as a scenario: the same that a race in TypeScript is. */
import { type ArchPlugin, INVARIANTS, type InvariantCode, nearest } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Mutant, type Scenario, UserCpu } from '@racewalk/machine';
import { hasPages } from '@racewalk/mm';
import { Program, runCall } from '../lower/program.js';
import { PAGE_ALLOCATOR } from '../names/page-data.js';
import { LOCKS_AREAS } from '../names/vma-lock.js';
import { withDefines } from '../parse/defines.js';
import { errorAt, placeOf } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import { type CFunction, parseUnit, type Unit } from '../parse/unit.js';
import { UserPointer, type Value } from '../run/objects.js';
import type { RunOptions } from '../run/thread.js';
import { threadOf } from '../run/thread.js';
import { toWord } from '../run/words.js';
import type { CType } from '../types/ctype.js';
import { Types } from '../types/declare.js';
import { allocatedIn } from './allocations.js';
import { checksumOf } from './checksum.js';
import { type Condition, compileCondition } from './conditions.js';
import { fileVariables, localVariables, withDeclarations } from './file-level.js';
import { readInitial } from './initial.js';
import { type Parameter, parametersOf, refuseUnknown, withParameters } from './parameters.js';
import { type ShownLocal, showEnd, shownIn } from './shown.js';
import { type ClaimText, masked, type RaceText, splitRace } from './split.js';
import { refuseUnions } from './unions.js';
import { expectationOf, unitsOf } from './variants.js';
import { argument, type RaceState, setUp, type Watched } from './world.js';

/** How a race is read and run. */
export interface RaceOptions extends RunOptions {
  /** CONFIG symbols that are on. */
  readonly config?: Iterable<string>;
  /** `NAME=TEXT`: words that stand for others. */
  readonly define?: readonly string[];
  /**
   * Called in every final state with what it shows, and whether the condition is true of it. Conditions then decide
   * nothing else.
   */
  readonly states?: (state: string, holds: boolean) => void;
}

/** A race that was read. */
export interface CRace {
  readonly scenario: Scenario;
  /** What was assumed, one sentence a line; at most five. */
  readonly assumed: () => readonly string[];
  /** The lines of the file. */
  readonly lines: readonly string[];
  /** The name in its first line. */
  readonly name: string;
  /** The first condition: `exists`, `~exists` or `forall`, and what follows; null without one. */
  readonly condition: Pick<ClaimText, 'kind' | 'text'> | null;
}

const AGENT = /^P\d+$/;

/** Read a race; throws with file, line and column where it cannot be. `loadC` must have been awaited. */
export function readRace(source: string, file: string, options: RaceOptions = {}): CRace {
  refuseOtherLanguages(source, file);
  const race = splitRace(withDefines(source, options.define), file);
  const { text, perCpu } = withDeclarations(race.code);
  const main = parseUnit(text, file);
  const broken = syntaxError(main, main.root);
  if (broken !== null) throw broken;
  const agents = [...main.functions.values()].filter(({ name }) => AGENT.test(name));
  const fail = (what: string, hint: string, line = 1) =>
    errorAt({ file, line, column: 1 }, what, hint, 'RACEWALK_C_RACE');
  if (agents.length === 0) throw fail('there is no agent', 'write a function P0(…) { … } for each');
  if (race.filter !== null && options.states === undefined)
    throw errorAt(
      race.filter.place,
      'filter is not read',
      'put the condition into the claim',
      'RACEWALK_C_RACE',
    );
  if (race.claims.length === 0 && options.states === undefined)
    throw fail('nothing is asked', String.raw`add \`forbids DIRTY\`, \`forbids (…)\` or \`exists (…)\``);
  const invariants = [
    ...race.claims.filter((c) => !isCondition(c)).flatMap(codesOf),
    ...(race.claims.some(isCondition) ? ['EXISTS' as InvariantCode] : []),
  ];
  const types = new Types([main]);
  const parameters = new Map(agents.map((f) => [f.name, parametersOf(types, f)]));
  const texts = new Map(race.variants.map((variant) => [variant, unitsOf(race, main, variant)]));
  const given = readInitial(race.initial, race.initialPlace, types);
  // A variant may declare variables of its own: all of them are there from the start.
  const units = [main, ...[...texts.values()].flatMap(([own]) => own ?? [])];
  const own = units.flatMap((unit) => {
    const all = new Types([unit, main]);
    return [...fileVariables(unit, all, new Set(perCpu)), ...localVariables(unit, all)];
  });
  const allocated = allocatedIn(units, agents.length);
  const variables = new Map([...own.reverse(), ...given.variables, ...allocated].map((v) => [v.name, v]));
  const state = withParameters(
    { ...given, variables: [...variables.values()] },
    [...parameters.values()].flat(),
  );
  refuseUnions(state.variables, types, race.initialPlace);
  for (const f of agents) for (const p of parameters.get(f.name) ?? []) refuseUnknown(f, p, state);
  const globals = new Map(
    state.variables.map((v): [string, CType] => [
      v.name,
      v.length === null ? v.type : { k: 'array', of: v.type, size: v.length },
    ]),
  );
  const build = (units: readonly Unit[]): Built =>
    compileAll(
      units,
      race,
      globals,
      agents.map(({ name }) => name),
      options,
    );
  const upstream = build([main]);
  const programs = [upstream.program];
  const shown = shownIn(race);
  const shows = options.states === undefined ? [] : shown.locals;
  const asked = [
    ...upstream.conditions.flatMap((c) => c.locals),
    ...(upstream.filter?.locals ?? []),
    ...shows,
  ];
  const ends = [...new Set(asked.map(({ key }) => key))];
  const contents = readsUserMemory(main) || /\b\w*highpage\b/.test(race.code);
  const follow = /\b(local_irq_|rcu_read_|synchronize_rcu|smp_call_function)/.test(race.code)
    ? agents.map((_, i) => i)
    : [];
  const vmFlags = /\bvm_flags_(set|clear|mod|reset|init)\b/.test(source);
  const watched: Watched = {
    follow,
    contents,
    ends,
    vmFlags,
    areaLocks: LOCKS_AREAS.test(source),
    allocations: source.match(PAGE_ALLOCATOR)?.length ?? 0,
    cpus: agents.length,
  };
  const agentsOf = ({ program, conditions, filter }: Built): Record<string, AgentSpec<RaceState>> => {
    const kept = [...conditions.flatMap(({ locals }) => locals), ...(filter?.locals ?? []), ...shows];
    return Object.fromEntries(
      agents.map((f, cpu) => {
        // A variant's own text of an agent has parameters of its own.
        const own = program.functions.get(f.name) ?? f;
        const given = own === f ? (parameters.get(f.name) ?? []) : parametersOf(types, own);
        if (own !== f) for (const p of given) refuseUnknown(own, p, state);
        return [f.name, agent(program, own, cpu, given, kept, options)];
      }),
    );
  };
  const mutants: Record<string, Mutant<RaceState>> = {};
  for (const variant of race.variants) {
    if (variant.name in mutants)
      throw errorAt(variant.place, `a second variant ${variant.name}`, 'rename one', 'RACEWALK_C_RACE');
    const { breaks, unless } = expectationOf(variant);
    const built = build(texts.get(variant) ?? [main]);
    programs.push(built.program);
    mutants[variant.name] = {
      what: `variant ${variant.name} of ${file}:${variant.place.line}`,
      breaks: (breaks ?? 'LIVE') as InvariantCode,
      why: `the file says so: ${variant.says || 'it must hold'}`,
      unless:
        breaks === null ? () => 'the file says that it holds' : (arch: ArchPlugin) => unless?.(arch) ?? null,
      agents: agentsOf(built),
    };
  }
  const scenario: Scenario = {
    id: `c/${race.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}`,
    title: race.name,
    source: file,
    text: checksumOf(source, options),
    about: race.about,
    invariants,
    // The pages of the race are one block where blocks exist.
    params: state.facts.has('hugetlb') ? { block: 2 } : state.pages > 1 ? { block: state.pages } : {},
    setup: (w) => setUp(w, state, types, watched),
    agents: agentsOf(upstream),
    finally(w, s: RaceState, view, faults) {
      if (options.states !== undefined) {
        if (upstream.filter?.holds(w, s, view) === false) return;
        const [first] = upstream.conditions;
        const { program } = upstream;
        const typeOf = (of: string, local: string) => program.compiled(of).slotOf(local)?.type;
        options.states(showEnd(w, s, view, shown, typeOf), first === undefined || first.holds(w, s, view));
        return;
      }
      for (const { claim, holds } of upstream.conditions) {
        const wanted = claim.kind === 'forall';
        if (holds(w, s, view) === wanted) continue;
        const { line } = claim.place;
        const what = wanted
          ? 'does not hold'
          : claim.kind === 'exists'
            ? 'is reached'
            : 'is reached, and must not be';
        faults.fail('EXISTS', `${file}:${line}: ${claim.text} ${what}`);
      }
    },
    mutants,
  };
  return {
    scenario,
    assumed: () => assumptions(programs, race, options),
    lines: source.split('\n'),
    name: race.name,
    condition: race.claims.find(isCondition) ?? null,
  };
}

/** Words at the start of a line that no C has. */
const OTHER: readonly (readonly [line: RegExp, what: string, hint?: string])[] = [
  [/^(class|template|namespace|using)\b/, 'C++'],
  [/^(pub |fn |impl |use )/, 'Rust'],
  [/^(def \w+\(|import \w+\s*$|from \w+ import )/, 'Python'],
  [/^\s*<(!doctype|html|\?xml)\b/i, 'HTML', 'save the text of the page'],
  [/^(diff --git |--- a\/)/, 'a patch', 'racewalk check --patch FILE'],
  [/^(<{7}|>{7})( |$)/, 'a merge that is not finished', 'keep one side, and remove the marks'],
];

function refuseOtherLanguages(source: string, file: string): void {
  for (const [i, line] of masked(source).split('\n').entries()) {
    const [, what, hint = 'only C is read'] = OTHER.find(([pattern]) => pattern.test(line)) ?? [];
    if (what !== undefined) throw errorAt({ file, line: i + 1, column: 1 }, `this looks like ${what}`, hint);
  }
}

interface Built {
  readonly program: Program;
  readonly conditions: readonly Condition[];
  readonly filter: Condition | null;
}

const isCondition = ({ kind, text }: ClaimText): boolean => kind !== 'forbids' || text.startsWith('(');

/** The codes of `forbids DIRTY, UAF`. */
function codesOf({ text, place }: ClaimText): InvariantCode[] {
  return text
    .split(/[\s,]+/)
    .filter((c) => c !== '')
    .map((code) => {
      if (Object.hasOwn(INVARIANTS, code)) return code as InvariantCode;
      const near = nearest(code, Object.keys(INVARIANTS));
      const all = Object.keys(INVARIANTS).join(', ');
      throw errorAt(
        place,
        `no invariant is called ${code}`,
        near === null ? `one of ${all}` : `did you mean ${near}?`,
        'RACEWALK_C_RACE',
      );
    });
}

/** Compile every agent, so that what cannot be read is found before anything runs. */
function compileAll(
  units: readonly Unit[],
  race: RaceText,
  globals: ReadonlyMap<string, CType>,
  names: readonly string[],
  { config, repeat }: RaceOptions,
): Built {
  for (const unit of units) {
    const broken = syntaxError(unit, unit.root);
    if (broken !== null) throw broken;
  }
  const program = new Program(units, {
    globals,
    ...(config === undefined ? {} : { config }),
    repeats: repeat ?? true,
  });
  for (const name of names) program.compiled(name);
  const typeOf = (agent: string, local: string): CType | undefined =>
    program.functions.has(agent) ? program.compiled(agent).slotOf(local)?.type : undefined;
  return {
    program,
    conditions: race.claims.filter(isCondition).map((c) => compileCondition(c, program, globals, typeOf)),
    filter:
      race.filter === null
        ? null
        : compileCondition({ kind: 'forall', ...race.filter }, program, globals, typeOf),
  };
}

/** Whether an agent looks at what it loads from user memory. */
const readsUserMemory = (unit: Unit): boolean =>
  unit.user.length > 0 && /=\s*\*\w+\s*;|READ_ONCE\(\*\w+\)/.test(unit.text);

/** One agent. A parameter marked `__user` makes it user code. */
function agent(
  program: Program,
  f: CFunction,
  cpu: number,
  parameters: readonly Parameter[],
  asked: readonly ShownLocal[],
  options: RaceOptions,
): AgentSpec<RaceState> {
  const compiled = program.compiled(f.name);
  const { file, line } = placeOf(f.unit, f.node);
  const own = asked.filter((l) => l.agent === f.name);
  const kept = [...new Map(own.map((l) => [l.key, l])).values()];
  return {
    cpu,
    role: parameters.some((p) => p.user) ? 'user' : 'kernel',
    note: `${file.split('/').pop()}:${line}`,
    *run(m, s) {
      const user = new UserCpu(m, s.vma);
      hasPages(m, s.spares[cpu] ?? []);
      const args = parameters.map(({ name, type, user: mapped }): Value => {
        if (mapped) return new UserPointer(user, Number(/(\d+)$/.exec(name)?.[1] ?? 0), name);
        // What there is nothing for was refused when the race was read.
        return s.globals.get(name) ?? argument(s, name, type) ?? null;
      });
      const th = threadOf(m, s.globals, options);
      yield* runCall(th, compiled, args, function* (locals): Step<void> {
        for (const { key, local } of kept) {
          const found = compiled.slotOf(local);
          const word = s.ends.get(key);
          if (found === undefined || word === undefined) continue;
          const kept = toWord(m.world, locals[found.slot] ?? 0n, found.type) ?? 0;
          yield* write(word.cell, kept, { op: 'end', text: `${key} = ${kept}`, does: 'observe' });
        }
      });
    },
  };
}

/** What a reader has to know of the verdict. */
function assumptions(programs: readonly Program[], { stubs }: RaceText, { repeat }: RaceOptions): string[] {
  const all = (of: (p: Program) => Iterable<string>): string[] =>
    [...new Set(programs.flatMap((p) => [...of(p)]))].sort();
  const off = all((p) => [...p.off].filter((name) => !p.config.has(name)));
  const silent = all((p) => p.silent);
  const said = [
    off.length > 0 ? `taken as off: ${off.join(', ')}` : '',
    silent.length > 0 ? `without effect: ${silent.join(', ')}` : '',
    stubs.length > 0 ? `stubs of the file: ${stubs.join(', ')}` : '',
    repeat === false ? 'each plain load is made once' : 'the compiler may repeat plain loads, once each',
    'memory order: that of the hardware of each plug-in, or as --memory says',
  ];
  return said.filter((line) => line !== '');
}
