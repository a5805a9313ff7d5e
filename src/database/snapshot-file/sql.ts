import { isNode } from '../../sql/ast';
import { Lexer } from '../../sql/lexer';
import type { SqlParser } from '../../sql/parser';

type Node = Record<string, unknown>;

/** Undefined where the text is what it should be; else what is wrong, as it goes on after `it`: `is two statements`. */
export type Objection = string | undefined;

interface Relation {
  readonly schema: string;
  readonly name: string;
}

const definitions = [
  'CreateSchemaStmt',
  'CreateExtensionStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CreateRangeStmt',
];
const definedObjects = ['OBJECT_COLLATION', 'OBJECT_AGGREGATE', 'OBJECT_OPERATOR'];
const expressionMembers = new Set(['targetList', 'limitOption', 'op']);

/**
 * Judges the SQL of a snapshot file with PostgreSQL's own parser: each text has to be one statement of the kind that a
 * snapshot has in that place, about the relation that it stands at. What is none of that (COPY … TO PROGRAM, DO, a
 * second statement behind a semicolon) is never sent to the planner in memory, which would run it.
 */
export class SnapshotSql {
  readonly #parser: SqlParser;
  readonly #types = new Map<string, Objection>();

  constructor(parser: SqlParser) {
    this.#parser = parser;
  }

  /** CREATE SCHEMA, EXTENSION, TYPE, DOMAIN, FUNCTION, COLLATION, AGGREGATE, OPERATOR. */
  definition(sql: string): Objection {
    return this.#judge(sql, (type, node) => {
      if (type === 'CreateFunctionStmt') return languageObjection(node);
      if (type === 'CreateSchemaStmt' && node.schemaElts !== undefined) return 'defines more than a schema';
      if (type === 'DefineStmt' && definedObjects.includes(String(node.kind))) return undefined;
      if (type === 'CompositeTypeStmt' || definitions.includes(type)) return undefined;
      return 'is no definition of a schema, a type or a function';
    });
  }

  /** ALTER TABLE … ADD CONSTRAINT … */
  constraint(sql: string, table: Relation): Objection {
    return this.#judge(sql, (type, node) => {
      const commands = Array.isArray(node.cmds) ? (node.cmds as Node[]) : [];
      const [command] = commands.map((one) => inner(one, 'AlterTableCmd'));
      const isAdding = commands.length === 1 && command?.subtype === 'AT_AddConstraint';
      if (type !== 'AlterTableStmt' || !isAdding) return 'adds no constraint';
      return isOf(node.relation, table) ? undefined : 'is about another table';
    });
  }

  index(sql: string, table: Relation, name: string): Objection {
    return this.#judge(sql, (type, node) => {
      if (type !== 'IndexStmt') return 'creates no index';
      return isOf(node.relation, table) && node.idxname === name ? undefined : 'is about another table or index';
    });
  }

  /** CREATE STATISTICS … FROM the table, which pg_get_statisticsobjdef qualifies only where the search path needs it. */
  statistics(sql: string, table: Relation, { schema, name }: Relation): Objection {
    return this.#judge(sql, (type, node) => {
      if (type !== 'CreateStatsStmt') return 'creates no statistics';
      const relations = Array.isArray(node.relations) ? (node.relations as Node[]) : [];
      const names = Array.isArray(node.defnames) ? (node.defnames as Node[]) : [];
      const isNamed = names.map((one) => inner(one, 'String')?.sval).join('\0') === `${schema}\0${name}`;
      const relation = relations.length === 1 ? inner(relations[0] ?? {}, 'RangeVar') : undefined;
      const isOfTable = isOf({ schemaname: table.schema, ...relation }, table);
      return isNamed && isOfTable ? undefined : 'is about another table or object';
    });
  }

  view(sql: string): Objection {
    return this.#judge(sql, (type, node) => {
      const query = inner(node, 'query');
      const isView = type === 'ViewStmt' || (type === 'CreateTableAsStmt' && node.objtype === 'OBJECT_MATVIEW');
      return isView && (query === undefined || isNode(query.SelectStmt)) ? undefined : 'creates no view';
    });
  }

  /** `numeric(10,2)`, `app."Mood"[]`, `timestamp(3) with time zone`: it stands between others in CREATE TABLE. */
  type(text: string): Objection {
    if (!this.#types.has(text)) this.#types.set(text, this.#typeObjection(text));
    return this.#types.get(text);
  }

  #typeObjection(text: string): Objection {
    const objection = 'is no type';
    if (!/^(?:"(?:[^"]|"")+"|[\w\s$.,()[\]]|-(?=\d))+$/.test(text)) return objection;
    return this.#judge(`SELECT NULL::${text}`, (_, node) => {
      const value = onlyTarget(node);
      return value !== undefined && isNode(inner(inner(value, 'TypeCast') ?? {}, 'typeName')) ? undefined : objection;
    });
  }

  /** Stands in parentheses between others: a comment or a parenthesis must not reach out of it. */
  expression(text: string): Objection {
    const objection = 'is not one expression';
    for (const sql of [`SELECT (${text})`, `SELECT (${text}\n)`]) {
      const found = this.#judge(sql, (_, node) => (onlyTarget(node) === undefined ? objection : undefined));
      if (found !== undefined) return objection;
    }
    return undefined;
  }

  /** `RANGE (created_at)`, at the end of CREATE TABLE. */
  partitionKey(text: string): Objection {
    return this.#judge(`CREATE TABLE x (y int) PARTITION BY ${text}`, (type, node) =>
      type === 'CreateStmt' && isNode(node.partspec) ? undefined : 'is no partition key',
    );
  }

  /** `FOR VALUES FROM (1) TO (2)`, at the end of ALTER TABLE … ATTACH PARTITION. */
  partitionBound(text: string): Objection {
    return this.#judge(`ALTER TABLE x ATTACH PARTITION y ${text}`, (type, node) =>
      type === 'AlterTableStmt' && Array.isArray(node.cmds) && node.cmds.length === 1
        ? undefined
        : 'is no bound of a partition',
    );
  }

  #judge(sql: string, objection: (type: string, node: Node) => Objection): Objection {
    // The loader joins statements, and puts words behind some: a comment would swallow them.
    if (hasComment(sql)) return 'has a comment';
    const parsed = this.#parser.parse(sql);
    if (!parsed.ok) return parsed.problem.unread ? parsed.problem.message : `is not SQL (${parsed.problem.message})`;
    const [[type, node] = []] = Object.entries(parsed.statement.ast);
    return type === undefined || !isNode(node) ? 'is no statement' : objection(type, node);
  }
}

function hasComment(sql: string): boolean {
  if (!sql.includes('--') && !sql.includes('/*')) return false;
  const lexer = new Lexer(sql);
  while (lexer.next()) if (lexer.kind === 'comment') return true;
  return false;
}

/** A schema-qualified name, `"a b".c`, as quote_ident prints it. */
export function isName(text: string): boolean {
  return /^(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)(?:\.(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*))?$/.test(text);
}

/** Only those that have no way out of the database. */
function languageObjection({ options }: Node): Objection {
  const language = (Array.isArray(options) ? (options as Node[]) : [])
    .map((option) => inner(option, 'DefElem'))
    .find((option) => option?.defname === 'language');
  const name = inner(inner(language ?? {}, 'arg') ?? {}, 'String')?.sval;
  // A body of BEGIN ATOMIC or RETURN has no language: it is SQL.
  if (language === undefined || name === 'sql' || name === 'plpgsql') return undefined;
  return `is a function in the language ${String(name)}`;
}

/** Of a SELECT that has one target and nothing else. */
function onlyTarget(select: Node): Node | undefined {
  const targets = Array.isArray(select.targetList) ? (select.targetList as Node[]) : [];
  if (targets.length !== 1 || Object.keys(select).some((key) => !expressionMembers.has(key))) return undefined;
  const target = inner(targets[0] ?? {}, 'ResTarget');
  return target === undefined || target.name !== undefined ? undefined : inner(target, 'val');
}

function isOf(relation: unknown, { schema, name }: Relation): boolean {
  return isNode(relation) && relation.schemaname === schema && relation.relname === name;
}

function inner(node: Node, member: string): Node | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}
