import { addrOf, type Mm, type Vma } from '@racewalk/core';
import { awaitWord, type Cell, read, write } from '@racewalk/core/step';
import { nothing, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, followAnonVmas, linux } from '@racewalk/mm';

interface Family {
  /** The two areas of the parent, and those that fork makes of them. */
  readonly parent: readonly [Vma, Vma];
  readonly child: readonly [Vma, Vma];
  readonly childMm: Mm;
  readonly page: Folio;
  readonly forked: Cell;
}

/**
 * A process whose ancestors are gone. `mid` is the one of its parent, which had taken it over from a process before; `left` is of a
 * process between the two: it lists areas of later ones, is the own one of none, and none was forked from it. Each of the two areas has
 * one of its own besides.
 */
function setup(w: World): Family {
  const [parentMm, childMm] = [w.mm('parent'), w.mm('child')];
  const areas = (mm: Mm): readonly [Vma, Vma] => [
    w.vma({ mm, pages: 1, start: 0x10, name: `${mm.name}.a` }),
    w.vma({ mm, pages: 1, start: 0x20, name: `${mm.name}.b` }),
  ];
  const [parent, child] = [areas(parentMm), areas(childMm)];
  const page = linux(w).folio({ name: 'page', pages: 1 });
  linux(w).mapFolio(parent[1], page, { young: true, dirty: true });
  page.areas.push({ vma: child[1], start: child[1].start });
  followAnonVmas(w, {
    anonVmas: [
      ['root', null],
      ['mid', 'root'],
      ['left', 'mid'],
      ['a', 'mid'],
      ['b', 'mid'],
    ],
    spare: 2,
    areas: [
      { vma: parent[0], own: 'a', chain: ['root', 'mid', 'left', 'a'] },
      { vma: parent[1], own: 'b', chain: ['root', 'mid', 'left', 'b'] },
      { vma: child[0] },
      { vma: child[1] },
    ],
    folios: [[page, 'b']],
  });
  return { parent, child, childMm, page, forked: w.word('the child', 0, (x) => (x ? 'runs' : 'is not yet')) };
}

/** Race E10. */
export const anonVmaReuse: Scenario = defineScenario<Family>({
  id: 'rmap/anon-vma-reuse',
  title: 'Two areas get the same anon_vma, and are merged',
  source: 'CVE-2022-42703, Linux 2555283eb40d (6.0)',
  about:
    'Fork gives an area an anon_vma of an older process that is gone, instead of a new one. Two areas of one process are merged if they have the same anon_vma, because then the same anon_vmas list both. Is that true? Only if fork never gives one anon_vma to two areas. A single count for children and areas together cannot tell an anon_vma that no area uses from one that an area has just got, and gives it away twice. Then the anon_vma that the page points to does not list the merged area: when the parent exits it is freed, and the page still points to it.',
  invariants: ['RMAP'],
  params: { block: 1 },
  setup,
  agents: {
    parent: {
      cpu: 0,
      role: 'kernel',
      note: 'forks, and exits',
      *run(m, { parent, child, forked }) {
        yield* m.k.anonVmaFork(child[0], parent[0]);
        yield* m.k.anonVmaFork(child[1], parent[1]);
        yield* m.k.copyPageRange(child[1], parent[1]);
        yield* write(forked, 1, 'wake_up_new_task');
        yield* m.k.zapPageRangeSingle(parent[1], addrOf(parent[1].start), addrOf(1), null);
        yield* m.k.unlinkAnonVmas(parent[0]);
        yield* m.k.unlinkAnonVmas(parent[1]);
      },
    },
    child: {
      cpu: 1,
      role: 'kernel',
      note: 'merges its areas (mprotect)',
      *run(m, { child, childMm, forked }) {
        yield* awaitWord(forked, (x) => x === 1, 'the child runs');
        yield* m.lock(childMm.mmapLock);
        yield* m.k.vmaMerge(child[0], child[1]);
        yield* m.unlock(childMm.mmapLock);
      },
    },
    reclaim: {
      cpu: 2,
      role: 'kernel',
      note: 'walks the reverse map',
      *run(m, { page }) {
        yield* m.k.rmapWalk(page, {
          *rmapOne() {
            yield* nothing();
            return true;
          },
        });
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    degree: {
      what: 'one count of children and areas, as until 5.19',
      breaks: 'RMAP',
      why: 'a count of 1 may be an area instead of a child: two areas get one anon_vma, and are listed by different ones',
      patch: {
        *anonVmaMayBeReused(_m, { name, numChildren, numActiveVmas }) {
          const children = yield* read(numChildren, { op: 'degree', text: name });
          return children + (yield* read(numActiveVmas, { op: 'degree', text: name })) < 2;
        },
      },
    },
  },
});
