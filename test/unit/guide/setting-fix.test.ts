import assert from 'node:assert/strict';
import type { ServerIdentity } from '../../../src/database/health/health';
import { type SettingChange, settingFix } from '../../../src/guide/support/setting-fix';
import { healthOf, known, settingOf } from '../../support/guide-facts';

describe('the fix of a setting', () => {
  const fixOf = (hosting: ServerIdentity['hosting'], change: Partial<SettingChange> = {}) => {
    const health = healthOf({
      settings: known({ shared_buffers: settingOf('16384', { context: 'postmaster' }), work_mem: settingOf('4096') }),
    });
    return settingFix(
      { ...health, server: { ...health.server, hosting } },
      { name: 'shared_buffers', from: '128MB', to: '4GB', amount: 524_288, title: 'Give it more memory', ...change },
    );
  };

  it('is ALTER SYSTEM on a server of one’s own, and says when it takes effect', () => {
    const fix = fixOf('self-managed');
    assert.ok(fix.kind === 'setting');
    assert.deepEqual([fix.sql, fix.takesEffect], [`ALTER SYSTEM SET shared_buffers = '4GB'`, 'after a restart']);
    const other = fixOf('self-managed', { name: 'work_mem', to: `it's` });
    assert.ok(other.kind === 'setting');
    assert.deepEqual([other.sql, other.takesEffect], [`ALTER SYSTEM SET work_mem = 'it''s'`, 'after a reload']);
  });

  it('is a change of the command line where that comes before ALTER SYSTEM', () => {
    const autovacuum = settingOf('off', { source: 'command line' });
    const health = healthOf({ settings: known({ autovacuum }) });
    const fix = settingFix(health, { name: 'autovacuum', from: 'off', to: 'on', title: 'Switch it on' });
    assert.ok(fix.kind === 'command');
    assert.equal(fix.command, 'postgres -c autovacuum=on');
    assert.match(fix.note ?? '', /^The server is started with -c autovacuum=off, .* change it there, and restart\.$/);
  });

  it('names each member of a list by itself: as one text, the server would look for one library of that name', () => {
    const fix = fixOf('self-managed', { name: 'shared_preload_libraries', to: ['pg_cron', 'auto_explain'] });
    assert.ok(fix.kind === 'setting');
    assert.equal(fix.sql, `ALTER SYSTEM SET shared_preload_libraries = 'pg_cron', 'auto_explain'`);
  });

  it('is a command where the hosting keeps the settings, in the unit that it wants', () => {
    const commands = (['rds', 'aurora', 'cloud sql', 'azure'] as const).map((hosting) => {
      const fix = fixOf(hosting);
      assert.ok(fix.kind === 'command');
      return fix.command.replaceAll(/\s*\\\n\s*/g, ' ').split('\n')[0];
    });
    const parameters = `'[{"ParameterName":"shared_buffers","ParameterValue":"524288","ApplyMethod":"pending-reboot"}]'`;
    assert.deepEqual(commands, [
      `aws rds modify-db-parameter-group --db-parameter-group-name <parameter-group> --parameters ${parameters}`,
      `aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name <parameter-group> --parameters ${parameters}`,
      'gcloud sql instances patch <instance> --database-flags=shared_buffers=524288',
      'az postgres flexible-server parameter set --resource-group <group> --server-name <server> --name shared_buffers --value 524288',
    ]);
  });

  it('names its placeholders, and the restart that it needs', () => {
    const fix = fixOf('azure', { note: 'It needs memory.' });
    assert.ok(fix.kind === 'command');
    assert.deepEqual(fix.placeholders, ['<group>: the resource group.', '<server>: the name of the server.']);
    assert.equal(fix.note, 'It needs memory. It takes effect with a restart, which ends all connections.');
    assert.match(fix.command, /\naz postgres flexible-server restart /);
  });
});
