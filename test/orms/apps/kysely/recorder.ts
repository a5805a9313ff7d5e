import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';

/** What was sent, in order. */
export const sent: { sql: string; parameters: readonly unknown[] }[] = [];

class RecordingConnection implements DatabaseConnection {
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    sent.push({ sql: query.sql, parameters: query.parameters });
    return { rows: [{ id: 1, user_id: 2, author_id: 3, count: '4' }] as R[], numAffectedRows: 1n };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query);
  }
}

class RecordingDriver implements Driver {
  async init() {}
  async acquireConnection() {
    return new RecordingConnection();
  }
  async beginTransaction() {}
  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}
  async destroy() {}
}

export class RecordingDialect implements Dialect {
  createDriver() {
    return new RecordingDriver();
  }
  createQueryCompiler() {
    return new PostgresQueryCompiler();
  }
  createAdapter() {
    return new PostgresAdapter();
  }
  createIntrospector(db: Kysely<any>) {
    return new PostgresIntrospector(db);
  }
}
