import assert from 'node:assert/strict';
import { SharedWork } from '../../../src/analysis/shared-work';

/** Work that ends when told to, and says when it was cancelled. */
function work() {
  let started = 0;
  let cancelled = 0;
  let finish: (value: string) => void = () => undefined;
  const run = (signal: AbortSignal) => {
    started++;
    return new Promise<string>((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => {
        cancelled++;
        reject(signal.reason);
      });
    });
  };
  return { run, finish: (value: string) => finish(value), started: () => started, cancelled: () => cancelled };
}

describe('shared work', () => {
  it('is done once for two who ask at the same time', async () => {
    const shared = new SharedWork<string>();
    const plan = work();
    const first = shared.run('q', undefined, plan.run);
    const second = shared.run('q', undefined, plan.run);
    plan.finish('done');
    assert.deepEqual(await Promise.all([first, second]), ['done', 'done']);
    assert.equal(plan.started(), 1);
  });

  it('goes on when one of two leaves, and the one who left hears at once', async () => {
    const shared = new SharedWork<string>();
    const plan = work();
    const abort = new AbortController();
    const leaving = shared.run('q', abort.signal, plan.run);
    const staying = shared.run('q', new AbortController().signal, plan.run);
    abort.abort();
    await assert.rejects(leaving, { kind: 'cancelled' });
    assert.equal(plan.cancelled(), 0);
    plan.finish('done');
    assert.equal(await staying, 'done');
  });

  it('is cancelled when the last one leaves, and can be asked for again', async () => {
    const shared = new SharedWork<string>();
    const plan = work();
    const abort = new AbortController();
    const leaving = shared.run('q', abort.signal, plan.run);
    abort.abort();
    await assert.rejects(leaving, { kind: 'cancelled' });
    assert.equal(plan.cancelled(), 1);
    const again = shared.run('q', undefined, plan.run);
    plan.finish('second time');
    assert.equal(await again, 'second time');
    assert.equal(plan.started(), 2);
  });

  it('forgets a failure', async () => {
    const shared = new SharedWork<string>();
    await assert.rejects(
      shared.run('q', undefined, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await shared.run('q', undefined, () => Promise.resolve('yes')), 'yes');
  });
});
