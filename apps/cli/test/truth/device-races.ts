/** A device whose faults are served in vain, or not at once. */
import { addrOf } from '@racewalk/core';
import { atomic, type Step, write } from '@racewalk/core/step';
import { type Machine, SvaDevice, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

function setup(w: World) {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), {});
  return { vma, sva: new SvaDevice(w, vma, 'iommu', { rewalks: true }), calls: w.word('calls') };
}
type State = ReturnType<typeof setup>;

/** The handler says `true` each time; it makes the page young at call `helpsAt`, or never. */
const served = (id: string, helpsAt: number) =>
  defineScenario<State>({
    id: `truth/${id}`,
    title: id,
    source: 'own',
    about: id,
    invariants: ['LIVE'],
    params: {},
    setup,
    agents: {
      device: {
        cpu: 8,
        role: 'device',
        *run(m, s) {
          yield* s.sva.access(m, 0, 'load', function* (m2: Machine, ptep): Step<boolean> {
            if (helpsAt === Number.POSITIVE_INFINITY) return true;
            const count = (mem: Int32Array, base: number): number =>
              (mem[base + s.calls] = (mem[base + s.calls] ?? 0) + 1);
            const calls = yield* atomic([s.calls], count, 'a call');
            if (calls < helpsAt) return true;
            const young = m2.v.pteMkyoung(yield* m2.pte.ptepGet(ptep));
            yield* m2.pte.setPteAt(s.vma.mm, addrOf(ptep.vpn), ptep, young);
            return true;
          });
        },
      },
    },
    mutants: {
      idle: {
        what: 'nothing',
        breaks: 'LIVE',
        why: 'nothing',
        agents: {
          device: {
            cpu: 8,
            role: 'device',
            *run(_m, s) {
              yield* write(s.calls, 1, 'nothing');
            },
          },
        },
      },
    },
  });

export const inVain = served('served-in-vain', Number.POSITIVE_INFINITY);
export const late = served('served-at-the-ninth-call', 9);
