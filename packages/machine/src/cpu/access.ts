/**
 * Accesses at virtual addresses, of user code and of the kernel, and the hardware walker that translates them.
 *
 * An access is at least two steps: a translation, from the TLB of its CPU or by a walk that fills the TLB (and updates
 * access and dirty state in the same step in which it read the entry), and its use. Between the two, or between
 * two accesses, anything may happen, including an invalidation: then the access translates again. What the TLB
 * may answer with is in `tlb/tlbs.ts`, and belongs to the CPU: any agent there may have put it there, or nobody.
 *
 * A look-up and a walk are one step where the TLB could answer nothing that the walk would not: to hit or to miss then makes
 * no difference. Where it could, every answer is an alternative, and the walk is one more.
 */

import {
  type AccessKind,
  blockOf,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  RacewalkError,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, choose, type Step, type Word } from '@racewalk/core/step';
import { call } from '../agent/call.js';
import { describePte } from '../entries/describe.js';
import { walkEntry } from '../entries/leaf-walk.js';
import { MemoryView } from '../observers/view.js';
import { type MemoWalker, memoWalker } from '../world/memo-walker.js';
import type { Runs } from '../world/spaces.js';
import type { Machine } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import type { AccessOptions } from './access-options.js';
import {
  ANSWERS,
  answerCode,
  answersOf,
  answerText,
  type LooksUp,
  refuses,
  showsOf,
  siblingsOf,
} from './answers.js';
import { returnFromException, takeException } from './faults.js';
import { helpedAgain } from './goes-round.js';
import { evictLate, keepOrEvict } from './late-dirty.js';
import { lookUp } from './look-up.js';
import {
  dropPage,
  faulted,
  mayRefuse,
  newTries,
  pageText,
  type Refused,
  refusedAgain,
  twoSizes,
} from './refused.js';
import { blocksConflict, sizesConflict } from './sizes.js';
import { updateLater } from './two-steps.js';
import { HARDWARE_WALK, walkUpper } from './upper.js';
import { type AlsoHolds, GONE, useTranslation } from './use.js';
import { AGAIN, FAULTS, FROM_THE_TOP, LATER, LOST, UPDATES, walkText } from './walk-result.js';

/** Accesses of one agent to an area: those of user code, or of the kernel to the memory of its process. */
export class UserCpu {
  /** When an access can be made: while user code of its address space runs on the CPU. */
  readonly #when: Runs;
  readonly #walker: MemoWalker;
  #lost = false;

  constructor(
    readonly m: Machine,
    readonly vma: Vma,
    readonly options: AccessOptions = {},
  ) {
    this.#when = m.world.spaces.when(m.cpu, vma);
    const { walker } = options;
    this.#walker = walker === undefined ? m.world.walker : memoWalker(walker, m.v.pteValid);
    if (m.world.tlbs.cpus.includes(m.cpu)) return;
    throw new RacewalkError(
      'RACEWALK_BAD_SCENARIO',
      `${m.agent || 'an agent'} accesses memory on cpu${m.cpu}, which has no TLB`,
      {
        expected: 'an agent of role user, or of role kernel in a race that does not leave out `kernelTlbs`',
      },
    );
  }

  /** Load from a page of the area; false if it ends in SIGSEGV. Pages are counted from the area's start. */
  *load(page: number): Step<boolean> {
    return (yield* call(this.loadValue(page), this.m.keeps, this.options)) !== null;
  }

  /** The same; returns the contents of the frame (0 where contents are not followed), or null for SIGSEGV. */
  loadValue(page: number): Step<Word | null> {
    return this.#access(this.vma.start + page, 'load', 0);
  }

  /** Store to a page of the area (`value`, where contents are followed); false if it ends in SIGSEGV. */
  *store(page: number, value: Word = 1): Step<boolean> {
    const stored = this.#access(this.vma.start + page, 'store', value);
    return (yield* call(stored, this.m.keeps, this.options)) !== null;
  }

  *#access(vpn: Vpn, access: AccessKind, value: Word): Step<Word | null> {
    const tries = newTries();
    for (;;) {
      const reached = this.reach(vpn - this.vma.start, access, value, undefined, tries);
      const held = yield* call(reached, tries, this.m.keeps, this.options);
      if (held !== GONE) return held;
    }
  }

  /**
   * One access that ends where a translation it depends on has gone: of this area, or what `also` names, of the level
   * before. Then it returns `GONE`, and has had no effect; else as `loadValue`. For walkers that combine areas.
   */
  *reach(
    page: number,
    access: AccessKind,
    value: Word,
    also?: AlsoHolds,
    tries = newTries(),
  ): Step<Word | null> {
    const { m } = this;
    const vpn = this.vma.start + page;
    const cached = yield* call(this.translate(page, access, tries), tries, m.keeps, this.options);
    if (cached === null) return null;
    const held = yield* useTranslation(m, this.vma, vpn, access, cached, value, this.#when, also);
    if (held !== GONE && access === 'store')
      yield* keepOrEvict(m, ptepOf(this.vma, vpn), this.#tlb(vpn), cached);
    return held;
  }

  /**
   * The translation of a page, after as many faults as it takes; null for SIGSEGV. It may have gone by the time it is used.
   */
  *translate(page: number, access: AccessKind, tries = newTries()): Step<PteWord | null> {
    const { m } = this;
    const vpn = this.vma.start + page;
    const { refused } = tries;
    for (;;) {
      const cached = yield* call(this.#translate(vpn, access, refused), refused, m.keeps);
      if (cached === AGAIN) continue;
      if (cached > 0) return pteById(cached);
      this.#lost = cached === LOST;
      if (this.#lost) return null;
      const fault = FAULTS[-cached - 1] ?? 'translation';
      faulted(m, this.vma, refused);
      if (this.options.faults === false) return null;
      yield* takeException();
      const ptep = ptepOf(this.vma, vpn);
      const { onFault, walker } = this.options;
      const outcome =
        onFault === undefined ? 'default' : yield* onFault(m, { vma: this.vma, ptep, access, kind: fault });
      if (outcome === 'sigsegv') return null;
      if (outcome === 'retry') {
        yield* returnFromException();
        yield* helpedAgain(m.world, ptep, tries.helped, m.agent);
        continue;
      }
      if (m.world.faultHandler === null) return null;
      const seen = yield* m.world.faultHandler(m, this.vma, ptep, access, tries.lastFault, walker);
      if (seen < 0) return null;
      yield* returnFromException();
      tries.lastFault = seen;
    }
  }

  /** Whether the last translation ended because the way to the table was invalidated; see {@link AccessOptions.above}. */
  get lost(): boolean {
    return this.#lost;
  }

  #tlb(vpn: Vpn): Cell {
    return this.m.world.tlbs.word(this.m.cpu, this.vma.mm, vpn);
  }

  /** One translation. Returns the id of what is used, or -1 - the index of the fault. */
  *#translate(vpn: Vpn, access: AccessKind, refused: Refused): Step<number> {
    const { m, vma } = this;
    const ptep = ptepOf(vma, vpn);
    // "The bits may land on any entry of the block": the choice is made before the walk. Most loads update nothing.
    let lands = access === 'load' && this.#landings(ptep) > 1 ? null : yield* this.#landing(ptep);
    const looksUp = refused.spent ? 'allows' : 'any';
    let found = yield* this.#walkLevels(ptep, lands, access, looksUp, !refused.walked);
    if (found === UPDATES) {
      lands = yield* this.#landing(ptep);
      found = yield* this.#walkLevels(ptep, lands, access, 'not', !refused.walked);
    }
    if (found > ANSWERS || found === LOST) return found;
    const members = answersOf(found);
    const names = members.map(
      (pte) => `${answerText(this.#walker, pte, access)} ${describePte(m.arch, pte)}`,
    );
    const picked = yield* choose(
      members.length + 1,
      `TLB look-up ${pageText(vma, vpn)}`,
      showsOf(...names, 'walk'),
    );
    const cached = members[picked];
    if (cached === undefined) {
      if (m.world.walker.late !== undefined) {
        const old = members[0];
        if (old !== undefined) yield* evictLate(m, ptep, this.#tlb(vpn), old);
      }
      return yield* this.#walkLevels(
        ptep,
        lands ?? (yield* this.#landing(ptep)),
        access,
        'not',
        !refused.walked,
      );
    }
    if (this.#walker.permits(cached, access)) return cached.id;
    if (!refuses(this.#walker, cached, access)) return yield* this.#throughSibling(ptep, access);
    refused.times = refused.by === cached.id ? refused.times + 1 : 1;
    if (refused.times > mayRefuse(m.v.pteValid(cached), m.world.pmds.of(vma.table)?.follows === true)) {
      yield* refusedAgain(m, vma, vpn, cached);
      refused.by = -1;
      return AGAIN;
    }
    refused.by = cached.id;
    if (m.arch.has('faultDropsTlb')) yield* dropPage(m, vma, vpn);
    return -1 - FAULTS.indexOf(m.v.pteValid(cached) ? 'permission' : 'translation');
  }

  /** A translation of the block is to be made dirty, and came from another entry of it. */
  *#throughSibling(ptep: Ptep, access: AccessKind): Step<number> {
    const others = siblingsOf(this.m, this.vma, ptep.vpn);
    const shows = showsOf(...others.map((p) => p.name));
    const sibling = others[yield* choose(others.length, 'entry the TLB read for the block', shows)] ?? ptep;
    return yield* this.#walkStep(sibling, sibling, access, 'not', ptep);
  }

  /** On how many entries an update may land. */
  #landings(ptep: Ptep): number {
    const { m } = this;
    if (m.contPtes === 1 || !(m.arch.has('hwAccess') || m.arch.has('hwDirty'))) return 1;
    return blockOf(ptep, m.contPtes).length;
  }

  /** The entry that an update lands on. */
  *#landing(ptep: Ptep): Step<Ptep> {
    const n = this.#landings(ptep);
    if (n === 1) return ptep;
    const block = blockOf(ptep, this.m.contPtes);
    const shows = showsOf(...block.map((p) => p.name));
    return block[yield* choose(n, 'entry the update lands on', shows)] ?? ptep;
  }

  /** Through the upper level, if the race has one, to the entry that maps the page. */
  *#walkLevels(
    ptep: Ptep,
    lands: Ptep | null,
    access: AccessKind,
    looksUp: LooksUp,
    mayHit: boolean,
  ): Step<number> {
    const { m } = this;
    const ptdesc = m.world.pmds.of(ptep.table);
    if (ptdesc === undefined) return yield* this.#walkStep(ptep, lands, access, looksUp, ptep);
    if (looksUp !== 'not') {
      const hit = yield* lookUp(m, this.#walker, this.vma, ptep.vpn, access, this.#when, looksUp);
      if (hit !== 0) return hit;
    }
    const { pmdp } = ptdesc;
    for (;;) {
      const to = yield* walkUpper(m, ptdesc, this.#when, mayHit);
      const table = 'pfn' in to ? to : null;
      if (!('pfn' in to) && !m.p.pmdLeaf(to)) {
        if (m.arch.has('faultDropsTlb')) yield* dropPage(m, this.vma, ptep.vpn);
        return -1 - FAULTS.indexOf('translation');
      }
      const found =
        table === null
          ? yield* this.#walkStep(pmdp, pmdp, access, 'not', ptep)
          : table === ptdesc
            ? yield* this.#walkStep(ptep, lands, access, 'not', ptep, ptdesc)
            : yield* this.#walkOther(table, access, ptep);
      if (found !== FROM_THE_TOP) return found;
    }
  }

  /** The entry above leads to a table that is not the area's own. */
  *#walkOther(table: Ptdesc, access: AccessKind, target: Ptep): Step<number> {
    const from = table.table.entries[target.index] ?? target;
    return yield* this.#walkStep(from, from, access, 'not', target, table);
  }

  /**
   * Walk through `from`, updating `landing` (or `from`, if `landing` is not part of a live block; if null, an
   * update is only reported), for an access to the page of `target`. One step: every action of the kernel comes before or after it.
   */
  *#walkStep(
    from: Ptep,
    landing: Ptep | null,
    access: AccessKind,
    looksUp: LooksUp,
    target: Ptep,
    ptdesc?: Ptdesc,
  ): Step<number> {
    const { world, v, arch, cpu } = this.m;
    const { tlbs } = world;
    const [{ mm }, walker] = [this.vma, `the walker of cpu${cpu}`];
    const lands = landing ?? from;
    const tlb = tlbs.word(cpu, mm, target.vpn);
    // A fault takes away what is cached of the page, whether it came from there or from the walk.
    const drops = arch.has('faultDropsTlb');
    const { guard } = this.#when;
    const all = looksUp !== 'not' || drops || guard >= 0;
    const words = all ? tlbs.words(mm, target.vpn, target.vpn + 1, cpu) : [tlb];
    const slot = world.pmds.of(target.table);
    const upper = ptdesc === undefined ? -1 : (slot?.walkCaches.get(cpu) ?? -1);
    const bit = slot === undefined || ptdesc === undefined ? 0 : world.pmds.bit(slot, ptdesc);
    const huge = from.table.level !== target.table.level;
    const fills = huge && slot?.follows === true ? tlbs.leafWord(cpu, mm, target.vpn) : tlb;
    const conflicts = slot?.follows === true && sizesConflict(arch);
    const blocks = blocksConflict(arch);
    const hooks = world.observers.filter((o) => o.hardwareUpdate !== undefined);
    const ghosts = hooks.flatMap((o) => o.hardwareCells?.() ?? []);
    const walks = { arch, walker: this.#walker };
    const { above } = this.options;
    const later = (this.options.updates ?? 'atomic') !== 'atomic';
    const view = new MemoryView();
    const get = (cell: Cell) => view.get(cell);
    const put = (ptep: Ptep, pte: PteWord) => {
      view.set(ptep.cell, ptep.high < 0 ? pte.id : pte.lo | 0);
      if (ptep.high >= 0) view.set(ptep.high, pte.hi | 0);
    };
    const run: AtomicBody = (mem, base, faults) => {
      view.at(mem, base);
      if (above?.leads(view, faults) === false) return LOST;
      if (ptdesc !== undefined) {
        if (upper >= 0 && !tlbs.remembers(view, cpu, upper, bit)) return FROM_THE_TOP;
        for (const o of world.observers) o.tableReached?.(view, ptdesc, walker, faults, mm);
      }
      const entry = world.entryIn(get, from);
      // The entry that mapped the page was removed, or now points to a table.
      if (huge && !this.m.p.pmdLeaf(entry)) return FROM_THE_TOP;
      if (from !== target && from.table === target.table && !(v.pteValid(entry) && v.pteCont(entry)))
        return -1;
      const result = walkEntry(walks, from, entry, access);
      if (looksUp !== 'not') {
        const walked = {
          cached: result.ok && result.entry === entry ? result.cached : undefined,
          ok: result.ok,
        };
        const { m, vma } = this;
        const answer = answerCode(m, this.#walker, vma, view, target.vpn, access, walked, looksUp);
        if (answer !== 0) return answer;
      }
      if (landing === null && result.ok && result.entry !== entry) return UPDATES;
      if (ptdesc !== undefined && upper >= 0 && !world.does('walkCaches')) view.set(upper, 0);
      if (!result.ok) {
        if (drops) tlbs.dropPage(view, cpu, mm, target.vpn, words);
        return -1 - FAULTS.indexOf(result.fault);
      }
      if (later && result.entry !== entry) return LATER - entry.id;
      if (result.entry !== entry) {
        const other = lands === from ? entry : world.entryIn(get, lands);
        const inBlock = lands !== from && v.pteValid(other) && v.pteCont(other) && v.pteCont(entry);
        const there = inBlock ? walkEntry(walks, lands, other, access) : result;
        const where = inBlock && there.ok ? lands : from;
        const now = inBlock && there.ok ? there.entry : result.entry;
        put(where, now);
        for (const o of hooks) o.hardwareUpdate?.(view, where, now, faults);
      }
      // The form of the page: the entry of another table of the area has it, a leaf or a sibling has not.
      const ahead = huge || from.table === target.table ? target.vpn - from.vpn : 0;
      const own = ahead === 0 ? result.cached : v.pteAdvancePfn(result.cached, ahead);
      const cached = above?.readOnly === true ? v.pteWrprotect(own) : own;
      if (fills === tlb) tlbs.fill(view, cpu, mm, target.vpn, cached);
      else tlbs.fillWord(view, fills, result.cached);
      const both = blocks && tlbs.blockAndPage(get, cpu, mm, target.vpn);
      if (both || (conflicts && tlbs.twoSizes(get, cpu, mm, target.vpn))) twoSizes(this.m, target, faults);
      return cached.id;
    };
    const sizes = slot?.follows === true || blocks ? tlbs.words(mm, target.vpn, target.vpn + 1, cpu) : [];
    const entries = [from.cell, from.high, lands.cell, lands.high];
    const life = world.pmds.lifeOf(ptdesc);
    const looks = [...entries, ...words, ...sizes, upper, ...life, ...ghosts, guard, ...(above?.cells ?? [])];
    const cells = [...new Set(looks)].filter((c) => c >= 0);
    const name = from === target ? from.name : `${target.name} through ${from.name}`;
    const show = walkText(arch, cells, [...new Set([from, lands])]);
    const on = cells.filter((c) => c === upper || entries.includes(c));
    const blind = fills < 0 ? [] : [fills];
    const note = { text: `walk ${name} for ${access}`, does: 'walk', on, blind } as const;
    const found = yield* atomic(cells, run, note, { ...this.#when, ...HARDWARE_WALK, show });
    if (found > LATER || found <= FROM_THE_TOP) return found;
    const read = pteById(LATER - found);
    const result = walkEntry(walks, from, read, access);
    if (!result.ok) return found;
    const ahead = huge || from.table === target.table ? target.vpn - from.vpn : 0;
    const cached = ahead === 0 ? result.cached : v.pteAdvancePfn(result.cached, ahead);
    const plan = { from, read, entry: result.entry, how: this.options.updates ?? 'atomic' };
    const fill = { tlb: fills, word: fills === tlb ? cached : result.cached };
    return (yield* updateLater(this.m, plan, fill)) ? cached.id : AGAIN;
  }
}
