import assert from 'node:assert/strict';
import { withConfiguredPools } from '../../../../src/code/pools/configured-pools';
import { findPools } from '../../../../src/code/pools/find-pools';
import { goPools } from '../../../../src/code/pools/go';
import { optionFix } from '../../../../src/guide/connection-pool/option-fix';
import { afterFix } from '../../../support/fixes-of';
import { ormCallsIn } from '../../../support/orm-calls';

describe('pools in files of configuration', () => {
  it('of Rails are those of production, with what they take over', () => {
    const text = `default: &default
  adapter: postgresql
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
development:
  <<: *default
production:
  <<: *default
  url: <%= ENV["DATABASE_URL"] %>
  checkout_timeout: 3
`;
    const [pool, ...others] = withConfiguredPools([], [{ path: '/app/config/database.yml', text }]);
    assert.deepEqual(others, []);
    assert.deepEqual([pool?.library, pool?.max.value, pool?.max.variable], ['activerecord', 5, 'RAILS_MAX_THREADS']);
    assert.deepEqual([pool?.waitMs.value, pool?.idleMs.value], [3000, 300_000]);
    assert.deepEqual(pool?.connectsTo, { variable: 'DATABASE_URL' });
  });

  it('of Rails may be several, one of them for reading', () => {
    const text = `production:
  primary:
    adapter: postgresql
    pool: 20
  primary_replica:
    adapter: postgresql
    replica: true
`;
    const pools = withConfiguredPools([], [{ path: '/app/config/database.yml', text }]);
    assert.deepEqual(
      pools.map(({ name, max, role }) => [name, max.value, role]),
      [
        ['primary', 20, 'primary'],
        ['primary_replica', 5, 'replica'],
      ],
    );
    assert.equal(text.slice(pools[0]?.max.range?.start, pools[0]?.max.range?.end), '20');
  });

  it('of Rails with another database are none', () => {
    const text = 'production:\n  adapter: sqlite3\n  pool: 5\n';
    assert.deepEqual(withConfiguredPools([], [{ path: '/app/config/database.yml', text }]), []);
  });

  it('of Sequelize’s own tool give the options that the code takes from it', async () => {
    const { program } = await ormCallsIn({
      '/app/models/index.js': `const { Sequelize } = require('sequelize');
const config = require(__dirname + '/../config/config.json')[process.env.NODE_ENV || 'development'];
module.exports = new Sequelize(config.database, config.username, config.password, config);`,
    });
    const text = JSON.stringify({
      development: { dialect: 'postgres' },
      production: { dialect: 'postgres', use_env_variable: 'DATABASE_URL', password: 'geheim', pool: { max: 30 } },
    });
    const [pool] = withConfiguredPools(findPools(program), [{ path: '/app/config/config.json', text }]);
    assert.deepEqual([pool?.max.value, pool?.max.path, pool?.waitMs.value], [30, '/app/config/config.json', 60_000]);
    assert.equal(text.slice(pool?.max.range?.start, pool?.max.range?.end), '30');
    assert.deepEqual(pool?.connectsTo, { variable: 'DATABASE_URL' });
    assert.ok(!JSON.stringify(pool).includes('geheim'));
  });

  it('of Spring Boot are HikariCP’s, with the settings of production before the common ones', () => {
    const common = {
      path: '/app/src/main/resources/application.properties',
      text: '# data\nspring.datasource.url=jdbc:postgresql://db:5432/blog\nspring.datasource.hikari.maximumPoolSize = 30\nspring.datasource.hikari.connection-timeout=2000\n',
    };
    const production = {
      path: '/app/src/main/resources/application-prod.yml',
      text: 'spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 50\n---\nspring: { datasource: { hikari: { maximum-pool-size: 1 } } }\n',
    };
    const [pool, ...others] = withConfiguredPools([], [common, production]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [pool?.library, pool?.max.value, pool?.waitMs.value, pool?.idleMs.value],
      ['hikari', 50, 2000, 600_000],
    );
    assert.deepEqual(pool?.connectsTo, { host: 'db', port: 5432, database: 'blog' });
    const fix = pool && optionFix(pool, 'max', pool.max, 8);
    assert.equal(fix?.title, 'Set maximum-pool-size of the pool of hikari to 8');
    assert.match(fix?.kind === 'edit' ? afterFix(fix, production.text) : '', /^ {6}maximum-pool-size: 8$/m);
    const [alone] = withConfiguredPools([], [common]);
    const plain = alone && optionFix(alone, 'max', alone.max, 8);
    assert.match(
      plain?.kind === 'edit' ? afterFix(plain, common.text) : '',
      /^spring\.datasource\.hikari\.maximumPoolSize = 8$/m,
    );
  });

  it('of Spring Boot may take a variable, and are none of another database or of tests', () => {
    const file = (text: string, path = '/app/src/main/resources/application.yml') =>
      withConfiguredPools([], [{ path, text }]);
    const [pool] = file(
      'spring:\n  datasource:\n    url: ${DB_URL:jdbc:postgresql://localhost/blog}\n    hikari:\n      maximumPoolSize: ${POOL:20}\n',
    );
    assert.deepEqual([pool?.max.value, pool?.max.variable, pool?.connectsTo?.variable], [20, 'POOL', 'DB_URL']);
    assert.deepEqual(file('spring:\n  datasource:\n    url: jdbc:mysql://localhost/blog\n'), []);
    const inTests = '/app/src/test/resources/application.yml';
    assert.deepEqual(file('spring:\n  datasource:\n    url: jdbc:postgresql://localhost/blog\n', inTests), []);
    assert.deepEqual(file('name: x\n'), []);
  });

  it('of Rails are resized where a number stands', () => {
    const text = 'production:\n  adapter: postgresql\n  pool: 25\n';
    const [pool] = withConfiguredPools([], [{ path: '/app/config/database.yml', text }]);
    const fix = pool && optionFix(pool, 'max', pool.max, 9);
    assert.equal(fix?.title, 'Set pool of the pool of activerecord to 9');
    assert.equal(fix?.kind === 'edit' && afterFix(fix, text), text.replace('25', '9'));
  });
});

describe('pools of Go', () => {
  const open = 'db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))\n';

  it('have the limit that is set, in the file or beside it, and are resized there', () => {
    const text = `package main\nfunc main() {\n\t${open}\t// db.SetMaxOpenConns(5)\n\tdb.SetMaxOpenConns(40)\n}\n`;
    const [pool, ...others] = goPools([{ path: '/app/main.go', text }]);
    assert.deepEqual(others, []);
    assert.deepEqual([pool?.library, pool?.name, pool?.max.value], ['database/sql', 'db', 40]);
    assert.equal(text.slice(pool?.range.start, pool?.range.end), 'sql.Open("postgres"');
    const fix = pool && optionFix(pool, 'max', pool.max, 7);
    assert.equal(fix?.title, 'Set SetMaxOpenConns of db (database/sql) to 7');
    assert.equal(fix?.kind === 'edit' && afterFix(fix, text), text.replace('Conns(40)', 'Conns(7)'));
    const beside = goPools([
      { path: '/app/db/open.go', text: open },
      { path: '/app/db/limits.go', text: 'func limit(db *sql.DB) { db.SetMaxOpenConns(12) }' },
    ]);
    assert.deepEqual(
      beside.map(({ max }) => [max.value, max.path]),
      [[12, '/app/db/limits.go']],
    );
  });

  it('have no limit without it, and pgxpool its own', () => {
    const [pool] = goPools([{ path: '/app/main.go', text: open }]);
    assert.deepEqual([pool?.max.value, pool?.max.source], [undefined, 'no limit']);
    const [pgx] = goPools([{ path: '/app/main.go', text: 'pool, err := pgxpool.New(ctx, url)\n' }]);
    assert.deepEqual([pgx?.library, pgx?.max.source], ['pgxpool', 'the greater of 4 and the cores']);
    const [set] = goPools([
      { path: '/app/main.go', text: 'config.MaxConns = 16\npool, err := pgxpool.NewWithConfig(ctx, config)\n' },
    ]);
    assert.equal(set?.max.value, 16);
  });

  it('are none of other databases and of tests', () => {
    assert.deepEqual(goPools([{ path: '/app/main.go', text: open.replace('postgres', 'mysql') }]), []);
    assert.deepEqual(goPools([{ path: '/app/main_test.go', text: open }]), []);
  });
});
