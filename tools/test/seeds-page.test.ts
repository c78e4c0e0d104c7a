import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import { plan } from '@racewalk/conformance';
import type { ThreadClaim } from '@racewalk/machine';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimPackages, claimsIn, PAGE, pinnedExecutions, seedsPage } from '../docs/seeds-page.mjs';

let claims: readonly ThreadClaim[] = [];
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
    expect(readFileSync(PAGE, 'utf8')).toBe(seedsPage(claims, cells, pinnedExecutions()));
  });

  it('leaves no claim without a race or a reason', () => {
    for (const claim of claims) {
      expect([claim.says, claim.decidedBy.length > 0 || claim.undecidable !== undefined]).toEqual([
        claim.says,
        true,
      ]);
    }
  });
});
