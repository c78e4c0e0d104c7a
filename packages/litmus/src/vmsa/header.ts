/** What the head of a test says of virtual memory: `TTHM=P0:HA HD`, `Variant=vmsa,ets2`, `EL0=P0`. */
import type { VirtualMemory } from '../program/test.js';

const listOf = (header: string, key: RegExp): string[] => {
  const line = header.split('\n').find((one) => key.test(one));
  return line === undefined
    ? []
    : line
        .slice(line.indexOf('=') + 1)
        .trim()
        .split(/[\s,]+/)
        .filter((w) => w !== '');
};

/** Words of the body that only a test of virtual memory has. */
const BODY = /\b(?:PTE|TTD|PA)\s*\(|\bpte_|\bphy_|\bTLBI\b|\b[Ff]ault\s*\(/;

/** Whether a text is a test of virtual memory. */
export const isVirtual = (header: string, text: string): boolean =>
  BODY.test(text) || /^\s*TTHM\s*=|variant\s*=.*vmsa/im.test(header);

/** herd7's names of what a fault does where there is no handler. */
const HANDLING: Readonly<Record<string, VirtualMemory['afterFault']>> = {
  fatal: 'end',
  precise: 'end',
  handled: 'again',
  imprecise: 'again',
  skip: 'next',
  faulttonext: 'next',
};

/** Read the head for a number of threads. */
export function readHeader(header: string, threads: number): Omit<VirtualMemory, 'entries'> {
  const ha = new Array<boolean>(threads).fill(false);
  const hd = new Array<boolean>(threads).fill(false);
  const el0 = new Array<boolean>(threads).fill(false);
  for (const word of listOf(header, /^\s*TTHM\s*=/i)) {
    const match = /^(?:P(\d+):)?(HA|HD)$/i.exec(word);
    if (match === null) continue;
    for (let i = 0; i < threads; i++) {
      if (match[1] !== undefined && Number(match[1]) !== i) continue;
      // HD has no effect without HA.
      ha[i] = true;
      if (/HD/i.test(match[2] ?? '')) hd[i] = true;
    }
  }
  for (const word of listOf(header, /^\s*EL0\s*=/i)) {
    const thread = Number(/^P?(\d+)$/.exec(word)?.[1] ?? Number.NaN);
    if (thread < threads) el0[thread] = true;
  }
  const variant = listOf(header, /^\s*variant\s*=/i).map((word) => word.toLowerCase());
  const ets = variant.includes('ets3') ? 3 : variant.includes('ets2') ? 2 : 0;
  const handling = variant.findLast((word) => word in HANDLING) ?? 'fatal';
  return { ha, hd, el0, afterFault: HANDLING[handling] ?? 'end', ets };
}
