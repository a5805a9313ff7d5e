import assert from 'node:assert/strict';
import { withShortPaths } from '../../../src/analysis/guide/short-paths';

describe('The result of a check', () => {
  it('names files below the workspace’s folders, and keeps the places whole', () => {
    const uri = '/home/ada/shop/src/db.js';
    const range = { start: 0, end: 1 };
    const result = withShortPaths(
      {
        state: 'attention',
        says: `The pool of ${uri} is large.`,
        evidence: [{ kind: 'table', title: 'Pools', columns: [{ title: 'Place' }], rows: [[uri], ['/etc/db.js']] }],
        places: [{ uri, range, message: `See ${uri}.` }],
        fixes: [{ kind: 'edit', title: `Change ${uri}`, edits: [{ uri, range, newText: '' }] }],
      },
      ['/home/ada/shop'],
    );
    assert.deepEqual(result, {
      state: 'attention',
      says: 'The pool of src/db.js is large.',
      evidence: [
        { kind: 'table', title: 'Pools', columns: [{ title: 'Place' }], rows: [['src/db.js'], ['/etc/db.js']] },
      ],
      places: [{ uri, range, message: 'See src/db.js.' }],
      fixes: [{ kind: 'edit', title: 'Change src/db.js', edits: [{ uri, range, newText: '' }] }],
    });
  });
});
