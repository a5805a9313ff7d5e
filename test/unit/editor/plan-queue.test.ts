import assert from 'node:assert/strict';
import type { ErrorReporter } from '../../../src/editor/error-reporter';
import { PlanQueue } from '../../../src/editor/plan-queue';

interface Running {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

describe('the queue of plans', () => {
  let errors: string[];
  let running: Running[];
  let queue: PlanQueue;

  beforeEach(() => {
    errors = [];
    running = [];
    const reporter = {
      background: (_: string, work: () => Promise<unknown>) => {
        work().catch((error: unknown) => errors.push(String(error)));
      },
    };
    queue = new PlanQueue({ concurrency: 2, errors: reporter as unknown as ErrorReporter });
  });

  function add(key: string, priority = 0): void {
    queue.add({
      key,
      priority: () => priority,
      run: (signal) => new Promise((resolve) => running.push({ key, signal, end: resolve })),
    });
  }

  const keys = () => running.map(({ key }) => key);
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('runs two at a time, and then what is most urgent', async () => {
    add('a');
    add('b');
    add('later', 9);
    add('soon', 1);
    assert.deepEqual(keys(), ['a', 'b']);
    running[0]?.end();
    await settled();
    assert.deepEqual(keys(), ['a', 'b', 'soon']);
  });

  it('asks once for what is asked twice', () => {
    add('a');
    add('a');
    assert.deepEqual(keys(), ['a']);
  });

  it('aborts what runs, forgets what waits, and goes on with the rest', async () => {
    for (const key of ['x1', 'x2', 'x3', 'y']) add(key);
    queue.cancel((key) => key.startsWith('x'));
    assert.equal(running[0]?.signal.aborted, true);
    assert.equal(running[1]?.signal.aborted, true);
    assert.deepEqual(keys(), ['x1', 'x2', 'y']);
    assert.equal(queue.has('x3'), false);
  });

  it('goes on after a job that failed', async () => {
    queue.add({ key: 'bad', priority: () => 0, run: async () => Promise.reject(new Error('no')) });
    await settled();
    add('good');
    assert.deepEqual(keys(), ['good']);
    assert.deepEqual(errors, ['Error: no']);
  });
});
