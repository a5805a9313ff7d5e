import assert from 'node:assert/strict';
import { pathWithCatalogFirst } from '../../../src/database/search-path';

describe('the search_path of a transaction', () => {
  it("stays as it is where PostgreSQL's own names come first", () => {
    assert.equal(pathWithCatalogFirst({ searchPath: '"$user", public', schemas: ['pg_catalog', 'public'] }), undefined);
  });

  it('gets pg_catalog first where another schema stands before it', () => {
    assert.equal(
      pathWithCatalogFirst({ searchPath: 'oracle, "$user", "a, ""b", pg_catalog', schemas: ['oracle', 'pg_catalog'] }),
      'pg_catalog, oracle, "$user", "a, ""b", pg_temp',
    );
  });

  it("gets temporary tables last, which may be those of a pooler's earlier client", () => {
    assert.equal(
      pathWithCatalogFirst({ searchPath: 'public', schemas: ['pg_temp_3', 'pg_catalog', 'public'] }),
      'pg_catalog, public, pg_temp',
    );
  });
});
