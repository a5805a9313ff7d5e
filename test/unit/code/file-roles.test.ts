import assert from 'node:assert/strict';
import { isBackground, isMigration, isTest } from '../../../src/code/file-roles';

describe('the role of a file', () => {
  it('is that of a migration by its folder', () => {
    for (const path of [
      'prisma/migrations/01/migration.sql',
      'db/data-migrations/7.ts',
      'C:\\app\\migrations\\1.js',
      'db/migrations-sqlite/2.js',
    ]) {
      assert.ok(isMigration(path), path);
    }
    for (const path of ['src/migrations.ts', 'src/immigration/visa.ts', 'src/posts.ts']) {
      assert.ok(!isMigration(path), path);
    }
  });

  it('is that of a test by its name or its folder', () => {
    for (const path of ['src/a.test.ts', 'a_spec.js', '__tests__/a.ts', 'test/support/empty.sql'])
      assert.ok(isTest(path), path);
    for (const path of ['src/latest.ts', 'src/contest/a.ts', 'src/protest.sql']) assert.ok(!isTest(path), path);
  });

  it('is that of a job by its name or its folder', () => {
    for (const path of [
      'src/jobs/cleanup.ts',
      'apps/worker/index.ts',
      '/app/import.service.ts',
      '/app/mail.processor.ts',
    ])
      assert.ok(isBackground(path), path);
    for (const path of ['/app/important.ts', '/app/jobs-list.controller.ts', '/app/posts.ts'])
      assert.ok(!isBackground(path), path);
  });
});
