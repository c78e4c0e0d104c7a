import { readFileSync } from 'node:fs';
import { CATALOGUE, EXIT, type Io, main } from '@racewalk/cli';
import { plan } from '@racewalk/conformance';
import type { Claim } from '@racewalk/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimPackages, claimsIn, commandFor, PAGE, seedsPage } from '../docs/seeds-page.mjs';

/** A terminal nobody looks at. */
const quiet: Io = {
  out: () => undefined,
  err: () => undefined,
  outIsTty: false,
  errIsTty: false,
  columns: undefined,
  env: {},
  cwd: '.',
  signal: { aborted: false },
  node: process.version,
  cpus: 1,
};

let claims: readonly Claim[] = [];
const cells = plan(CATALOGUE.archs, CATALOGUE.scenarios).cells;

beforeAll(async () => {
  const modules = await Promise.all(
    claimPackages().map(async (name) => {
      const exported = (await import(`@racewalk/${name}`)) as Record<string, unknown>;
      return claimsIn(exported);
    }),
  );
  claims = modules.flat();
});

describe('docs/seeds.md', () => {
  it('is what the claims say (npm run docs:seeds rewrites it)', () => {
    expect(claims.length).toBeGreaterThan(20);
    expect(readFileSync(PAGE, 'utf8')).toBe(seedsPage(claims, cells));
  });

  it('leaves no claim without a race or a reason', () => {
    for (const claim of claims) {
      expect([claim.says, claim.decidedBy.length > 0 || claim.undecidable !== undefined]).toEqual([
        claim.says,
        true,
      ]);
    }
  });

  it('names commands that come to what it says', async () => {
    const commands = new Set(claims.flatMap((claim) => claim.decidedBy.map(commandFor)));
    for (const command of commands) {
      const [, ...args] = command.split(' ');
      const status = await main(args, quiet);
      expect([command, status]).toEqual([command, EXIT.OK]);
    }
  }, 180_000);
});
