import assert from 'node:assert/strict';
import type { Health } from '../../../src/database/health/health';
import { readAtHere } from '../../../src/database/health/here';
import { hiddenIn, oldestAndNewest, valueIn, withServer } from '../../support/health';
import { createDatabase, sharedServer, type TestDatabase } from '../../support/postgres-server';

for (const major of oldestAndNewest()) {
  describe(`the health of a database that takes its time, on PostgreSQL ${major}`, () => {
    let database: TestDatabase;

    before(async () => {
      database = await createDatabase(
        await sharedServer(major),
        'CREATE TABLE one (id int PRIMARY KEY); INSERT INTO one VALUES (1); ANALYZE',
      );
    });
    after(() => database?.drop());

    it('is told first with its tables, then with its indexes; what is still to come says so', async () => {
      const parts: Health[] = [];
      const whole = await withServer(database.gateOptions(), (server) =>
        server.health(undefined, (part) => parts.push(part)),
      );
      const [first, second] = parts;
      assert.ok(first && second && parts.length === 2);
      assert.deepEqual(
        valueIn(first.tables).map(({ name }) => name),
        ['one'],
      );
      assert.equal(hiddenIn(first.indexes), 'It is being read…');
      assert.deepEqual(
        valueIn(second.indexes).map(({ name }) => name),
        ['one_pkey'],
      );
      assert.equal(hiddenIn(second.unindexedColumns), 'It is being read…');
      for (const part of parts) assert.equal(valueIn(part.activity.connections).maxConnections > 0, true);
      assert.doesNotMatch(JSON.stringify(whole), /being read/);
    });

    for (const hours of [-3, 3]) {
      it(`has ages that hold where this machine's clock is ${Math.abs(hours)} h ${hours < 0 ? 'behind' : 'ahead'}`, async () => {
        const known = Date.now;
        Date.now = () => known() + hours * 3_600_000;
        try {
          const health = await withServer(database.gateOptions(), (server) => server.health());
          assert.ok(Math.abs(health.server.clockAheadSeconds + hours * 3_600) < 10);
          assert.ok(Math.abs(readAtHere(health) - Date.now()) < 30_000);
          assert.doesNotMatch(JSON.stringify(health.activity), /Seconds":-/);
        } finally {
          Date.now = known;
        }
      });
    }
  });
}
