import assert from 'node:assert/strict';
import { shortTitle } from '../../../src/editor/short-title';

describe('the title of a quick fix', () => {
  it('stays as it is where it fits a menu', () => {
    assert.equal(
      shortTitle('Index on posts (author_id)', ': new migration file'),
      'Index on posts (author_id): new migration file',
    );
  });

  it('is cut in what it is about, never in what it does', () => {
    const what = `Index on posts (author_id, created_at DESC) INCLUDE (title, body) WHERE status = 'published'`;
    const title = shortTitle(what, ': copy the statement');
    assert.equal(title.length, 80);
    assert.match(title, /^Index on posts \(author_id, created_at DESC\) INCLUDE \(title.*…: copy the statement$/);
  });
});
