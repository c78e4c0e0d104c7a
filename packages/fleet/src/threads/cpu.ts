/** Processor time of one thread; Node 20 knows only that of the whole process. */
import { readFileSync } from 'node:fs';

/** Milliseconds of processor time this thread has used; 0 where the system does not say. */
export function threadCpuMs(): number {
  try {
    // Nanoseconds on a processor come first.
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
