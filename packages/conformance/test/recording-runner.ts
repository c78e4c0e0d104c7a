/** A test runner that keeps what is registered and runs it on demand. */
import type { TestRunner } from '../src/index.js';

export interface RegisteredTest {
  /** Titles of the groups and of the test, joined by ` > `. */
  readonly title: string;
  readonly body: (() => void | Promise<void>) | null;
  /** Why it is skipped. */
  readonly reason?: string;
}

export function recordingRunner(): { readonly runner: TestRunner; readonly tests: RegisteredTest[] } {
  const tests: RegisteredTest[] = [];
  const groups: string[] = [];
  const full = (title: string) => [...groups, title].join(' > ');
  return {
    tests,
    runner: {
      describe(title, body) {
        groups.push(title);
        body();
        groups.pop();
      },
      it: (title, body) => void tests.push({ title: full(title), body }),
      skip: (title, reason) => void tests.push({ title: full(title), body: null, reason }),
    },
  };
}

/** Run everything; answers title and message of what failed. */
export async function failures(
  tests: readonly RegisteredTest[],
): Promise<{ title: string; message: string }[]> {
  const failed: { title: string; message: string }[] = [];
  for (const { title, body } of tests) {
    try {
      await body?.();
    } catch (error) {
      failed.push({ title, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return failed;
}
