/** Races of kernel code. */
import { defineBareScenario, type ScenarioSpec, type World } from '@racewalk/machine';
import { linux } from './linux.js';

/** A race on a machine that runs Linux. Checks its form and freezes it; throws `RACEWALK_BAD_SCENARIO`. */
export function defineScenario<S>(spec: ScenarioSpec<S>): ScenarioSpec<S> {
  return defineBareScenario({
    ...spec,
    setup(w: World) {
      linux(w);
      return spec.setup(w);
    },
  });
}
