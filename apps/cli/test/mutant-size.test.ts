/** A mutant is a small patch, or a small agent: at most six lines. */
import ts from 'typescript';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

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

it('a mutant, and an agent of its own, has at most six lines', () => {
  const long = [...sizes].filter(([, size]) => size > MOST);
  expect(long).toEqual([]);
});
