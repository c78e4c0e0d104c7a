/** The examples of docs/scale.md: what they run is run, on a few cells. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-examples-'));

/** The one document in a file; keys that come twice and the like are errors. */
function example<T>(name: string): T {
  const documents = parseAllDocuments(fs.readFileSync(path.join(root, 'docs/examples', name), 'utf8'));
  const [document] = documents;
  expect(documents).toHaveLength(1);
  if (document === undefined || 'empty' in document) throw new Error(`${name} is empty`);
  expect([document.errors, document.warnings]).toEqual([[], []]);
  return document.toJS() as T;
}

/** `racewalk` and `npx racewalk` as the examples call them, but for fewer cells. */
beforeAll(() => {
  const real = path.join(root, 'apps/cli/bin/racewalk.js');
  const few = `if [ "$1" = conformance ]; then set -- "$@" --test 'access-flags/*' --arch x86-64,sw-dirty; fi`;
  const script = (shift: string) => `#!/bin/sh\n${shift}${few}\nexec "${process.execPath}" "${real}" "$@"\n`;
  fs.writeFileSync(path.join(dir, 'racewalk'), script(''), { mode: 0o755 });
  fs.writeFileSync(path.join(dir, 'npx'), script('shift\n'), { mode: 0o755 });
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

function shell(
  line: string,
  env: Readonly<Record<string, string>> = {},
): { status: number | null; out: string } {
  const PATH = `${dir}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', line], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', PATH, ...env },
  });
  return { status, out: stdout + stderr };
}

describe('the workflow', () => {
  interface Job {
    readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
    readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
  }
  const runs = (job: Job | undefined) =>
    (job?.steps ?? []).flatMap(({ run }) => (run?.startsWith('npx racewalk') ? [run] : []));

  it('runs every shard, and adds them up', () => {
    const { jobs } = example<{ readonly jobs: Readonly<Record<'shard' | 'merge', Job>> }>(
      'github-shards.yml',
    );
    const shards = jobs.shard.strategy?.matrix.shard ?? [];
    const [line] = runs(jobs.shard);
    expect(line).toContain(`/${shards.length} `);
    for (const shard of shards) {
      const { status, out } = shell((line ?? '').replaceAll(/\$\{\{ matrix\.shard \}\}/g, String(shard)));
      expect([status, out]).toEqual([0, expect.any(String)]);
    }
    const summary = path.join(dir, 'summary.md');
    const { status, out } = shell(runs(jobs.merge)[0] ?? 'false', { GITHUB_STEP_SUMMARY: summary });
    expect([status, out]).toEqual([0, expect.not.stringContaining('missing')]);
    expect(fs.readFileSync(summary, 'utf8')).toContain('access-flags/');
  });
});

describe('the Indexed Job', () => {
  interface JobManifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly spec: {
      readonly completions: number;
      readonly template: {
        readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] };
      };
    };
  }
  const lineOf = ({ spec }: JobManifest) =>
    (spec.template.spec.containers[0]?.args[0] ?? 'false').replaceAll('/reports', dir);

  it('runs every shard, and the other one adds them up', () => {
    const [shards, merge] = ['kubernetes-shards.yaml', 'kubernetes-merge.yaml'].map((name) =>
      example<JobManifest>(name),
    );
    if (shards === undefined || merge === undefined) throw new Error('two files');
    expect(shards).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      spec: { completionMode: 'Indexed' },
    });
    expect(merge).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job' });
    const { completions } = shards.spec;
    expect(lineOf(shards)).toContain(`/${completions} `);
    for (const file of fs.readdirSync(dir)) if (file.endsWith('.json')) fs.rmSync(path.join(dir, file));
    for (let index = 0; index < completions; index++) {
      const { status, out } = shell(lineOf(shards), { JOB_COMPLETION_INDEX: String(index) });
      expect([status, out]).toEqual([0, expect.any(String)]);
    }
    expect(fs.readdirSync(dir).filter((file) => file.endsWith('.checkpoint'))).toEqual([]);
    const { status, out } = shell(lineOf(merge));
    expect([status, out]).toEqual([0, expect.not.stringContaining('missing')]);
  });
});
