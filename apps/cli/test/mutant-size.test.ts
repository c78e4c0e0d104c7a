/** A mutant is a small patch, or a small agent: at most six lines, or it says here why it is longer. */
import ts from 'typescript';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

/** More than this needs a reason. */
const MOST = 6;

/** Lines of a statement, were none of them too long for a line. */
function linesOf(node: ts.Node): number {
  // The runner that transforms sources leaves `;` behind loops.
  if (ts.isEmptyStatement(node)) return 0;
  if (ts.isBlock(node)) return node.statements.reduce((sum, statement) => sum + linesOf(statement), 0);
  let inner = 0;
  ts.forEachChild(node, (child) => {
    // A body in braces adds its lines and the closing brace; a body without braces stands on the line itself.
    if (ts.isBlock(child)) inner += linesOf(child) + 1;
  });
  return 1 + inner;
}

/** Lines between the first and the last of a function. */
function sizeOf(body: unknown): number {
  const text = String(body);
  const source = /^(async )?(function|\(|\w+ =>)/.test(text) ? `(${text})` : `({ ${text} })`;
  const file = ts.createSourceFile('patch.js', source, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  let lines = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) lines = linesOf(node.body);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}

const CONDITION =
  'leaves out a condition, which no name stands for: the function stands here again without it';
const MOVED = 'has the same calls in another order';
const FORM = 'is another form of the function, with calls of its own';

/** Mutants that are longer, with the reason. */
const LONGER: Readonly<Record<string, string>> = {
  'contpte/teardown-keeps-young stashes-dirty-only': FORM,
  'contpte/lockless-vs-half-cleared insists-on-whole': FORM,
  'mremap/move-vs-reclaim flush-dirty-only': FORM,
  'thp/move-vs-retract moves-nothing': CONDITION,
  'thp/move-vs-retract trusts-first-look': MOVED,
  'contpte/exit-without-flush while-a-thread-runs: zap':
    'is the teardown of the other races, as it stands there',
  'contpte/teardown-vs-walker read-then-store: zap': FORM,
  'switch/mask-before-load no-barrier: unmap': FORM,
};

/** Lines of an agent that stands with the mutant; none if the race has one of the same text. */
const sizeOfAgent = (run: unknown, known: readonly string[]): number =>
  known.includes(String(run)) ? 0 : sizeOf(run);

const sizes = new Map(
  CATALOGUE.scenarios.flatMap(({ id, agents: own, mutants }) => {
    const known = Object.values(own).map(({ run }) => String(run));
    return Object.entries(mutants).flatMap(([name, { patch = {}, agents = {} }]): [string, number][] => [
      [`${id} ${name}`, Object.values(patch).reduce((sum: number, body) => sum + sizeOf(body), 0)],
      ...Object.entries(agents).map(([agent, { run }]): [string, number] => [
        `${id} ${name}: ${agent}`,
        sizeOfAgent(run, known),
      ]),
    ]);
  }),
);

it('a mutant, and an agent of its own, has at most six lines, unless it differs in more than one call', () => {
  const long = [...sizes].filter(([name, size]) => size > MOST && LONGER[name] === undefined);
  expect(long).toEqual([]);
});

it('no reason is left over', () => {
  const over = Object.keys(LONGER).filter((name) => (sizes.get(name) ?? 0) <= MOST);
  expect(over).toEqual([]);
});
