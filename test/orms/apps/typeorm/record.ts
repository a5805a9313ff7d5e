/** Records the SQL that TypeORM sends, without a database: `tsx record.ts ./cases` prints { case: [sql, …] } as JSON. */
import 'reflect-metadata';
import { DataSource, QueryResult } from 'typeorm';

interface Runner {
  query(sql: string, parameters?: unknown[], structured?: boolean): Promise<unknown>;
  isTransactionActive: boolean;
}

export interface Recorded {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Rows with a value for every name that the statement gives one, a full page: enough for all follow-up queries to be sent. */
function rows(sql: string): Record<string, unknown>[] {
  const selected = /^SELECT/.test(sql) ? [...sql.matchAll(/ AS "([^"]+)"/g)].map((match) => match[1] ?? '') : [];
  const returned = /RETURNING (.+)$/.exec(sql)?.[1]?.replaceAll('"', '').split(', ') ?? [];
  const page = /LIMIT (\d+)(?: OFFSET \d+)?$/.exec(sql)?.[1];
  const keys = /IN \(([\d, ]+)\)(?: \))?(?: ORDER BY [^()]+)?$/.exec(sql)?.[1]?.split(', ').length;
  const count = Math.min(Number(page ?? keys ?? 1), 50);
  return Array.from({ length: count }, (_, i) =>
    // A row that is its own parent would be a tree without end.
    Object.fromEntries(
      [...selected, ...returned].map((name) => [name, /^treeEntity_(?:parent|inside|whole)/.test(name) ? null : i + 1]),
    ),
  );
}

async function main(dataSourceModule: string, casesModule: string): Promise<void> {
  const { AppDataSource } = (await import(dataSourceModule)) as { AppDataSource: DataSource };
  let recorded: Recorded[] = [];
  const source = AppDataSource as unknown as { buildMetadatas(): Promise<void>; isInitialized: boolean };
  await source.buildMetadatas();
  Object.defineProperty(source, 'isInitialized', { value: true });

  const create = AppDataSource.createQueryRunner.bind(AppDataSource);
  AppDataSource.createQueryRunner = (mode) => {
    const runner = create(mode) as unknown as Runner & ReturnType<typeof create>;
    runner.query = async (sql: string, parameters: unknown[] = [], structured?: boolean) => {
      if (!/^(START TRANSACTION|SET TRANSACTION|COMMIT|ROLLBACK)/.test(sql)) recorded.push({ sql, parameters });
      const result = new QueryResult();
      result.records = rows(sql);
      result.raw = result.records;
      result.affected = 1;
      return structured ? result : result.raw;
    };
    return runner;
  };

  const { cases, rowCases } = (await import(casesModule)) as Record<string, Record<string, () => unknown>>;
  const all: Record<string, readonly Recorded[] | string> = {};
  for (const [name, run] of Object.entries({ ...cases, ...rowCases })) {
    recorded = [];
    try {
      await run();
      all[name] = recorded;
    } catch (error) {
      all[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  process.stdout.write(JSON.stringify(all, null, 1));
}

const [dataSourceModule = './data-source', casesModule = './cases'] = process.argv.slice(2);
void main(dataSourceModule, casesModule);
