/**
 * Runs the schedule of a token again. If the code has changed since the token was made, it says so and
 * names the first step that differs; it never shows something else silently.
 */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { MEMORY_MODELS, type MemoryModelName } from '@racewalk/core/step';
import { type Recording, replay, shrink } from '@racewalk/explorer';
import { buildScenario, type Scenario, withMemory } from '@racewalk/machine';
import type { TokenData, Trace } from '@racewalk/trace';
import { withCauses } from './causes.js';
import { fingerprintOf, firstDifference, splitText } from './fingerprint.js';
import { traceOf } from './record.js';
import { tidyPath } from './tidy.js';

/** What a token names, looked up by the caller. */
export interface TokenParts {
  readonly scenario: Scenario;
  readonly plugin: ArchPlugin;
  /** Further hints for the trace. */
  readonly hints?: readonly string[];
}

function memoryOf(token: TokenData): MemoryModelName {
  const memory = MEMORY_MODELS.find((model) => model === token.memory);
  if (memory !== undefined) return memory;
  throw new RacewalkError('RACEWALK_UNSUPPORTED', `memory model ${token.memory} is not yet modelled`, {
    expected: MEMORY_MODELS.join(' or '),
  });
}

function stale(what: string): RacewalkError {
  return new RacewalkError(
    'RACEWALK_TOKEN_STALE',
    `the code has changed since this token was made: ${what}`,
    {
      hint: 'make a new token: racewalk explain TEST --arch ARCH --variant VARIANT',
    },
  );
}

/** Whether the race was read from the text that the token was made with; throws. */
function checkText({ fingerprint, scenario: test }: TokenData, { text, source }: Scenario): void {
  const { text: made } = splitText(fingerprint);
  // A token without a checksum is of a race in TypeScript, or older: its steps are compared all the same.
  if (made === null || made === text) return;
  const hint = 'give the file as it was; a new token is made by: racewalk explain FILE --variant VARIANT';
  const refuse = (what: string, way: string): RacewalkError =>
    new RacewalkError('RACEWALK_TOKEN_TEXT', what, { hint: way });
  if (text === undefined) throw refuse(`the token is of ${test} in a text, and this race is from none`, hint);
  const [same, now] = [made.split('+')[0] === text.split('+')[0], 'the same --config and --plain'];
  throw same
    ? refuse(
        `the token was made with other CONFIG symbols, or another --plain, than ${source} is read with`,
        `give ${now}`,
      )
    : refuse(`the token was made with another text than ${source} has now`, hint);
}

/** The first step of a recording that is not what the token was made from; throws. */
function checkSame(token: TokenData, trace: Trace, recording: Recording): void {
  const { divergence } = recording;
  const difference = firstDifference(splitText(token.fingerprint).steps, fingerprintOf(trace));
  const step = difference?.at === 'step' ? difference.step : Number.POSITIVE_INFINITY;
  const event = trace.events[step];
  if (event !== undefined) {
    const agent = trace.agents.find((a) => a.id === event.agent)?.name ?? `agent ${event.agent}`;
    const now = `${agent}: ${event.label} ${event.text}`.trim();
    throw stale(`step ${step + 1} differs, it is now "${now}"`);
  }
  if (divergence !== undefined) {
    const { expected, found } = divergence;
    throw stale(`step ${divergence.step + 1} differs: expected ${expected}, found ${found}`);
  }
  if (difference?.at === 'step') throw stale(`step ${step + 1} differs: the schedule now ends before it`);
  if (difference?.at === 'start') throw stale('its agents differ, before step 1');
  if (difference?.at === 'end') throw stale('the same steps now end differently');
}

/**
 * Replay a token.
 *
 * @throws RacewalkError `RACEWALK_TOKEN_TEXT` if the race was read from another text, `RACEWALK_TOKEN_STALE` if the code
 * has changed since, `RACEWALK_UNKNOWN_VARIANT`
 */
export function replayToken(token: TokenData, parts: TokenParts): Trace {
  const memory = memoryOf(token);
  const { scenario } = parts;
  checkText(token, scenario);
  const plugin = withMemory(parts.plugin, memory);
  const built = buildScenario(scenario, plugin, token.variant, token.params);
  const recording = replay(built.program, token.path, { memory, stacks: true });
  const trace = traceOf({
    scenario,
    built,
    variant: token.variant,
    memory,
    path: token.path,
    recording,
    hints: parts.hints ?? [],
  });
  checkSame(token, trace, recording);
  return withCauses(trace, built.program, token.path);
}

/**
 * A shorter schedule with the same fault, as a trace with a token of its own.
 *
 * @param ms - time limit in milliseconds; without it, only the number of states is limited
 * @throws RacewalkError as {@link replayToken}, and `RACEWALK_NOTHING_BROKEN` if there is no fault
 */
export function shrinkToken(token: TokenData, parts: TokenParts, ms = Number.POSITIVE_INFINITY): Trace {
  const before = replayToken(token, parts);
  const { fault, stats } = before;
  if (fault === null) {
    throw new RacewalkError('RACEWALK_NOTHING_BROKEN', 'no invariant breaks in this schedule', {
      hint: 'only a counterexample can be made shorter',
    });
  }
  const memory = memoryOf(token);
  const plugin = withMemory(parts.plugin, memory);
  const { program } = buildScenario(parts.scenario, plugin, token.variant, token.params);
  const found = { ...fault, path: token.path, steps: stats.steps, preemptions: stats.preemptions };
  const path = tidyPath(shrink(program, found, { memory, ms }).path);
  const built = buildScenario(parts.scenario, plugin, token.variant, token.params);
  const trace = traceOf({
    scenario: parts.scenario,
    built,
    variant: token.variant,
    memory,
    path,
    recording: replay(built.program, path, { memory, stacks: true }),
    hints: parts.hints ?? [],
  });
  return withCauses(trace, built.program, path);
}
