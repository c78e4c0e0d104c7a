import type { Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from './automaton/automata.js';
import { searchDpor } from './dpor/search.js';
import { DporState } from './dpor/state.js';
import { NondeterminismError } from './errors.js';
import { Machine } from './memory/machine.js';
import { pathOf } from './memory/path.js';
import { type Stop, Tally } from './tally.js';
import type { Counterexample, ExploreOptions, Report, ReportCommon } from './types.js';

export function explore(program: Program, options: ExploreOptions = {}): Report {
  const auto = new Automata(program, options.memory ?? program.memory);
  auto.start();
  for (;;) {
    const tally = new Tally(options);
    const m = new Machine(auto);
    const s = new DporState(m);
    let first: Counterexample | undefined;
    try {
      s.reset();
      const stop: Stop = searchDpor(s, tally, () => {
        first ??= {
          code: m.faultCode,
          message: m.faultMessage,
          path: pathOf(m),
          steps: m.depth,
          preemptions: 0,
        };
        if (tally.stopAtFirst) return 'stop';
        m.faultCode = '';
        return 'go on';
      });
      const common: ReportCommon = {
        executions: tally.executions,
        blocked: tally.blocked,
        steps: tally.steps,
        ms: tally.ms,
        deadlocks: tally.deadlocks,
        nodes: auto.count,
        ...(first === undefined ? {} : { firstFault: first }),
      };
      if (stop === 'fault') return { ...common, verdict: 'counterexample', counterexample: first! };
      if (stop === 'exhausted') return { ...common, verdict: 'exhausted' };
      if (stop === 'interrupted') throw new Error('later');
      return { ...common, verdict: 'bounded', bound: stop };
    } catch (error) {
      if (error instanceof RestartSignal) continue;
      if (error instanceof NondeterminismError)
        return {
          executions: 0,
          blocked: 0,
          steps: 0,
          ms: tally.ms,
          deadlocks: 0,
          nodes: auto.count,
          verdict: 'nondeterministic',
          detail: error.message,
        };
      throw error;
    }
  }
}
