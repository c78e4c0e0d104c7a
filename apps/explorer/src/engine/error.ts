/** Errors of the page, and of its worker. */
import { type ErrorCode, RacewalkError } from '@racewalk/core/step';
import type { PlainError } from '@racewalk/fleet/web-worker';

/** What went wrong in the worker, as an error of this side: its code is one of Racewalk's table. */
export const engineError = ({
  code,
  message,
  hint,
}: Pick<PlainError, 'code' | 'message' | 'hint'>): RacewalkError =>
  new RacewalkError(code as ErrorCode, message, hint === undefined ? {} : { hint });
