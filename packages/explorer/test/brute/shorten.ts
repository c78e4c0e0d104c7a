import type { Code, Instr } from './code.js';

/** The smallest program that still `fails` and is made from this one by leaving things out. */
export function shorten(code: Code, fails: (code: Code) => boolean): Code {
  let best = code;
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerOnes(best)) {
      if (!fails(smaller)) continue;
      best = smaller;
      again = true;
      break;
    }
  }
  return best;
}

/** Without a whole thread, without an instruction, without daemons. */
function* smallerOnes(code: Code): Generator<Code> {
  const { threads, daemons } = code;
  for (let t = threads.length - 1; t >= 0 && threads.length > 1; t--) {
    yield { ...code, threads: threads.toSpliced(t, 1), daemons: daemons.toSpliced(t, 1) };
  }
  for (const [t, thread] of threads.entries()) {
    for (let size = thread.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at + size <= thread.length; at++) {
        yield { ...code, threads: threads.with(t, without(thread, at, size)) };
      }
    }
  }
  for (const [t, daemon] of daemons.entries()) if (daemon) yield { ...code, daemons: daemons.with(t, false) };
}

/** A thread without some instructions; jumps go where they went, or behind what was left out. */
function without(thread: readonly Instr[], from: number, size: number): Instr[] {
  const kept = thread.map((_, i) => i < from || i >= from + size);
  const place = [0];
  for (const [i, keep] of kept.entries()) place.push(place[i]! + (keep ? 1 : 0));
  return thread
    .filter((_, i) => kept[i])
    .map((instr) =>
      instr.do === 'jump-if' ? { ...instr, to: place[Math.min(instr.to, thread.length)]! } : instr,
    );
}
