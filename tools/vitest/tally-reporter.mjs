/** Prints why tests were skipped, and one closing line, `N passed, N failed`, after vitest's own summary. */

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

export default class Tally {
  /** Whether somebody asked for some tests by their titles: all others are skipped then, and need no reason. */
  #chosen = false;

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#chosen = vitest.config.testNamePattern !== undefined;
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} errors thrown outside any test
   */
  onTestRunEnd(modules, errors) {
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
