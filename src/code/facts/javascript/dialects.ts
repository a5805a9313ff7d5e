import { childOf, unwrap } from './nodes';
import type { SyntaxNode } from './syntax-tree';

/** `WIKI.config.db.type`, `knex.client.dialect`, `sequelize.getDialect()`, `process.env.DB_TYPE` */
const subject =
  /(?:type|dialect|client|provider|driver|engine|database|vendor|adapter|db)(?:name|kind)?\s*(?:\(\s*\))?$/i;
const own = /^(?:postgres|postgresql|pg|pg-native|postgis|psql)$/i;
const others =
  /^(?:mysql2?|mariadb|mssql|sqlserver|sqlite3?|better-sqlite3|oracle|oracledb|db2|mongodb?|libsql|planetscale)$/i;

/**
 * What a condition that asks for the kind of database is with PostgreSQL: `db.type === 'mysql'` never holds. Undefined for
 * any other condition.
 */
export function withPostgres(condition: SyntaxNode, source: string): boolean | undefined {
  const test = unwrap(condition);
  const [operator = ''] = test.children.filter(({ field }) => field === 'operator').map(({ type }) => type);
  if (test.type === 'unary_expression') {
    const inner = test.children.at(-1);
    const answer = inner && test.children[0]?.type === '!' ? withPostgres(inner, source) : undefined;
    return answer === undefined ? undefined : !answer;
  }
  const [left, right] = [childOf(test, 'left'), childOf(test, 'right')];
  if (test.type === 'call_expression') return among(source.slice(test.start, test.end));
  if (!left || !right) return undefined;
  if (operator === '||' || operator === '&&') {
    const answers = [withPostgres(left, source), withPostgres(right, source)];
    const deciding = operator === '||';
    if (answers.includes(deciding)) return deciding;
    return answers.includes(undefined) ? undefined : !deciding;
  }
  const isEqual = /^={2,3}$/.test(operator);
  if (!isEqual && !/^!={1,2}$/.test(operator)) return undefined;
  const [one, other] = [source.slice(left.start, left.end), source.slice(right.start, right.end)];
  const answer = equals(one, other) ?? equals(other, one);
  return answer === undefined ? undefined : answer === isEqual;
}

/** The same for `switch (asked) { case name: … }`. */
export function equals(asked: string, name: string): boolean | undefined {
  const [, text = ''] = /^\s*(['"`])([\w-]+)\1\s*$/.exec(name)?.slice(1) ?? [];
  if (text === '' || !subject.test(asked.trim())) return undefined;
  if (own.test(text)) return true;
  return others.test(text) ? false : undefined;
}

/** `['mysql', 'mariadb'].includes(db.type)` */
function among(text: string): boolean | undefined {
  const [, list, asked = ''] = /^\[([^\]]*)\]\s*\.\s*includes\(\s*([\s\S]*?)\s*\)$/.exec(text) ?? [];
  if (list === undefined) return undefined;
  const answers = list.split(',').map((name) => equals(asked, name));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}
