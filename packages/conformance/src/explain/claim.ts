/** A capability, in the words of this project and of the manuals. */
import { CAPABILITIES, type Capability } from '@racewalk/core';
import { CAPABILITY_TERMS } from './capability-terms.js';

/** What it means that a plug-in claims `capability`, in lines. */
export function claimLines(capability: Capability): string[] {
  const terms = Object.entries(CAPABILITY_TERMS[capability]);
  return [
    `the capability ${capability}: ${CAPABILITIES[capability]}`,
    ...terms.flatMap(([manual, term]) => (term === null ? [] : [`  in the words of ${manual}: ${term}`])),
  ];
}
