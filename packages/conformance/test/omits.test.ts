/** What a plug-in leaves out, in its own words and without them. */

import { toyArch, toySoft } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import { exitCodeOf, plan, reportFile, reportOf, runSuite } from '../src/matrix/index.js';
import { parseReport } from '../src/matrix/schema/index.js';
import { failures, recordingRunner } from './recording-runner.js';
import { zapVsStore } from './toy-races.js';

const silent = toyArch({ omits: [] });
const host = { node: 'v20.0.0', cpus: 1 };

async function reportFor(arch: typeof silent) {
  return reportOf(await runSuite(plan([arch], [zapVsStore], { variant: 'upstream' })), host);
}

describe('a lying `omits`', () => {
  it('fails the suite', async () => {
    const { runner, tests } = recordingRunner();
    conformance({ runner, plugin: silent, scenarios: null });
    const found = await failures(tests.filter(({ title }) => title.includes('manifest')));
    expect(found.map(({ title }) => title)).toEqual(['toy conformance > manifest > says what it leaves out']);
    expect(found[0]?.message).toMatch(/toy omits nothing, so it says.*\n {2}what to do: name in `omits`/);
  });

  it('fails the run, and stands in its report', async () => {
    const report = await reportFor(silent);
    expect(report.problems).toEqual([expect.stringMatching(/toy omits nothing/)]);
    expect(exitCodeOf(report)).toBe(1);
  });

  it('does not hide what the parts of the plug-in say', async () => {
    const [honest, quiet] = [await reportFor(toyArch()), await reportFor(silent)];
    expect(honest.problems).toBeUndefined();
    expect(quiet.archs[0]?.notModelled).toEqual(honest.archs[0]?.notModelled);
    expect(quiet.archs[0]?.notModelled?.join('; ')).toMatch(/store buffers.*what it denies: .*softDirty/);
    expect(quiet.notModelled).not.toHaveLength(0);
    expect(parseReport(JSON.stringify(reportFile(quiet))).archs).toEqual(quiet.archs);
    expect(parseReport(JSON.stringify(reportFile(quiet))).notModelled).toEqual(quiet.notModelled);
  });
});

it('a claim that is not so fails the run as well, and is explained in the report', async () => {
  const report = await reportFor(toyArch({ walker: toySoft.walker }));
  expect(report.problems).toEqual([
    expect.stringMatching(
      /^toy claims hwDirty, but a walk for a store ends in a permission fault\n[\s\S]*what to do:/,
    ),
  ]);
  expect(exitCodeOf(report)).toBe(1);
});

it('reads reports of earlier versions, which know nothing of it', async () => {
  const { notModelled: _, archs, ...rest } = await reportFor(toyArch());
  const old = { ...rest, archs: archs.map(({ notModelled: __, ...arch }) => arch) };
  const file = reportFile(old);
  expect(parseReport(JSON.stringify(file)).archs).toEqual(old.archs);
  expect(() => parseReport(JSON.stringify({ ...file, notModelled: [1] }))).toThrow(/notModelled\[0\] is 1/);
});
