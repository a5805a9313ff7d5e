import { Client } from 'pg';

/** The sample's database as a test of the whole sees it: what indexes are there, and the way back to those of the beginning. */
export class BlogDatabase {
  readonly url: string;
  readonly #client: Client;
  readonly #original: readonly string[];

  private constructor(url: string, client: Client, original: readonly string[]) {
    this.url = url;
    this.#client = client;
    this.#original = original;
  }

  /** The database that the runner started. */
  static async open(url = process.env.PLANLIGHT_TEST_DATABASE_URL): Promise<BlogDatabase> {
    if (url === undefined) throw new Error('PLANLIGHT_TEST_DATABASE_URL names no database.');
    const client = new Client({ connectionString: url });
    await client.connect();
    return new BlogDatabase(url, client, await indexes(client));
  }

  /** Definitions of the indexes that were not there at the beginning. */
  async addedIndexes(): Promise<string[]> {
    return (await indexes(this.#client)).filter((definition) => !this.#original.includes(definition));
  }

  /** Indexes that a build has left unfinished. */
  async invalidIndexes(): Promise<string[]> {
    const { rows } = await this.#client.query(
      'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1',
    );
    return rows.map((row: { name: string }) => row.name);
  }

  /** Whether somebody else's statement that begins with `words` is at work or waits for a lock. */
  async isRunning(words: string): Promise<boolean> {
    const { rows } = await this.#client.query(
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, $1) AND pid <> pg_backend_pid()",
      [words],
    );
    return rows.length > 0;
  }

  /** A transaction that has written to the table and stays open: index builds wait for it. Gives its end. */
  async writeTo(table: string): Promise<() => Promise<void>> {
    const writer = new Client({ connectionString: this.url });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(`DELETE FROM ${table} WHERE id = (SELECT min(id) FROM ${table})`);
    return () => writer.query('ROLLBACK').then(() => writer.end());
  }

  async dropAddedIndexes(): Promise<void> {
    const { rows } =
      await this.#client.query(`SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index WHERE indrelid::regclass::text !~ '^pg_'`);
    for (const { name, definition } of rows) {
      if (!this.#original.includes(definition)) await this.#client.query(`DROP INDEX ${name}`);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

async function indexes(client: Client): Promise<string[]> {
  const { rows } = await client.query(`SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid::regclass::text !~ '^pg_' ORDER BY 1`);
  return rows.map((row: { definition: string }) => row.definition);
}
