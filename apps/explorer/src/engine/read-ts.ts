/**
 * A race as a TypeScript or JavaScript module. Types are taken away line by line, imports of Racewalk lead to what the worker has
 * loaded, and the module is imported from a blob. Nothing is evaluated from a string: the policy of
 * [sandbox.html](../../sandbox.html) would refuse it.
 */

import {
  droppedCall,
  forgottenYield,
  hiddenState,
  isGenerator,
  keptState,
  placeAt,
} from '@racewalk/cli/dropped-calls';
import { namedText } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { ReadText, SourceText } from '@racewalk/fleet/web-worker';
import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type Program, parse } from 'acorn';
import { transform } from 'sucrase';
import { withAddresses } from './imports.js';
import { refuseNoText } from './texts.js';

const at = (file: string, line: number, column: number, message: string, hint: string): RacewalkError =>
  new RacewalkError('RACEWALK_FILE', `${file}:${line}:${column}: ${message}`, { hint });

/** JavaScript, with the same lines. */
function withoutTypes({ text, file }: SourceText): string {
  if (!/ts$/.test(file)) return text;
  try {
    return transform(text, { transforms: ['typescript'], disableESTransforms: true }).code;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const [, what = message, line = '1', column = '1'] = /^(.*) \((\d+):(\d+)\)$/s.exec(message) ?? [];
    throw at(file, Number(line), Number(column), what, 'this is no TypeScript');
  }
}

function treeOf(javascript: string, file: string): Program {
  try {
    return parse(javascript, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (cause) {
    const { loc, message } = cause as { loc?: { line: number; column: number }; message: string };
    const what = message.replace(/ \(\d+:\d+\)$/, '');
    throw at(file, loc?.line ?? 1, (loc?.column ?? 0) + 1, what, 'the text must be an ES module');
  }
}

/** The error of a module that failed while it was loaded. */
function failed(file: string, cause: unknown): Error {
  if (cause instanceof RacewalkError) return cause;
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const [, line = '1', column = '1'] = stack.split(`/${file}:`)[1]?.match(/^(\d+):(\d+)/) ?? [];
  return at(file, Number(line), Number(column), why, 'the code of the module failed at this place');
}

const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { setup?: unknown }).setup === 'function' &&
  typeof (value as { agents?: unknown }).agents === 'object';

/** Read a race; throws with file, line and column. */
export async function readModule(source: SourceText): Promise<ReadText> {
  const { file, text } = source;
  refuseNoText(source, 'race', 'TypeScript', 'RACEWALK_FILE');
  const javascript = withoutTypes(source);
  const tree = treeOf(javascript, file);
  const module = withAddresses(javascript, tree, (offset, message, hint) => {
    const { line, column = 1 } = placeAt(javascript, offset);
    return at(file, line, column, message, hint);
  });
  const generators = [...module.values].flatMap(([name, value]) => (isGenerator(value) ? [name] : []));
  const dropped = droppedCall(text, javascript, new Set(generators));
  if (dropped !== null) throw forgottenYield(file, dropped);
  const kept = keptState(javascript);
  if (kept !== null) throw hiddenState(file, kept);
  const blob = new Blob([module.text, namedText(file)], { type: 'text/javascript' });
  const url = URL.createObjectURL(blob);
  try {
    const all = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
    const races = [...new Set(Object.values(all).flat().filter(isScenario))];
    const [race] = races;
    if (race === undefined) {
      throw new RacewalkError('RACEWALK_NO_SCENARIO', `${file} exports no scenario`, {
        hint: 'export what defineScenario() of @racewalk/mm returns',
      });
    }
    if (races.length > 1) {
      throw new RacewalkError(
        'RACEWALK_USAGE',
        `${file} exports ${races.length} races: ${races.map(({ id }) => id).join(', ')}`,
        {
          hint: 'export one of them here; racewalk check takes files with several',
        },
      );
    }
    return { scenario: defineScenario(race), assumed: [] };
  } catch (cause) {
    throw failed(file, cause);
  } finally {
    URL.revokeObjectURL(url);
  }
}
