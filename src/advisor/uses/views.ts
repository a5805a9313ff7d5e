import type { Snapshot } from '../../database/snapshot';
import type { AstNode } from '../../sql/ast';
import type { SqlParser } from '../../sql/parser';
import { typed } from './scope';

const head = /^CREATE VIEW ("(?:[^"]|"")*"|[^".\s]+)\.("(?:[^"]|"")*"|[^".\s]+) AS /;

/** The queries behind the snapshot's views; each is parsed when it is asked for. */
export class Views {
  readonly #texts = new Map<string, string>();
  readonly #parser: SqlParser;

  constructor(snapshot: Pick<Snapshot, 'views'>, parser: SqlParser) {
    this.#parser = parser;
    for (const text of snapshot.views) {
      const [, schema, name] = head.exec(text) ?? [];
      if (schema && name) this.#texts.set(key(bare(schema), bare(name)), text);
    }
  }

  query(schema: string, name: string): AstNode | undefined {
    const text = this.#texts.get(key(schema, name));
    const parsed = text === undefined ? undefined : this.#parser.parse(text);
    const query = parsed?.ok ? typed(parsed.statement.ast, 'ViewStmt')?.query : undefined;
    return query as AstNode | undefined;
  }
}

const key = (schema: string, name: string): string => JSON.stringify([schema, name]);

/** `"odd ""name"` → `odd "name` */
const bare = (identifier: string): string =>
  identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
