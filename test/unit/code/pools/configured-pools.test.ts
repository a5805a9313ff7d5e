import assert from 'node:assert/strict';
import { withConfiguredPools } from '../../../../src/code/pools/configured-pools';
import { findPools } from '../../../../src/code/pools/find-pools';
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
});
