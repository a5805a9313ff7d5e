import assert from 'node:assert/strict';
import type { ExplainRequest } from '../../src/database/planner';
import type { Statement } from '../../src/nouns/statement';
import { SqlParser } from '../../src/sql/parser';

/** Reads statements for tests that start from SQL. */
export class Statements {
  readonly parser: SqlParser;

  private constructor(parser: SqlParser) {
    this.parser = parser;
  }

  static async load(): Promise<Statements> {
    return new Statements(await SqlParser.load());
  }

  read(sql: string): Statement {
    const parsed = this.parser.parse(sql);
    assert.ok(parsed.ok, sql);
    return parsed.statement;
  }

  request(sql: string, mode: ExplainRequest['mode'] = 'estimate'): ExplainRequest {
    return { statement: this.read(sql), parameters: [], mode };
  }
}
