/** Laws about operations in memory, as rows name them: tried by whatever lab the caller brings. */
import type { MemoryLab, PlainLaw, ValueLaw } from './row.js';

type Family = keyof MemoryLab;

const inMemory =
  <F extends Family>(family: F) =>
  (...of: Parameters<MemoryLab[F]>): ValueLaw =>
  (arch, sample, lab) => {
    const law = (lab[family] as (...of: Parameters<MemoryLab[F]>) => PlainLaw)(...of);
    return law(arch, sample);
  };

export const reads = inMemory('reads');
export const stores = inMemory('stores');
export const clears = inMemory('clears');
export const protects = inMemory('protects');
export const ages = inMemory('ages');
export const permits = inMemory('permits');
export const replaces = inMemory('replaces');
export const invalidates = inMemory('invalidates');
export const collapses = inMemory('collapses');
export const changes = inMemory('changes');
export const setsHuge = inMemory('setsHuge');
export const clearsHuge = inMemory('clearsHuge');
