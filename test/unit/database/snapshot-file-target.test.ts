import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSnapshotFile } from '../../../src/database/snapshot-file/snapshot-file';
import { openSnapshotFile } from '../../../src/database/snapshot-file/target';
import { Problem } from '../../../src/nouns/problem';
import { SqlParser } from '../../../src/sql/parser';
import { snapshotWith } from '../../support/what-if';

describe('opening a snapshot file', () => {
  const snapshot = snapshotWith({ posts: { id: 'integer', größe: 'text' } });
  const text = [
    ...writeSnapshotFile(snapshot, { takenAt: new Date('2026-11-22T10:00:00Z'), madeBy: 'planlight' }),
  ].join('');
  let folder: string;
  let parser: SqlParser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'planlight-snapshot-'));
    parser = await SqlParser.load();
  });
  after(() => rm(folder, { recursive: true }));

  const open = async (content: string | Uint8Array) => {
    await writeFile(join(folder, 'prod.json'), content);
    return openSnapshotFile(join(folder, 'prod.json'), 'prod.json', parser);
  };

  it('says of when and which version it is', async () => {
    const opened = await open(text);
    assert.equal(opened.label, 'snapshot prod.json of 2026-11-22 (PostgreSQL 18)');
    assert.equal(opened.notice, 'No server was asked: schema and statistics are those of the snapshot of 2026-11-22.');
    assert.equal((await open(text.replace(/"takenAt".*\n/, ''))).label, 'snapshot prod.json (PostgreSQL 18)');
  });

  it('reads UTF-8 with a mark, and UTF-16 as PowerShell writes it', async () => {
    assert.deepEqual((await open(`\ufeff${text}`)).snapshot, snapshot);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    assert.deepEqual((await open(utf16)).snapshot, snapshot);
  });

  it('a file that cannot be read is one sentence', async () => {
    const missing = openSnapshotFile(join(folder, 'nope'), 'nope', parser);
    await assert.rejects(
      missing,
      (error) => error instanceof Problem && error.message === 'The snapshot nope does not exist.',
    );
    const directory = openSnapshotFile(folder, 'here', parser);
    await assert.rejects(
      directory,
      (error) => error instanceof Problem && error.message === 'The snapshot here is a folder, not a file.',
    );
  });
});
