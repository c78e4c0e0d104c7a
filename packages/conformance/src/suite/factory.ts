/**
 * First of all: two worlds of one plug-in share nothing, and a plug-in behaves the same twice.
 */

import { type ArchPlugin, PTE_OPS, RacewalkError } from '@racewalk/core';
import { effectOf } from '@racewalk/core/step';
import { runAlone } from '@racewalk/machine';
import { buildTable, type TableSpec } from '../laws/table.js';
import { type Arguments, TRIALS } from '../laws/trials.js';

/** Why a plug-in fails a check of its own. */
export function pluginFault(arch: ArchPlugin, message: string, hint?: string): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_PLUGIN', `plug-in ${arch.id}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

const MIXED = [false, true, false, true];

const TABLE: TableSpec = {
  blocks: (['folded', 'unfolded', 'folded'] as const).map((kind) => ({
    kind,
    write: true,
    wrprotected: false,
    dirty: MIXED,
    young: MIXED,
    cleared: MIXED,
  })),
};

const ARGUMENTS: Arguments = { at: 1, nr: 5, flag: true, write: true, dirty: true, young: true };

/** What one operation did: in words, and to compare. */
interface Told {
  readonly words: string;
  readonly steps: string;
}

/** Every operation once. */
function story(arch: ArchPlugin): Told[] {
  return PTE_OPS.flatMap((op) =>
    TRIALS[op].map((trial) => {
      const hole = {
        from: 1,
        nr: 5,
        holds: trial.before === 'swap' ? ('swap' as const) : ('nothing' as const),
      };
      const t = buildTable(arch, trial.before === 'present' ? TABLE : { ...TABLE, hole }, false);
      const { steps } = runAlone(t.world.cells.cells, () => trial.call(t, ARGUMENTS));
      return {
        words: `${op}: ${steps.map((s) => s.op.label).join(', ')}`,
        steps: JSON.stringify(steps.map((s) => [s.op.kind, effectOf(s.op), s.op.a, s.op.b, s.result])),
      };
    }),
  );
}

/** Throws `RACEWALK_BAD_PLUGIN` if two instances are not isolated from each other. */
export function checkFactory(make: () => ArchPlugin): void {
  const [arch, again] = [make(), make()];
  if (!Object.isFrozen(arch)) throw pluginFault(arch, 'is not frozen', 'make it with defineArch');
  if (arch.id !== again.id) throw pluginFault(arch, `is called ${again.id} the second time`);
  const [one, two] = [buildTable(arch, TABLE, false), buildTable(arch, TABLE, false)];
  if (one.machine.pte === two.machine.pte) {
    throw pluginFault(arch, 'two machines share one set of operations', 'let `ops` make a new object');
  }
  const first = story(arch);
  const second = story(again);
  const at = first.findIndex(({ steps }, i) => steps !== second[i]?.steps);
  if (at < 0) return;
  throw pluginFault(
    arch,
    `does not behave the same twice: first "${first[at]?.words}", then "${second[at]?.words}"`,
    'operations must keep no state outside their own locals',
  );
}
