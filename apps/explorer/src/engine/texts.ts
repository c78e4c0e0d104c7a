/** What a text must be before anyone reads it. */
import { type ErrorCode, RacewalkError } from '@racewalk/core';
import type { SourceText } from '@racewalk/fleet/web-worker';

/** Larger texts are no races. */
const LARGEST = 200_000;

/** A race as a module, and not in C. */
export const isModule = (file: string): boolean => /\.[cm]?[jt]s$/.test(file);

/** Refuse what is no text of a race or a patch. */
export function refuseNoText(
  { text, file }: SourceText,
  what: string,
  language: string,
  code: ErrorCode,
): void {
  const refuse = (message: string, hint: string): RacewalkError => new RacewalkError(code, message, { hint });
  if (text.includes('\0')) throw refuse(`${file} is binary`, `give a text in ${language}`);
  if (text.length > LARGEST) throw refuse(`${file} is larger than 200 kB`, `give the ${what} alone`);
  if (text.trim() === '') throw refuse(`${file} is empty`, `write a ${what}, or take one of the examples`);
}
