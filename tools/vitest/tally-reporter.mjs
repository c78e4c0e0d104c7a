/**
 * Prints why tests were skipped, and one closing line, `N passed, N failed`, after vitest's own summary; ends a run in
 * which nothing ends any more, and names the file.
 */

/**
 * Why a test was skipped: what it says itself, or `(skipped: …)` in its title or a title above it; null if nothing does.
 *
 * @param {import('vitest/node').TestCase} test
 */
export function reasonOf(test) {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  return /\(skipped: (.*?)\)(?: > |$)/.exec(test.fullName)?.[1] ?? null;
}

/** After so many minutes in which no test ends the run is given up: a loop that never yields has no other time limit. */
const STALLED = 20;

/** Exit status of a run that was given up. */
const GIVEN_UP = 70;

export default class Tally {
  /** Test files that began and did not end. @type {Set<string>} */
  #running = new Set();

  /** Says after {@link STALLED} minutes which files are at work. @type {NodeJS.Timeout | undefined} */
  #watch;

  /** Whether somebody asked for some tests by their titles: all others are skipped then, and need no reason. */
  #chosen = false;

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#chosen = vitest.config.testNamePattern !== undefined;
    // In watch mode nothing ends because nothing runs.
    if (vitest.config.watch) return;
    this.#watch = setTimeout(() => {
      console.error(
        `no test ended for ${STALLED} minutes; at work: ${[...this.#running].join(', ') || 'no file'}`,
      );
      console.log('\n0 passed, 1 failed');
      process.exit(GIVEN_UP);
    }, STALLED * 60_000);
  }

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleStart(module) {
    this.#running.add(`${module.project.name} ${module.relativeModuleId}`);
  }

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    this.#running.delete(`${module.project.name} ${module.relativeModuleId}`);
  }

  onTestCaseResult() {
    this.#watch?.refresh();
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} errors thrown outside any test
   */
  onTestRunEnd(modules, errors) {
    clearTimeout(this.#watch);
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    /** @type {Map<string, number>} */
    const reasons = new Map();
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else {
          skipped++;
          if (this.#chosen) continue;
          // What one plug-in does not have is said once for all of them.
          const reason = reasonOf(test)?.replace(/, which \S+ does not have$/, '') ?? null;
          reasons.set(reason ?? '', (reasons.get(reason ?? '') ?? 0) + 1);
          if (reason !== null) continue;
          failed++;
          process.exitCode = 1;
          console.error(`skipped without a reason: ${test.fullName}`);
        }
      }
    }
    const most = [...reasons].sort(([, a], [, b]) => b - a);
    for (const [reason, times] of most)
      console.log(`${String(times).padStart(6)} skipped: ${reason || 'no reason'}`);
    console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  }
}
