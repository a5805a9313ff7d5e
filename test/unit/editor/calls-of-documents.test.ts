import assert from 'node:assert/strict';
import { CallsOfDocuments } from '../../../src/editor/calls-of-documents';
import type { CodeIndex, DocumentCalls } from '../../../src/editor/code-index';
import type { ErrorReporter } from '../../../src/editor/error-reporter';
import type { TrackedDocument } from '../../../src/editor/tracked-document';

const source = { uri: 'file:///a.ts', languageId: 'typescript', text: 'Post.findAll()' };
const found = { sites: [{ sql: 'SELECT 1' }], withoutSql: [] } as unknown as DocumentCalls;

/** A thread that is busy until `answer` is called. */
function busyThread() {
  const asked: ((calls: DocumentCalls) => void)[] = [];
  const code = { callsOf: () => new Promise<DocumentCalls>((resolve) => asked.push(resolve)) } as unknown as CodeIndex;
  const answer = (calls: DocumentCalls) => {
    for (const resolve of asked) resolve(calls);
  };
  return { asked, answer, calls: new CallsOfDocuments({ code, errors: {} as ErrorReporter }) };
}

function documentAt(version: number): TrackedDocument {
  return { document: { version } } as TrackedDocument;
}

describe('the calls of a document while the code thread is busy', () => {
  it('are asked for once, however many wait, and told once when they are there', async () => {
    const { asked, answer, calls } = busyThread();
    const document = documentAt(1);
    let told = 0;
    const onLate = () => told++;
    const early = await Promise.all([calls.of(document, source, onLate), calls.of(document, source, onLate)]);
    assert.deepEqual(
      early.map(({ sites }) => sites),
      [[], []],
    );
    answer(found);
    assert.equal(await calls.of(document, source, onLate), found);
    assert.deepEqual([asked.length, told], [1, 1]);
  });

  it('are asked for again when the text or the program has changed', async () => {
    const { asked, answer, calls } = busyThread();
    const document = documentAt(1);
    const first = calls.of(document, source, () => undefined);
    Object.assign(document.document, { version: 2 });
    const second = calls.of(document, source, () => undefined);
    calls.forget();
    const third = calls.of(document, source, () => undefined);
    answer(found);
    await Promise.all([first, second, third]);
    assert.equal(asked.length, 3);
  });

  it('are not told when the text has changed since', async () => {
    const { answer, calls } = busyThread();
    const document = documentAt(1);
    let told = 0;
    await calls.of(document, source, () => told++);
    Object.assign(document.document, { version: 2 });
    const second = calls.of(document, source, () => undefined);
    answer(found);
    await second;
    assert.equal(told, 0);
  });
});
