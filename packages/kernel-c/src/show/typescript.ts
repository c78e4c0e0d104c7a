/** A text in C as the TypeScript it amounts to: for people who want to see what runs, or to go on in TypeScript. */

import { Program } from '../lower/program.js';
import { syntaxError } from '../parse/syntax.js';
import { type CFunction, parseUnit, type Unit } from '../parse/unit.js';
import { fileVariables, withDeclarations } from '../race/file-level.js';
import { readInitial } from '../race/initial.js';
import { type RaceOptions, readRace } from '../race/scenario.js';
import { splitRace } from '../race/split.js';
import { type CType, typeText } from '../types/ctype.js';
import { Types } from '../types/declare.js';
import { camel } from './expressions.js';
import { Statements } from './statements.js';
import { localsOf } from './types.js';

const AGENT = /^P\d+$/;

const HEAD = [
  '// Integers have the widths and conversions of C; goto.LABEL goes to the comment with that label.',
  '// c.NAME() is written in @racewalk/kernel-c: racewalk c names NAME says what it does.',
];

/** One function; an agent gets what it shares from the state. */
function functionText(
  unit: Unit,
  units: readonly Unit[],
  f: CFunction,
  globals: ReadonlyMap<string, CType>,
): string[] {
  const types = new Types(units);
  const declared = f.parameters.map((p) => ({
    ...types.declared(p.childForFieldName('declarator'), types.ofDeclaration(p)),
    user: unit.user.some((at) => at >= p.startIndex && at <= p.endIndex),
  }));
  const params = declared.filter(({ name }) => name !== '');
  const locals = new Map([
    ...localsOf(types, f.body),
    ...params.map(({ name, type }) => [name, type] as const),
  ]);
  const user = new Set(params.filter((p) => p.user).map(({ name }) => name));
  const agent = AGENT.test(f.name);
  const names = params.filter((p) => !agent || !p.user).map(({ name }) => camel(name));
  const list = agent
    ? `m, { ${[...names, ...(user.size > 0 ? ['vma'] : [])].join(', ')} }`
    : ['m', ...names].join(', ');
  const shown = params.map(({ name, type }) => `${camel(name)}: ${typeText(type).trim()}`).join(', ');
  const body = new Statements({ types, units, locals, globals, user }, unit).body(f.body, 1);
  return [
    `/* ${f.name}(${shown}), ${unit.file}:${unit.lineOf(f.node.startPosition.row)} */`,
    `function* ${camel(f.name)}(${list}) {`,
    ...(user.size > 0 ? ['  const user = new UserCpu(m, vma);'] : []),
    ...body,
    '}',
  ];
}

/** Whether a text is a race: it has agents. */
const isRace = (source: string): boolean => /^\s*(?:\w+\s+)?P\d+\s*\(/m.test(source);

/**
 * Print a race, or functions, as TypeScript. Throws at what cannot be read, with the place, as running it does; `loadC`
 * must have been awaited.
 */
export function showTypeScript(source: string, file: string, options: RaceOptions = {}): string {
  const race = isRace(source);
  // What cannot be compiled is refused before any of it is printed.
  if (race) readRace(source, file, options);
  const split = race ? splitRace(source, file) : null;
  const written = withDeclarations(split?.code ?? source);
  const unit = parseUnit(written.text, file);
  const broken = syntaxError(unit, unit.root);
  if (broken !== null) throw broken;
  const functions = [...unit.functions.values()];
  const program = new Program([unit], options.config === undefined ? {} : { config: options.config });
  if (!race) for (const { name } of functions) program.compiled(name);
  const types = new Types([unit]);
  const variables =
    split === null
      ? []
      : [
          ...fileVariables(unit, types, new Set(written.perCpu)),
          ...readInitial(split.initial, split.initialPlace, types).variables,
        ];
  const globals = new Map(variables.map(({ name, type }) => [name, type] as const));
  const parts = functions.map((f) => functionText(unit, [unit], f, globals));
  return `${[...HEAD, ...parts.flatMap((lines) => ['', ...lines])].join('\n')}\n`;
}
