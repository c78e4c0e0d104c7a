/** Races of kernel code. */
import { defineBareScenario, type ScenarioSpec, type World } from '@racewalk/machine';
import { linux } from './linux.js';

/** What was returned by {@link defineScenario}: to define it again checks it again, and leaves its author's place. */
const defined = new WeakSet<object>();

/**
 * A race on a machine that runs Linux. Checks its form and freezes it. `setup` is called once for each size and variant, agents once for each
 * history, observers inside the steps of every execution, `finally` at the end of each. `ScenarioSpec` has a whole example.
 *
 * @throws RacewalkError `RACEWALK_BAD_SCENARIO`
 */
export function defineScenario<S>(spec: ScenarioSpec<S>): ScenarioSpec<S> {
  if (defined.has(spec)) return defineBareScenario(spec);
  const onLinux = {
    setup(w: World) {
      linux(w);
      return spec.setup(w);
    },
  };
  // What is no plain function is refused as it is.
  const plain = typeof spec.setup === 'function' && spec.setup.constructor === Function;
  const scenario = defineBareScenario({ ...spec, ...(plain ? onLinux : {}) });
  defined.add(scenario);
  return scenario;
}
