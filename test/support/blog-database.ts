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
