/** A token on the command line, in a file, or in a trace file. */

import type { TokenParts } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import { decodeToken, mentionsToken, parseTrace, type TokenData, tokenIn } from '@racewalk/trace';
import { elsewhereHints } from '../cells.js';
import type { Context } from '../context.js';
import { readText } from './files.js';

const isToken = (text: string): boolean => /^[\s>|]*rw\d+:/.test(text);

/** The token itself, or the one in the file that is named: a token, a mail with a token, or a trace. */
export function tokenFrom(context: Context, given: string): TokenData {
  if (isToken(given)) return decodeToken(tokenIn(given));
  const text = readText(context, given);
  if (!text.trimStart().startsWith('{') && mentionsToken(text)) return decodeToken(tokenIn(text));
  const { token } = parseTrace(text);
  if (token !== undefined) return decodeToken(token);
  throw new RacewalkError('RACEWALK_NO_TOKEN', `the trace in ${given} has no token`, {
    hint: 'make one that has: racewalk explain TEST --format json --output FILE',
  });
}

function notHere(what: 'TEST' | 'ARCH', name: string, option: string): RacewalkError {
  return new RacewalkError(`RACEWALK_UNKNOWN_${what}`, `the token is about the ${name}, which is not here`, {
    hint: `if it comes from a file, say which: ${option}`,
  });
}

/** What the names in a token stand for; throws `RACEWALK_UNKNOWN_TEST` or `RACEWALK_UNKNOWN_ARCH`. */
export function partsOf(context: Context, token: TokenData): TokenParts {
  const { registry, suite } = context.bench;
  const scenario = registry.scenarios.find((known) => known.id === token.scenario);
  const plugin = registry.archs.find((known) => known.id === token.arch);
  if (scenario === undefined) throw notHere('TEST', `race test ${token.scenario}`, '--scenarios FILE');
  if (plugin === undefined) throw notHere('ARCH', `architecture ${token.arch}`, '--arch FILE');
  const variant = registry.variant(token.variant, [token.scenario]);
  const [cell] = suite.plan({ test: token.scenario, archs: [token.arch], variant }).cells;
  return { scenario, plugin, hints: cell === undefined ? [] : elsewhereHints(context, cell) };
}
