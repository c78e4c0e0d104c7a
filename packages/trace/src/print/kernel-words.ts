/** The words of kernel developers for what the model calls otherwise. */

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^invalidate_range_start: (\S+) stops/, 'notifier invalidate_range_start ($1)'],
  [/^invalidate_range_end: (\S+)/, 'notifier invalidate_range_end ($1)'],
  [/^copy (frame \S+) to (frame \S+)/, 'COW: copy $1 to $2'],
  [/^walk (\S+) for (store|load)/, '$2: walk $1'],
  [/^IPI cpu(\d+): flush/, 'IPI CPU$1: flush'],
  [/^lock (\S+)\.mmap_lock \(read\)/, 'mmap_read_lock($1)'],
  [/^unlock (\S+)\.mmap_lock \(read\)/, 'mmap_read_unlock($1)'],
  [/^lock (\S+)\.mmap_lock/, 'mmap_write_lock($1)'],
  [/^unlock (\S+)\.mmap_lock/, 'mmap_write_unlock($1)'],
  [/^lock (\S+)\.i_mmap \(read\)/, 'i_mmap_lock_read($1)'],
  [/^unlock (\S+)\.i_mmap \(read\)/, 'i_mmap_unlock_read($1)'],
  [/^lock (folio\w*)\.lock/, 'folio_lock($1)'],
  [/^unlock (folio\w*)\.lock/, 'folio_unlock($1)'],
  [/^trylock (folio\w*)\.lock/, 'folio_trylock($1)'],
  // Whatever else is locked, such as pmd_lock() and vmap_area_lock.
  [/^lock (kvm\.mmu_lock)/, 'write_lock($1)'],
  [/^unlock (kvm\.mmu_lock)/, 'write_unlock($1)'],
  [/^lock (\S+)/, 'spin_lock($1)'],
  [/^unlock (\S+)/, 'spin_unlock($1)'],
  [/^completed: unwritable (\S+)/, 'returns: nobody stores through $1'],
  [/^completed: (\S+) (\S+)/, 'returns: $2 is $1'],
];

/** A line about a step, in the words of the kernel. */
export function kernelWords(text: string): string {
  for (const [pattern, words] of WORDS) {
    if (pattern.test(text)) return text.replace(pattern, words);
  }
  return text;
}
