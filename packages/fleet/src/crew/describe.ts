/** Where in a search somebody was, for people. */
import { type MatrixCell, traceOf } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import { replay } from '@racewalk/explorer';
import { type BuiltScenario, buildScenario, withMemory } from '@racewalk/machine';
import type { DescribeAnswer, DescribeTask } from './task.js';

/** The last so many steps are spelt out. */
const SHOWN = 12;

/** The steps in words, and a token. */
export function describeSteps(cell: MatrixCell, task: DescribeTask): DescribeAnswer {
  const plugin = withMemory(cell.plugin, task.search.memory);
  const built = buildScenario(cell.scenario, plugin, cell.variant, cell.sizes[task.size] ?? {});
  const memory = task.search.memory ?? built.program.memory;
  const path = pathOf(built, memory, task.steps);
  const recording = replay(built.program, path, { memory });
  const names = recording.steps.map((step) => `${built.program.threads[step.thread]?.name} ${step.label}`);
  const { token } = traceOf({
    scenario: cell.scenario,
    built,
    variant: cell.variant,
    memory,
    path,
    recording,
  });
  const earlier = names.length > SHOWN ? [`${names.length - SHOWN} steps`] : [];
  return {
    kind: 'described',
    text: [...earlier, ...names.slice(-SHOWN)].join(', ') || 'the first one',
    ...(token === undefined ? {} : { token }),
  };
}

/** In a path an alternative stands only behind a CHOOSE: replay says which steps these are. */
function pathOf(
  { program }: BuiltScenario,
  memory: MemoryModelName,
  steps: DescribeTask['steps'],
): readonly number[] {
  const path: number[] = [];
  for (const [agent, choice] of steps) {
    path.push(agent, ~choice);
    if (replay(program, path, { memory }).divergence !== undefined) path.pop();
  }
  return path;
}
