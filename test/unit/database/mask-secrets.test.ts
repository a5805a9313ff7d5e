import assert from 'node:assert/strict';
import { maskSecrets, maskSetting } from '../../../src/database/health/mask-secrets';

describe('what the server keeps of statements', () => {
  const cases: Readonly<Record<string, string>> = {
    "CREATE ROLE app LOGIN PASSWORD 'top secret'": "CREATE ROLE app LOGIN PASSWORD '***'",
    "ALTER USER app WITH ENCRYPTED PASSWORD E'top\\'s' VALID UNTIL '2027-01-01'":
      "ALTER USER app WITH ENCRYPTED PASSWORD '***' VALID UNTIL '2027-01-01'",
    'ALTER ROLE app PASSWORD $x$top$x$, x': "ALTER ROLE app PASSWORD '***', x",
    "ALTER ROLE app PASSWORD 'cut off her": "ALTER ROLE app PASSWORD '***'",
    "CREATE SUBSCRIPTION s CONNECTION 'host=db1 user=app password=top dbname=x' PUBLICATION p":
      "CREATE SUBSCRIPTION s CONNECTION 'host=db1 user=app password=*** dbname=x' PUBLICATION p",
    "SELECT dblink_connect('postgresql://app:top@db1/x')": "SELECT dblink_connect('postgresql://app:***@db1/x')",
    "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password 'top')":
      "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password '***')",
    "ALTER ROLE app PASSWORD'top'": "ALTER ROLE app PASSWORD'***'",
    "UPDATE users SET \"password\" = 'top', name = 'x'": "UPDATE users SET \"password\" = '***', name = 'x'",
    'SELECT login(\'{"name": "x", "password": "top"}\')': `SELECT login('{"name": "x", "password": "***"}')`,
    "SELECT * FROM keys WHERE api_key = 'top' AND id = 7": "SELECT * FROM keys WHERE api_key = '***' AND id = 7",
  };
  for (const [sent, told] of Object.entries(cases)) {
    it(`${told} is told without its secret`, () => assert.equal(maskSecrets(sent), told));
  }

  it('is told as it is where there is none', () => {
    for (const sql of [
      'SELECT * FROM users WHERE password = $1 AND name = $2',
      'UPDATE users SET password_hash = $1, token = $2 WHERE id = $3',
      "SELECT 'a:b' || name FROM posts WHERE title = 'password'",
      "SELECT 'my password', 'is' AS x, 'password' AS password",
      `SELECT "it's", 'a' -- password 'x'`,
      "SELECT date '2026-01-01', $$text$$, E'it\\'s'",
    ]) {
      assert.equal(maskSecrets(sql), sql);
    }
  });
});

describe('a setting that may hold a secret', () => {
  it('says only whether it is set', () => {
    assert.equal(maskSetting('primary_conninfo', 'host=db1 password=top'), '***');
    assert.equal(maskSetting('archive_command', 'curl -u me:top'), '***');
    assert.equal(maskSetting('archive_command', '(disabled)'), '(disabled)');
    assert.equal(maskSetting('restore_command', ''), '');
    assert.equal(maskSetting('password_encryption', 'scram-sha-256'), 'scram-sha-256');
  });
});
