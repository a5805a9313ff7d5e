import assert from 'node:assert/strict';
import { candidates } from '../../../src/advisor/candidates';
import { tableUses } from '../../../src/advisor/uses/table-uses';
import type { ColumnStatistics, Snapshot, SnapshotIndex } from '../../../src/database/snapshot';
import { createIndexSql } from '../../../src/sql/create-index';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

const statistics = (more: Partial<ColumnStatistics> = {}): ColumnStatistics => ({
  nullFraction: 0,
  averageWidth: 8,
  distinct: -0.1,
  ...more,
});

/** Of each column what its name says: three states, rarely deleted, in the order of the rows. */
const known: Readonly<Record<string, ColumnStatistics>> = {
  state: statistics({
    distinct: 3,
    mostCommonValues: '{done,failed,waiting}',
    mostCommonFrequencies: '{0.9,0.08,0.02}',
  }),
  customer: statistics({ distinct: 500, mostCommonValues: '{17}', mostCommonFrequencies: '{0.02}' }),
  urgent: statistics({ distinct: 2, mostCommonValues: '{f,t}', mostCommonFrequencies: '{0.97,0.03}' }),
  deleted_at: statistics({ nullFraction: 0.04 }),
  removed_at: statistics({ nullFraction: 0.99 }),
  logged_at: statistics({ correlation: 0.99 }),
  url: statistics({ averageWidth: 120, distinct: -1 }),
};

const jobs = withStatistics(
  snapshotWith(
    {
      jobs: {
        id: 'integer',
        state: 'text',
        customer: 'integer',
        urgent: 'boolean',
        run_at: 'timestamp without time zone',
        logged_at: 'timestamp without time zone',
        deleted_at: 'timestamp without time zone',
        removed_at: 'timestamp without time zone',
        email: 'character varying(80)',
        url: 'text',
        code: 'character(8)',
        tags: 'text[]',
        data: 'jsonb',
        words: 'tsvector',
        during: 'tstzrange',
        address: 'inet',
        spot: 'point',
      },
    },
    { pages: 50_000 },
    { availableExtensions: ['pg_trgm', 'btree_gist'], collation: 'en_US.UTF-8' },
  ),
);

function withStatistics(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({ ...column, statistics: known[column.name] ?? statistics() })),
    })),
  };
}

function withIndex(definition: string, columns: SnapshotIndex['columns'], more: Partial<SnapshotIndex> = {}): Snapshot {
  const method = / USING (\w+) /.exec(definition)?.[1] ?? 'btree';
  const predicate = / WHERE (.*)$/.exec(definition)?.[1];
  const index: SnapshotIndex = {
    name: 'existing',
    definition,
    isPrimary: false,
    isUnique: false,
    isValid: true,
    method,
    columns,
    pages: 100,
    rows: 1_000,
    ...(predicate && { predicate }),
    ...more,
  };
  return { ...jobs, tables: jobs.tables.map((table) => ({ ...table, indexes: [index] })) };
}

describe('the kinds of candidates', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  /** `(state, run_at)`, `gin (tags)` */
  function tried(sql: string, snapshot = jobs): string[] {
    return candidates(tableUses(statements.read(sql).ast, snapshot), snapshot).map(({ indexes }) =>
      indexes.map((index) => createIndexSql(index).replace(/^.* ON jobs (?:USING )?/, '')).join(' + '),
    );
  }
  const has = (sql: string, expected: string, snapshot = jobs): void => {
    const found = tried(sql, snapshot);
    assert.ok(found.includes(expected), `${expected} for ${sql}: ${found.join('; ') || 'none'}`);
  };
  const hasNone = (sql: string, unwanted: RegExp, snapshot = jobs): void => {
    const found = tried(sql, snapshot).filter((one) => unwanted.test(one));
    assert.deepEqual(found, [], sql);
  };

  it('are partial for a constant that few rows have', () => {
    has(`SELECT * FROM jobs WHERE state = 'waiting' ORDER BY run_at LIMIT 9`, `(run_at) WHERE state = 'waiting'`);
    has(
      `SELECT * FROM jobs WHERE state IN ('waiting', 'failed') AND customer = $1`,
      `(customer) WHERE state IN ('waiting', 'failed')`,
    );
    has('SELECT * FROM jobs WHERE urgent AND customer = $1', '(customer) WHERE urgent');
    has('SELECT * FROM jobs WHERE urgent IS TRUE AND state = $1', '(state) WHERE urgent');
    has('SELECT * FROM jobs WHERE removed_at IS NOT NULL', '(removed_at) WHERE removed_at IS NOT NULL');
    has('SELECT * FROM jobs WHERE deleted_at IS NULL AND customer = 17', '(customer) WHERE deleted_at IS NULL');
  });

  it('are not partial for a parameter, for what most rows have, for one of many values, for sizes that are assumed', () => {
    const partial = / WHERE /;
    hasNone('SELECT * FROM jobs WHERE state = $1 AND customer = $2', partial);
    hasNone(`SELECT * FROM jobs WHERE state = 'done' AND customer = $1`, partial);
    hasNone('SELECT * FROM jobs WHERE NOT urgent AND customer = $1', partial);
    hasNone('SELECT * FROM jobs WHERE customer = 17 ORDER BY run_at LIMIT 5', partial);
    hasNone(`SELECT * FROM jobs WHERE state = 'waiting' AND customer = $1`, partial, { ...jobs, assumed: true });
  });

  it('are on expressions', () => {
    has('SELECT * FROM jobs WHERE lower(email) = lower($1)', '(lower(email))');
    has('SELECT * FROM jobs j WHERE lower(j.email::text) = $1', '(lower(email))');
    has(`SELECT * FROM jobs WHERE data->>'kind' = $1`, `((data ->> 'kind'))`);
    has(`SELECT * FROM jobs WHERE (data->'size')::int > 5`, `((((data -> 'size'))::int4))`);
    has(`SELECT * FROM jobs WHERE run_at::date = $1`, '(((run_at)::date))');
    has(`SELECT * FROM jobs WHERE extract(year FROM run_at) = 2024`, `(pg_catalog.extract('year', run_at))`);
    has('SELECT * FROM jobs WHERE coalesce(customer, 0) = 5', '(COALESCE(customer, 0))');
    has('SELECT * FROM jobs ORDER BY lower(email) LIMIT 5', '(lower(email))');
    has('SELECT * FROM jobs WHERE customer = $1 AND lower(email) = $2', '(customer, lower(email))');
  });

  it('are on no expression of parameters, of two relations, of a comparison, of an aggregate', () => {
    hasNone('SELECT * FROM jobs WHERE customer + $1 = 5', /customer \+/);
    hasNone('SELECT * FROM jobs a, jobs b WHERE a.customer + b.customer = 5', /\+/);
    hasNone(`SELECT * FROM jobs ORDER BY state = 'done' LIMIT 5`, /=/);
    hasNone('SELECT customer FROM jobs GROUP BY customer ORDER BY count(*) LIMIT 5', /count/);
    hasNone('SELECT * FROM jobs ORDER BY spot <-> point(1, 2) LIMIT 5', /<->/);
  });

  it('have the class of patterns for a prefix, unless letters are in the order of their codes', () => {
    has(`SELECT * FROM jobs WHERE url LIKE 'http:%'`, '(url text_pattern_ops)');
    has(`SELECT * FROM jobs WHERE email LIKE $1 || '%'`, '(email varchar_pattern_ops)');
    has(`SELECT * FROM jobs WHERE code LIKE 'abc%'`, '(code bpchar_pattern_ops)');
    has(`SELECT * FROM jobs WHERE url ~ '^http'`, '(url text_pattern_ops)');
    has(`SELECT * FROM jobs WHERE starts_with(url, 'http')`, '(url text_pattern_ops)');
    has(`SELECT * FROM jobs WHERE lower(url) LIKE 'http:%'`, '(lower(url) text_pattern_ops)');
    has(`SELECT * FROM jobs WHERE state = 'done' AND url LIKE 'http:%'`, '(state, url text_pattern_ops)');
    has(`SELECT * FROM jobs WHERE url LIKE 'http:%'`, '(url)', { ...jobs, collation: 'C' });
    hasNone(`SELECT * FROM jobs WHERE url ILIKE 'http:%'`, /pattern_ops/);
    hasNone(`SELECT * FROM jobs WHERE url LIKE '%http:%'`, /pattern_ops/);
    hasNone('SELECT * FROM jobs WHERE url LIKE $1', /pattern_ops/);
  });

  it('are GIN for what is inside of a value', () => {
    for (const [condition, expected] of [
      [`url ILIKE '%x%'`, 'gin (url gin_trgm_ops)'],
      [`url ~* 'x.*y'`, 'gin (url gin_trgm_ops)'],
      ['email % $1', 'gin (email gin_trgm_ops)'],
      ['data @> $1', 'gin (data jsonb_path_ops)'],
      [`data @? '$.size'`, 'gin (data jsonb_path_ops)'],
      [`data ? 'size'`, 'gin (data)'],
      [`data @> $1 AND data ?| $2`, 'gin (data)'],
      ['tags @> $1', 'gin (tags)'],
      ['tags && $1', 'gin (tags)'],
      ['$1 <@ tags', 'gin (tags)'],
      [`words @@ to_tsquery('x')`, 'gin (words)'],
      [`to_tsquery('x') @@ words`, 'gin (words)'],
      [`to_tsvector('english', url) @@ to_tsquery('x')`, `gin (to_tsvector('english', url))`],
    ] as const) {
      has(`SELECT * FROM jobs WHERE ${condition}`, expected);
    }
    hasNone(`SELECT * FROM jobs WHERE data ? 'size'`, /jsonb_path_ops/);
    assert.deepEqual(tried('SELECT * FROM jobs WHERE $1 = ANY (tags)'), []);
    assert.deepEqual(tried(`SELECT * FROM jobs WHERE url ~ 'x'`, { ...jobs, availableExtensions: [] }), []);
  });

  it('are GiST for ranges, addresses and the nearest', () => {
    has('SELECT * FROM jobs WHERE during && $1', 'gist (during)');
    has('SELECT * FROM jobs WHERE $1 <@ during', 'gist (during)');
    has('SELECT * FROM jobs WHERE customer = $1 AND during && $2', 'gist (customer, during)');
    has('SELECT * FROM jobs WHERE address <<= $1', 'gist (address inet_ops)');
    has('SELECT * FROM jobs ORDER BY spot <-> $1 LIMIT 5', 'gist (spot)');
    has('SELECT * FROM jobs ORDER BY url <-> $1 LIMIT 5', 'gist (url gist_trgm_ops)');
    hasNone('SELECT * FROM jobs ORDER BY spot <-> $1', /gist/);
    hasNone('SELECT * FROM jobs WHERE customer = $1 AND during && $2', /customer, during/, {
      ...jobs,
      availableExtensions: [],
    });
  });

  it('are BRIN for a range of a column in whose order the rows lie, in a large table', () => {
    has('SELECT * FROM jobs WHERE logged_at > $1', 'brin (logged_at)');
    hasNone('SELECT * FROM jobs WHERE run_at > $1', /brin/);
    hasNone('SELECT * FROM jobs WHERE logged_at = $1', /brin/);
    const small = { ...jobs, tables: jobs.tables.map((table) => ({ ...table, pages: 500 })) };
    hasNone('SELECT * FROM jobs WHERE logged_at > $1', /brin/, small);
  });

  it('are of hashes for long keys that are only compared for equality', () => {
    has('SELECT * FROM jobs WHERE url = $1', 'hash (url)');
    hasNone('SELECT * FROM jobs WHERE email = $1', /hash/);
    hasNone(`SELECT * FROM jobs WHERE url = $1 OR url LIKE 'x%'`, /hash/);
    hasNone('SELECT * FROM jobs WHERE url > $1', /hash/);
  });

  it('include what else is read, where most pages are all-visible and little is read', () => {
    const visible = { ...jobs, tables: jobs.tables.map((table) => ({ ...table, allVisiblePages: 49_000 })) };
    const hidden = { ...jobs, tables: jobs.tables.map((table) => ({ ...table, allVisiblePages: 9_000 })) };
    const sql = 'SELECT customer, run_at FROM jobs WHERE logged_at > $1';
    has(sql, '(logged_at) INCLUDE (customer, run_at)', visible);
    hasNone(sql, /INCLUDE/, hidden);
    for (const none of [
      'SELECT * FROM jobs WHERE logged_at > $1',
      'SELECT j FROM jobs j WHERE logged_at > $1',
      'SELECT url FROM jobs WHERE logged_at > $1',
      'SELECT customer FROM jobs WHERE logged_at > $1 FOR UPDATE',
      'SELECT customer FROM jobs',
      'UPDATE jobs SET customer = 5 WHERE logged_at > $1 RETURNING run_at',
    ]) {
      hasNone(none, /INCLUDE/, visible);
    }
    has(
      'SELECT count(*) FROM (SELECT customer, logged_at FROM jobs) j WHERE logged_at > $1',
      '(logged_at) INCLUDE (customer)',
      visible,
    );
  });

  it('are none that an existing index serves, whatever the server calls it', () => {
    for (const [definition, columns, sql, served] of [
      [
        `CREATE INDEX existing ON public.jobs USING btree (lower((email)::text))`,
        [{ expression: 'lower((email)::text)', descending: false }],
        'SELECT * FROM jobs WHERE lower(email) = $1',
        '(lower(email))',
      ],
      [
        `CREATE INDEX existing ON public.jobs USING btree (((data ->> 'kind'::text)))`,
        [{ expression: `(data ->> 'kind'::text)`, descending: false }],
        `SELECT * FROM jobs WHERE data->>'kind' = $1`,
        `((data ->> 'kind'))`,
      ],
      [
        `CREATE INDEX existing ON public.jobs USING btree (url text_pattern_ops)`,
        [{ name: 'url', descending: false }],
        `SELECT * FROM jobs WHERE url LIKE 'x%'`,
        '(url text_pattern_ops)',
      ],
      [
        `CREATE INDEX existing ON public.jobs USING gin (data)`,
        [{ name: 'data', descending: false }],
        'SELECT * FROM jobs WHERE data @> $1',
        'gin (data jsonb_path_ops)',
      ],
      [
        `CREATE INDEX existing ON public.jobs USING gin (email gin_trgm_ops, url gin_trgm_ops)`,
        [
          { name: 'email', descending: false },
          { name: 'url', descending: false },
        ],
        `SELECT * FROM jobs WHERE url LIKE '%x%'`,
        'gin (url gin_trgm_ops)',
      ],
      [
        `CREATE INDEX existing ON public.jobs USING btree (run_at) WHERE (state = 'waiting'::text)`,
        [{ name: 'run_at', descending: false }],
        `SELECT * FROM jobs WHERE state = 'waiting' ORDER BY run_at LIMIT 5`,
        `(run_at) WHERE state = 'waiting'`,
      ],
    ] as const) {
      has(sql, served);
      const found = tried(sql, withIndex(definition, columns));
      assert.ok(!found.includes(served), `${definition}: ${found.join('; ')}`);
    }
    // Other classes do not serve an order, nor a partial index all rows.
    has(
      'SELECT * FROM jobs ORDER BY url LIMIT 5',
      '(url)',
      withIndex('CREATE INDEX existing ON public.jobs USING btree (url text_pattern_ops)', [
        { name: 'url', descending: false },
      ]),
    );
    has(
      'SELECT * FROM jobs ORDER BY run_at LIMIT 5',
      '(run_at)',
      withIndex(`CREATE INDEX existing ON public.jobs USING btree (run_at) WHERE (state = 'waiting'::text)`, [
        { name: 'run_at', descending: false },
      ]),
    );
  });

  it('do not go on after a unique key', () => {
    const unique = withIndex(
      'CREATE UNIQUE INDEX existing ON public.jobs USING btree (id)',
      [{ name: 'id', descending: false }],
      { isUnique: true },
    );
    hasNone('SELECT * FROM jobs WHERE id = $1 AND state = $2 ORDER BY run_at LIMIT 1', /\bid\b/, unique);
  });

  it('are on no expression that nobody would index: nested deeply, or very long', () => {
    const nested = `${'lower('.repeat(1500)}url${')'.repeat(1500)}`;
    assert.deepEqual(tried(`SELECT * FROM jobs WHERE ${nested} = $1`), []);
    assert.deepEqual(tried(`SELECT * FROM jobs WHERE ${Array(3000).fill('customer').join(' + ')} = 5`), []);
    const states = Array.from({ length: 5000 }, (_, i) => `'${i}'`).join(', ');
    hasNone(`SELECT * FROM jobs WHERE state IN (${states}) AND customer = $1`, / WHERE /);
  });

  it('are few, however much a statement asks', () => {
    const columns = ['id', 'state', 'customer', 'run_at', 'logged_at', 'deleted_at', 'email', 'url'];
    const all = columns.map((name, i) => `${name} = $${i + 1}`).join(' AND ');
    assert.ok(tried(`SELECT * FROM jobs WHERE ${all} ORDER BY removed_at LIMIT 5`).length <= 100);
  });
});
