/** Entries of the catalogue by their id. */
import { ENTRIES, isDecided } from '@racewalk/catalogue';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

describe('explain of an entry', () => {
  it('shows the race that decides it, with the bug put back', async () => {
    const { code, out, err } = await run(['explain', 'A4', '--arch', 'arm64-contpte']);
    expect(code).toBe(0);
    expect(err).toContain('A4 arm64-setaccess-vs-dbm');
    expect(out).toContain('✗ access-flags/set-vs-walker');
    expect(out).toContain('invariant DIRTY');
  });

  it('takes the nearest race that breaks on the architecture, and the name as well as the id', async () => {
    const { err } = await run(['explain', 'contpte-getclear-v1', '--arch', 'arm64-contpte-sw']);
    expect(err).toContain('contpte/lockless-vs-half-cleared mutant:insists-on-whole');
  });

  it('says why where nothing decides it', async () => {
    for (const { id, name, open } of ENTRIES.filter((entry) => !isDecided(entry))) {
      const { code, err } = await run(['explain', id, '--arch', 'x86-64']);
      expect(code).not.toBe(0);
      expect(err).toContain(`${id} ${name} is not `);
      expect(err.replace(/\s+/g, ' ')).toContain(`needs ${open?.needs}`);
    }
  });
});
