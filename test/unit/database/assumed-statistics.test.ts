import assert from 'node:assert/strict';
import { assumeStatistics } from '../../../src/database/schema-files/assumed-statistics';
import type { ColumnStatistics, SnapshotTable } from '../../../src/database/snapshot';
import { snapshotWith } from '../../support/what-if';

const posts = snapshotWith(
  {
    posts: {
      id: 'bigint',
      author_id: 'bigint',
      mood: 'app.mood',
      status: 'character varying(20)',
      published: 'boolean',
      email: 'text',
      title: 'text',
      created_at: 'timestamp with time zone',
      deleted_at: 'timestamp with time zone',
    },
  },
  {
    foreignKeys: ['ALTER TABLE posts ADD CONSTRAINT a FOREIGN KEY (author_id) REFERENCES users(id)'],
    indexes: [
      {
        name: 'posts_pkey',
        definition: 'CREATE UNIQUE INDEX posts_pkey ON posts (id)',
        isPrimary: true,
        isUnique: true,
        isValid: true,
        method: 'btree',
        columns: [{ name: 'id', descending: false }],
        pages: 1,
        rows: 0,
      },
    ],
  },
  { prelude: [`CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok')`] },
);

describe('assumed statistics', () => {
  const assumed = assumeStatistics(posts, { rows: 100_000, today: new Date('2026-03-01T00:00:00Z') });
  const [table] = assumed.tables as [SnapshotTable];
  const of = (name: string): ColumnStatistics =>
    table.columns.find((column) => column.name === name)?.statistics ?? assert.fail(name);

  it('say that they are assumed, with the rows that were asked for and the pages that these take', () => {
    assert.equal(assumed.assumed, true);
    assert.equal(table.rows, 100_000);
    // Nine columns of some 120 bytes and a header of 28 make about 55 rows a page.
    assert.ok(table.pages > 1_200 && table.pages < 2_500, String(table.pages));
    // 20 bytes a key in leaves that are nine tenths full.
    assert.equal(table.indexes[0]?.pages, 276);
  });

  it('take keys for unique and foreign keys for ten rows a parent', () => {
    assert.equal(of('id').distinct, -1);
    assert.equal(of('id').correlation, 1);
    assert.match(of('id').histogramBounds ?? '', /^\{"1",.*,"100000"\}$/);
    assert.equal(of('author_id').distinct, 10_000);
    assert.equal(of('email').distinct, -0.9);
    // Half as many as rows, of which a tenth has none.
    assert.equal(of('title').distinct, -0.45);
  });

  it('spread enums and booleans evenly and take a status for one of five', () => {
    assert.equal(of('mood').mostCommonValues, `{"sad","it's ok"}`);
    assert.equal(of('published').mostCommonFrequencies, '{0.450000,0.450000}');
    assert.equal(of('mood').averageWidth, 4);
    assert.equal(of('status').distinct, 5);
  });

  it('spread dates over the two years before today, and take a deletion for rare', () => {
    assert.match(of('created_at').histogramBounds ?? '', /^\{"2024-03-01 00:00:00\+00",.*"2026-03-01 00:00:00\+00"\}$/);
    assert.equal(of('created_at').nullFraction, 0.1);
    assert.equal(of('deleted_at').nullFraction, 0.95);
  });

  it('read names in any spelling: keys that nobody declared, kinds, places, what is to come', () => {
    const columns = {
      websiteId: 'uuid',
      created_by: 'uuid',
      stripeSubscriptionId: 'text',
      accountType: 'text',
      country: 'character(2)',
      data_key: 'text',
      isDeleted: 'boolean',
      expiresAt: 'timestamp(3) without time zone',
      apiKey: 'text',
      code: 'app.short',
    };
    const snapshot = snapshotWith(
      { t: columns },
      {},
      { prelude: ['CREATE DOMAIN app.short AS character(3) CONSTRAINT c CHECK (true)'] },
    );
    const { tables } = assumeStatistics(snapshot, { rows: 1_000, today: new Date('2026-03-01T00:00:00Z') });
    const distinct = tables[0]?.columns.map(({ name, statistics }) => [name, statistics?.distinct]);
    assert.deepEqual(distinct, [
      ['websiteId', 100],
      ['created_by', 100],
      ['stripeSubscriptionId', -0.9],
      ['accountType', 5],
      ['country', 100],
      ['data_key', -0.45],
      ['isDeleted', 2],
      ['expiresAt', -0.9],
      ['apiKey', -0.9],
      ['code', 100],
    ]);
    const statistics = (name: string) => tables[0]?.columns.find((column) => column.name === name)?.statistics;
    assert.equal(statistics('isDeleted')?.mostCommonFrequencies, '{0.855000,0.045000}');
    assert.match(statistics('expiresAt')?.histogramBounds ?? '', /^\{"2025-03-01 .*"2027-03-01 /);
    assert.equal(tables[0]?.columns.find(({ name }) => name === 'code')?.type, 'app.short');
  });
});
