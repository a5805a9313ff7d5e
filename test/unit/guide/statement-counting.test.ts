import assert from 'node:assert/strict';
import type { ServerIdentity, ServerSettings } from '../../../src/database/health/health';
import { librariesOf, statementCounting } from '../../../src/guide/bottleneck/statement-counting';
import { factsOf, healthOf, known, settingOf } from '../../support/guide-facts';

const preload = (setting: string, more = {}): ServerSettings => ({
  shared_preload_libraries: settingOf(setting, { context: 'postmaster', ...more }),
});
const loaded: ServerSettings = { 'pg_stat_statements.max': settingOf('5000', { context: 'postmaster' }) };

describe('statements are counted', () => {
  const judge = (settings: ServerSettings, server: Partial<ServerIdentity> = {}, statements = {}) => {
    const health = healthOf({ settings: known(settings), ...statements });
    const identity = { ...health.server, availableExtensions: ['pg_stat_statements'], ...server };
    return statementCounting.judge(factsOf({ health: { ...health, server: identity } }));
  };
  const kinds = (settings: ServerSettings, server: Partial<ServerIdentity> = {}) =>
    judge(settings, server).fixes?.map((fix) =>
      fix.kind === 'setting' || fix.kind === 'statement' ? fix.sql : fix.kind,
    );

  it('pass where they are', () => {
    const statements = known({ tracksIoTiming: true, statements: [], totalMs: 0, totalCalls: 0 });
    const extensions = { pg_stat_statements: '1.12' };
    assert.equal(judge(loaded, { extensions }, { statements }).state, 'passed');
  });

  it('are switched on in two steps, and what is loaded already stays loaded', () => {
    const { state, says } = judge(preload('auto_explain, pg_cron'));
    assert.equal(state, 'attention');
    assert.equal(
      says,
      'The server does not count its statements (pg_stat_statements is not installed): nobody can tell which ones take the time.',
    );
    assert.deepEqual(kinds(preload('auto_explain, pg_cron')), [
      `ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_cron', 'pg_stat_statements'`,
      'CREATE EXTENSION IF NOT EXISTS pg_stat_statements',
    ]);
    assert.deepEqual(kinds(preload(''))?.[0], `ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
  });

  it('need only the extension where the library is loaded', () => {
    assert.deepEqual(kinds(loaded), ['CREATE EXTENSION IF NOT EXISTS pg_stat_statements']);
  });

  it('need a restart where the setting is changed already', () => {
    const { missing, fixes } = judge(preload('', { pendingRestart: true }));
    assert.deepEqual(missing, ['shared_preload_libraries was changed and waits for a restart of the server.']);
    assert.equal(fixes?.length, 1);
  });

  it('propose no list of libraries where the present one is hidden: others would not be loaded any more', () => {
    const { missing, fixes } = judge({});
    assert.match(missing?.[0] ?? '', /^shared_preload_libraries is hidden from blog: /);
    assert.deepEqual(
      fixes?.map(({ kind }) => kind),
      ['statement'],
    );
  });

  it('are switched on by the parameter group on RDS, and by the extension alone where its library is always loaded', () => {
    assert.deepEqual(kinds(preload('rdsutils'), { hosting: 'rds' }), [
      'command',
      'CREATE EXTENSION IF NOT EXISTS pg_stat_statements',
    ]);
    assert.deepEqual(kinds({}, { hosting: 'cloud sql' }), ['CREATE EXTENSION IF NOT EXISTS pg_stat_statements']);
    assert.deepEqual(kinds({}, { hosting: 'supabase' }), [
      'CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions',
    ]);
    const allowed = { ...loaded, 'azure.extensions': settingOf('pg_trgm') };
    const [allow] = judge(allowed, { hosting: 'azure' }).fixes ?? [];
    assert.ok(allow?.kind === 'command');
    assert.match(allow.command, /--name azure\.extensions --value 'pg_trgm,pg_stat_statements'$/);
  });

  it('are not counted where the tracking is off, as Azure has it', () => {
    const { says, fixes } = judge(
      { ...loaded, 'pg_stat_statements.track': settingOf('none', { context: 'superuser' }) },
      { extensions: { pg_stat_statements: '1.12' } },
    );
    assert.equal(says, 'pg_stat_statements is there, but counts nothing: its tracking is off.');
    assert.equal(fixes?.[0]?.kind, 'setting');
  });

  it('need the package first where the server has no files of it', () => {
    assert.deepEqual(kinds(preload(''), { availableExtensions: [] }), ['command']);
  });
});

describe('a list of libraries', () => {
  it('is read as the server reads it', () => {
    assert.deepEqual(librariesOf(''), []);
    assert.deepEqual(librariesOf('a,b ,  c'), ['a', 'b', 'c']);
    assert.deepEqual(librariesOf('"$libdir/x, y", "with ""quotes"""'), ['$libdir/x, y', 'with "quotes"']);
  });
});
