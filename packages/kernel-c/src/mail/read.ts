/** A patch out of a file: what it changes, or one clear message. */
import { RacewalkError } from '@racewalk/core';
import { type FileDiff, readDiffs } from './diff.js';

/** A patch that was read. */
export interface PatchText {
  /** The file it was read from. */
  readonly file: string;
  /** Differences of C files, in order. */
  readonly diffs: readonly FileDiff[];
  /** Other files that it changes. */
  readonly others: readonly string[];
  /** Lines of the file, for counterexamples. */
  readonly lines: readonly string[];
}

/** Larger files than this are no patches. */
const LARGEST = 20_000_000;

const refuse = (file: string, what: string, hint: string): RacewalkError =>
  new RacewalkError('RACEWALK_C_PATCH', `${file}${what}`, { hint });

/** Read a patch: a mail, several in an mbox, or the output of `git diff`. Throws `RACEWALK_C_PATCH`. */
export function readPatch(text: string, file: string): PatchText {
  const as = 'give the mail as it was saved, or what git format-patch writes';
  if (text.includes('\0')) throw refuse(file, ' is binary', as);
  if (text.length > LARGEST) throw refuse(file, ' is larger than 20 MB', 'give the patch alone');
  if (text.trim() === '') throw refuse(file, ' is empty', as);
  const all = readDiffs(text);
  const web = /<html|<!doctype html/i.test(text) ? 'this is a web page: save the mail as plain text' : as;
  if (all.length === 0) throw refuse(file, ': there is no patch in it', web);
  const nameOf = ({ to, from }: FileDiff): string => to ?? from ?? '?';
  const inC = (diff: FileDiff): boolean => /\.[ch]$/.test(nameOf(diff)) && !diff.binary;
  const diffs = all.filter((d) => inC(d) && d.hunks.length > 0);
  if (diffs.length === 0) {
    const [first] = all;
    const names = [...new Set(all.map(nameOf))].slice(0, 3).join(', ');
    const what = first?.binary === true ? 'a binary patch' : `it changes no C (${names})`;
    throw refuse(`${file}:${first?.line ?? 1}:1`, `: ${what}`, 'only .c and .h files can be run');
  }
  return {
    file,
    diffs,
    others: [...new Set(all.filter((d) => !diffs.includes(d)).map(nameOf))],
    lines: text.split(/\r?\n/),
  };
}
