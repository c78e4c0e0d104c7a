/** A suite that runs no race is not green, unless its author says where they run. */
import { flatToy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import { recordingRunner } from './recording-runner.js';

it.each([
  ['left out', {}],
  ['an empty list', { scenarios: [] }],
])('fails with scenarios %s', (_name, options) => {
  const { runner, tests } = recordingRunner();
  conformance({ runner, plugin: flatToy, ...options });
  const test = tests.find(({ title }) => title.includes('at least one race test applies'));
  expect(() => test?.body?.()).toThrow(/no race test applies/);
});

it('tests the plug-in alone if scenarios is null', () => {
  const { runner, tests } = recordingRunner();
  conformance({ runner, plugin: flatToy, scenarios: null });
  expect(tests.some(({ title }) => title.includes('race'))).toBe(false);
});
