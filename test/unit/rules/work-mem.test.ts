import assert from 'node:assert/strict';
import { memoryBytes, raiseWorkMem } from '../../../src/rules/work-mem';

describe('work_mem', () => {
  it('reads settings as PostgreSQL prints them', () => {
    assert.deepEqual(['4MB', '64kB', '1GB', '4096', 'lots'].map(memoryBytes), [
      4_194_304,
      65_536,
      1_073_741_824,
      4_194_304,
      undefined,
    ]);
  });

  it('proposes the next step above what is needed, with a tenth to spare', () => {
    const proposed = [1, 900_000, 1_000_000, 5_000_000, 43_645 * 1024, 900 * 1024 ** 2].map(
      (bytes) => raiseWorkMem(bytes)?.fix.sql,
    );
    assert.deepEqual(proposed, [
      "SET work_mem = '1MB'",
      "SET work_mem = '1MB'",
      "SET work_mem = '1536kB'",
      "SET work_mem = '6MB'",
      "SET work_mem = '48MB'",
      "SET work_mem = '1024MB'",
    ]);
  });

  it('proposes nothing above 1 GB', () => assert.equal(raiseWorkMem(1000 * 1024 ** 2), undefined));
});
