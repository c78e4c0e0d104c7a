/** The models in Spin, if it is installed. */
import { ROWS, within } from '../rows.mjs';
import { runSpin, versions } from './spin.mjs';

/** @typedef {import('../report.mjs').PeerEntry} PeerEntry */
/** @typedef {import('../rows.mjs').Patience} Patience */

/** What to say when it is not. */
export const MISSING = `Spin was skipped: spin or gcc is not installed.
On Debian or Ubuntu: apt-get install spin gcc (see https://spinroot.com for others).`;

/**
 * @param {Patience} patience
 * @param {readonly string[]} only
 * @param {(entry: PeerEntry) => void} onEntry
 */
export function runPeers(patience, only, onEntry) {
  const installed = versions();
  if (installed === null) return null;
  /** @type {PeerEntry[]} */
  const entries = [];
  for (const { model, family, size, spin } of ROWS) {
    if (spin === null || !within(spin.patience, patience)) continue;
    if (only.length > 0 && !only.includes(model)) continue;
    const entry = { model, family, size, runs: [runSpin(spin, 'full'), runSpin(spin, 'reduced')] };
    entries.push(entry);
    onEntry(entry);
  }
  return { ...installed, entries };
}
