/** The laws of the families of operations on huge pages: what reads, stores, empties, protects and replaces. */

import { claims, PTE_ZERO, type PteWord, type ValueLaw } from '@racewalk/core';
import {
  alone,
  dirtyKept,
  forEntry,
  forLeaves,
  framesKept,
  said,
  sound,
  startingFrom,
  walked,
} from './laws.js';
import type { Call, Subject } from './trial.js';

const word = (value: unknown): PteWord => value as PteWord;

/** Reads an entry; `lockless`: while others may replace it. */
export const reads = (s: Subject, call: Call<PteWord>, lockless = false): ValueLaw =>
  forLeaves(s, (c) => {
    const replaced = () => {
      const { bench } = c;
      // Whoever stores an entry of a block looks at the others, too.
      for (const at of bench.places(call, [...c.before.keys()])) {
        const e = bench.run(call, { at, entry: 0, does: c.neighbour });
        const whole = e.value === c.before[0] || e.value === c.neighbour;
        const found = sound(e) ?? claims(['it returns an entry that stood there, not parts of two', whole]);
        if (found !== null) return `${found} (another CPU stores before step ${at})`;
      }
      return null;
    };
    return (
      alone(
        c,
        call,
        (e) =>
          said(c, e.value) ?? claims(['nothing changes', e.entries.every((now, i) => now === c.before[i])]),
      ) ??
      walked(c, call, (e, _walk, access) =>
        claims(
          [
            'it returns an entry of this page',
            c.arch.pmd.pmdPfn(e.value) === c.arch.pmd.pmdPfn(c.before[0] ?? PTE_ZERO),
          ],
          ['what the hardware records stays', access === 'load' || e.entries.some(c.arch.pmd.pmdDirty)],
        ),
      ) ??
      (lockless ? replaced() : null)
    );
  });

/** Stores the leaf that `call` is given over nothing. */
export const stores = (s: Subject, call: (leaf: PteWord) => Call<void>): ValueLaw =>
  forLeaves(s, (c) => {
    const empty = startingFrom(
      c,
      c.before.map(() => PTE_ZERO),
    );
    const [leaf = PTE_ZERO] = c.before;
    const wanted = (now: PteWord, i: number) => now === c.before[i];
    return (
      alone(empty, call(leaf), (e) => claims(['the entry is as asked', e.entries.every(wanted)])) ??
      walked(empty, call(leaf), (_e, walk) => {
        const pfn = c.arch.values.ptePfn(walk.cached);
        const one = c.before.some((pmd) => c.arch.pmd.pmdPfn(pmd) === pfn);
        return claims(['no walk finds half an entry', one]);
      })
    );
  });

/** Empties an entry: what it returns, and whether a TLB may keep the page. */
export const clears = (
  s: Subject,
  call: Call<unknown>,
  promises: { readonly returns?: boolean; readonly flushes?: boolean },
): ValueLaw =>
  forLeaves(s, (c) => {
    const none = (entries: readonly PteWord[]) => entries.every((now) => now === PTE_ZERO);
    return (
      alone(
        c,
        call,
        (e) =>
          claims(['the entry is empty', none(e.entries)]) ??
          (promises.returns === true ? said(c, word(e.value)) : null) ??
          (promises.flushes === true ? claims(['no TLB has the page', e.flushed]) : null),
      ) ??
      walked(
        c,
        call,
        (e, walk, access) =>
          claims(
            ['the entry is empty, whatever the hardware does', none(e.entries)],
            [
              'no walk finds half an entry',
              c.before.some((b) => c.arch.pmd.pmdPfn(b) === c.arch.values.ptePfn(walk.cached)),
            ],
          ) ?? (promises.returns === true && access === 'store' ? dirtyKept(c, e, word(e.value)) : null),
      )
    );
  });

/** Takes the write permission away. */
export const protects = (s: Subject, call: Call<void>): ValueLaw =>
  forLeaves(s, (c) => {
    const { pmd: p } = c.arch;
    const readOnly = (e: { readonly entries: readonly PteWord[] }) => !e.entries.some(p.pmdWrite);
    return (
      alone(c, call, (e) =>
        claims(
          ['stores are forbidden', readOnly(e)],
          ['dirty is kept', e.entries.some(p.pmdDirty) === c.before.some(p.pmdDirty)],
          ['young is kept', e.entries.some(p.pmdYoung) === c.before.some(p.pmdYoung)],
          ['it maps what it mapped', framesKept(c, e)],
        ),
      ) ??
      walked(
        c,
        call,
        (e, _walk, access) =>
          claims(['stores stay forbidden', readOnly(e)]) ?? (access === 'store' ? dirtyKept(c, e) : null),
      )
    );
  });

/** Makes an entry old. */
export const ages = (s: Subject, call: Call<boolean>, flushes: boolean): ValueLaw =>
  forLeaves(s, (c) => {
    const { pmd: p } = c.arch;
    const young = c.before.some(p.pmdYoung);
    return (
      alone(c, call, (e) =>
        claims(
          ['it says whether the entry was young', e.value === young],
          ['the entry is old', !e.entries.some(p.pmdYoung)],
          ['dirty is kept', e.entries.some(p.pmdDirty) === c.before.some(p.pmdDirty)],
          [
            'the permission is kept',
            e.entries.every((now, i) => p.pmdWrite(now) === p.pmdWrite(c.before[i] ?? now)),
          ],
          ['it maps what it mapped', framesKept(c, e)],
          ...(flushes ? [['if it was young no TLB has the page', !young || e.flushed] as const] : []),
        ),
      ) ?? walked(c, call, (e, _walk, access) => (access === 'store' ? dirtyKept(c, e) : null))
    );
  });

/** Makes an entry more permissive: for a store, and for a load. */
export const permits = (s: Subject, call: (entry: PteWord, dirty: boolean) => Call<boolean>): ValueLaw =>
  forLeaves(
    s,
    (c) => {
      const { pmd: p } = c.arch;
      const [first = PTE_ZERO] = c.before;
      const forStore = p.pmdMkyoung(p.pmdMkdirty(p.pmdMkwrite(first)));
      const store = call(forStore, true);
      const load = call(p.pmdMkyoung(first), false);
      return (
        alone(c, store, (e) =>
          claims(
            // It may say so of what was right already: RISC-V answers true for a spurious fault, too.
            ['if something changed it says so', e.value || first === forStore],
            ['stores are allowed', e.entries.every(p.pmdWrite)],
            ['it is dirty', e.entries.some(p.pmdDirty)],
            ['it is young', e.entries.every(p.pmdYoung)],
            ['it maps what it mapped', framesKept(c, e)],
          ),
        ) ??
        alone(c, load, (e) =>
          claims(
            [
              'for a load the permission is kept',
              e.entries.every((now, i) => p.pmdWrite(now) === p.pmdWrite(c.before[i] ?? now)),
            ],
            ['for a load dirty is kept', e.entries.some(p.pmdDirty) === c.before.some(p.pmdDirty)],
            [
              'the hardware or the operation sets young',
              c.arch.has('hwAccess') || e.entries.every(p.pmdYoung),
            ],
          ),
        ) ??
        walked(
          c,
          store,
          (e) => claims(['stores are allowed', e.entries.every(p.pmdWrite)]) ?? dirtyKept(c, e),
        ) ??
        walked(c, load, (e, _walk, access) => (access === 'store' ? dirtyKept(c, e) : null))
      );
    },
    true,
  );

/** Puts an invalid entry in the place of a leaf. */
export const replaces = (s: Subject, call: (by: PteWord) => Call<PteWord>): ValueLaw =>
  forLeaves(
    s,
    (c) => {
      const [first = PTE_ZERO] = c.before;
      const by = c.arch.pmd.pmdMkinvalid(first);
      return (
        alone(
          c,
          call(by),
          (e) => said(c, e.value) ?? claims(['the other stands there', e.entries[0] === by]),
        ) ?? walked(c, call(by), (e, _walk, access) => (access === 'store' ? dirtyKept(c, e, e.value) : null))
      );
    },
    true,
  );

/** Takes a leaf from the hardware. */
export const invalidates = (s: Subject, call: Call<PteWord>, flushes: boolean): ValueLaw =>
  forLeaves(
    s,
    (c) => {
      const { pmd: p, values: v } = c.arch;
      return (
        alone(
          c,
          call,
          (e) =>
            said(c, e.value) ??
            claims(
              ['still present', e.entries.every(p.pmdPresent)],
              ['the hardware may not use it', !e.entries.some(v.pteValid)],
              ['it maps what it mapped', framesKept(c, e)],
              ...(flushes ? [['no TLB has the page', e.flushed] as const] : []),
            ),
        ) ??
        walked(
          c,
          call,
          (e, _walk, access) =>
            claims(['no walk makes it valid again', !e.entries.some(v.pteValid)]) ??
            (access === 'store' ? dirtyKept(c, e, e.value) : null),
        )
      );
    },
    true,
  );

/** Takes a table out. */
export const collapses = (s: Subject, call: Call<PteWord>): ValueLaw =>
  forEntry(
    s,
    ({ pmd: p }, { pfn }) => p.pmdPopulate(pfn),
    (c) =>
      alone(
        c,
        call,
        (e) =>
          said(c, e.value) ??
          claims(
            ['the entry is empty', e.entries[0] === PTE_ZERO],
            ['no TLB has a page of the table', e.flushed],
          ),
      ),
  );

/** Takes an entry out and puts it back read-only. */
export const changes = (s: Subject, call: Call<PteWord>): ValueLaw =>
  forLeaves(s, (c) => {
    const { pmd: p } = c.arch;
    return (
      alone(
        c,
        call,
        (e) =>
          said(c, e.value) ??
          claims(
            ['the changed entry stands there', !e.entries.some(p.pmdWrite)],
            ['dirty is kept', e.entries.some(p.pmdDirty) === c.before.some(p.pmdDirty)],
            ['it maps what it mapped', framesKept(c, e)],
          ),
      ) ?? walked(c, call, (e, _walk, access) => (access === 'store' ? dirtyKept(c, e) : null))
    );
  });

/** Maps a huge page for the kernel. */
export const setsHuge = (s: Subject, call: (pfn: number, prot: PteWord) => Call<boolean>): ValueLaw => {
  const attempt = (over: 'nothing' | 'a table'): ValueLaw =>
    forEntry(
      s,
      ({ pmd: p }, { pfn }) => (over === 'nothing' ? PTE_ZERO : p.pmdPopulate(pfn)),
      (c) => {
        const { pmd: p, values: v } = c.arch;
        const { pfn, writable } = c.sample;
        const prot = v.mkProt({ read: true, write: writable });
        return alone(c, call(pfn, prot), (e) => {
          const [now = PTE_ZERO] = e.entries;
          const mapped = p.pmdLeaf(now) && p.pmdPfn(now) === pfn && p.pmdWrite(now) === writable;
          return claims(
            ['over nothing it succeeds', over !== 'nothing' || e.value],
            ['if it says so the huge page is mapped', !e.value || mapped],
            ['if not, nothing has changed', e.value || now === c.before[0]],
          );
        });
      },
    );
  const [over, above] = [attempt('nothing'), attempt('a table')];
  return (arch, sample) => over(arch, sample) ?? above(arch, sample);
};

/** Undoes that. */
export const clearsHuge = (s: Subject, call: Call<boolean>): ValueLaw => {
  const leaf = forLeaves(s, (c) =>
    alone(c, call, (e) =>
      claims(
        ['it says that a huge page stood there', e.value],
        ['the entry is empty', e.entries[0] === PTE_ZERO],
      ),
    ),
  );
  const other = forEntry(
    s,
    ({ pmd: p }, { pfn }) => p.pmdPopulate(pfn),
    (c) =>
      alone(c, call, (e) =>
        claims(['a table is no huge page', !e.value], ['a table stays', e.entries[0] === c.before[0]]),
      ),
  );
  return (arch, sample) => leaf(arch, sample) ?? other(arch, sample);
};
