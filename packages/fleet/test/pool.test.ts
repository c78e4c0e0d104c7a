/** Threads that live and die. They run the build. */
import { type SliceTask, ThreadPool, WorkerLost } from '@racewalk/fleet';
import { expect, onTestFinished, test } from 'vitest';

const entry = new URL('./thread-entry.mjs', import.meta.url);

const task = (name: string): SliceTask => ({
  kind: 'slice',
  cell: { test: name, arch: 'toy', variant: 'upstream' },
  search: {},
  quantum: 1,
});

function pool(size: number, data: unknown = {}): ThreadPool {
  const made = new ThreadPool({ entry, size, data });
  onTestFinished(() => made.close());
  return made;
}

test('an error of a worker is an error here, with its code', async () => {
  await expect(pool(1).run(task('none'))).rejects.toMatchObject({
    code: 'RACEWALK_UNKNOWN_CELL',
    message: 'no cell none',
    hint: 'none at all',
  });
});

test('a thread that dies takes its task with it, and nothing else', async () => {
  const crew = pool(2);
  const all = ['none', 'exit', 'none', 'exit', 'none'].map((name) => crew.run(task(name)));
  const ends = (await Promise.allSettled(all)).map((end) => (end.status === 'rejected' ? end.reason : null));
  expect(ends.map((end) => end instanceof WorkerLost)).toEqual([false, true, false, true, false]);
  expect(ends[1]).toMatchObject({ how: 'exit code 7' });
});

test('what a worker cannot load is said, not repeated for ever', async () => {
  await expect(pool(2, { refuse: true }).run(task('none'))).rejects.toMatchObject({ code: 'RACEWALK_FILE' });
});

test('a closed pool takes nothing, and gives up what it has', async () => {
  const crew = pool(1);
  const waiting = [crew.run(task('none')), crew.run(task('none'))].map((one) => one.catch((error) => error));
  await crew.close();
  expect((await Promise.all(waiting)).every((error) => error instanceof Error)).toBe(true);
  await expect(crew.run(task('none'))).rejects.toThrow(WorkerLost);
});
