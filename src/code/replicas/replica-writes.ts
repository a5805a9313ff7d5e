import type { Statement } from '../../nouns/statement';
import { isNode, walk } from '../../sql/ast';
import type { SqlParser } from '../../sql/parser';
import { writtenRelations } from '../../sql/written-relations';
import { chainsAt } from '../calls/chains';
import { nameAround } from '../calls/function-names';
import type { QueryPlace } from '../calls/repetition';
import type { Queries } from '../calls/sources';
import { takerOf } from '../calls/taker';
import { isInTransaction } from '../calls/transactions';
import { innermostFunction } from '../calls/turns';
import type { FileFacts } from '../facts/facts';
import { entry, stringOf } from '../facts/value-access';
import type { ReplicaWrite } from './replica-use';
import { isAsked, isTypedSelect, optionsIn, type SentToReader } from './sent-to';

/** What is sent, and by which call. */
type Sent = Pick<QueryPlace, 'uri' | 'range' | 'library' | 'at' | 'chain' | 'sql'>;

/** Statements that a replica refuses and that are sent to one. */
export function findReplicaWrites(queries: Queries, parser: SqlParser, sentTo: SentToReader): ReplicaWrite[] {
  const { roles } = queries.sources.tracer;
  return [...queries.files].flatMap((file) => {
    if (roles.isAside(file.uri)) return [];
    const sent: readonly Sent[] = [...queries.places(file).all, ...definitionsIn(file, queries, parser)];
    const inOrder = [...sent].sort((a, b) => a.range.start - b.range.start);
    return inOrder.flatMap((place): ReplicaWrite[] => {
      const refused = firstRefused(place, parser);
      const because = refused && reasonOf(place, refused.command, sentTo);
      if (!because) return [];
      const { uri: path, range, library, at } = place;
      const inFunction = nameAround(at);
      return [{ path, range, library, ...(inFunction !== undefined && { inFunction }), ...refused, because }];
    });
  });
}

/** SQL text that defines things, which is no query of rows: `pool.query('TRUNCATE posts')`. */
function definitionsIn(file: FileFacts, { sources }: Queries, parser: SqlParser): Sent[] {
  return (sources.sites?.get(file.uri) ?? []).flatMap(({ uri, range, library, sql, call }): Sent[] => {
    const parsed = call ? undefined : parser.parse(sql);
    if (!parsed?.ok || parsed.statement.kind !== 'ddl') return [];
    const index = innermostFunction(file, range.start);
    const chains = (file.functions[index]?.uses ?? []).flatMap(({ chain }) => chainsAt(chain));
    const chain = chains.findLast(({ links }) =>
      links.some(({ argumentsRange: given }) => given && given.start <= range.start && range.end <= given.end),
    );
    return chain ? [{ uri, range, library, sql: [sql], chain, at: { file, function: index } }] : [];
  });
}

function firstRefused({ sql }: Sent, parser: SqlParser): { sql: string; command: string } | undefined {
  for (const one of sql) {
    const parsed = parser.parse(one);
    const command = parsed.ok ? refusedCommand(parsed.statement) : undefined;
    if (command !== undefined) return { sql: one, command };
  }
  return undefined;
}

/**
 * What PostgreSQL names in `cannot execute … in a read-only transaction`; undefined for what a replica runs:
 * https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-USERS
 */
export function refusedCommand(statement: Statement): string | undefined {
  const { kind, text, functions } = statement;
  switch (kind) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return kind.toUpperCase();
    case 'ddl':
      return ddlName(text);
    case 'select': {
      const lock = lockOf(statement);
      if (lock !== undefined) return lock;
      if (isNode(statement.ast.SelectStmt) && statement.ast.SelectStmt.intoClause !== undefined) return 'SELECT INTO';
      if (writtenRelations(statement).length > 0) return 'SELECT';
      const sequence = functions.find((name) => /^(?:pg_catalog\.)?(?:nextval|setval)$/.test(name));
      return sequence && `${sequence.replace(/^pg_catalog\./, '')}()`;
    }
    default:
      return undefined;
  }
}

/** `CREATE TABLE` of `create temp table if not exists`. */
function ddlName(text: string): string {
  const [, verb = '', object = ''] =
    /(\w+)\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+|unlogged\s+|local\s+|global\s+)*(materialized\s+view|\w+)/i.exec(
      text,
    ) ?? [];
  return verb.toLowerCase() === 'truncate' ? 'TRUNCATE TABLE' : `${verb} ${object}`.replace(/\s+/g, ' ').toUpperCase();
}

const strengths: Readonly<Record<string, string>> = {
  LCS_FORUPDATE: 'UPDATE',
  LCS_FORNOKEYUPDATE: 'NO KEY UPDATE',
  LCS_FORSHARE: 'SHARE',
  LCS_FORKEYSHARE: 'KEY SHARE',
};

function lockOf({ ast }: Statement): string | undefined {
  let found: string | undefined;
  walk(ast, (type, node) => {
    if (type === 'LockingClause' && isNode(node)) found ??= strengths[String(node.strength)];
    return undefined;
  });
  return found && `SELECT FOR ${found}`;
}

function reasonOf(place: Sent, command: string, sentTo: SentToReader): ReplicaWrite['because'] | undefined {
  const how = libraryReason(place, command);
  if (how !== undefined) return { kind: 'library', how };
  const name = sentTo.poolOf(place);
  return name === undefined ? undefined : { kind: 'pool', name };
}

/** What a library sends to a replica by its own rules, though a replica refuses it. */
function libraryReason(place: Sent, command: string): string | undefined {
  const { library, chain } = place;
  if (!chain) return undefined;
  const isLock = command.startsWith('SELECT FOR');
  const has = (name: string) => chain.links.some((link) => link.name === name);
  switch (library) {
    case 'sequelize':
    case 'sequelize-typescript': {
      const options = optionsIn(chain);
      if (options.some((one) => entry(one, 'useMaster') || entry(one, 'transaction')) || isInTransaction(place))
        return undefined;
      if (chain.links.at(-1)?.name !== 'query')
        return isLock
          ? 'Sequelize sends finders to a replica, also with a lock, unless they are in a transaction'
          : undefined;
      return options.some(isTypedSelect)
        ? 'Sequelize sends what has the type SELECT to a replica, whatever it is'
        : undefined;
    }
    case 'typeorm':
      return isAsked(chain, 'createQueryRunner', 'slave') || isRunnerOfSlave(place)
        ? "createQueryRunner('slave') gives a connection to a replica"
        : undefined;
    case 'mikro-orm':
      return optionsIn(chain).some((one) => stringOf(entry(one, 'connectionType')) === 'read') ||
        isAsked(chain, 'getConnection', 'read')
        ? "the connection type is 'read'"
        : undefined;
    case 'prisma':
      return has('$replica') ? '$replica() sends it to a replica' : undefined;
    case 'drizzle': {
      if (has('$primary') || isInTransaction(place)) return undefined;
      if (has('$replicas')) return '$replicas sends it to a replica';
      // `with` is a replica's whatever follows: withReplicas in pg-core/db.js.
      const called = chain.links.find(({ arguments: given }) => given)?.name;
      if (called === 'with') return 'withReplicas sends what begins with with() to a replica';
      return isLock ? 'withReplicas sends each select to a replica, also with a lock' : undefined;
    }
    case 'activerecord':
      return roleOf(place) === 'reading' ? 'connected_to(role: :reading) sends it to a replica' : undefined;
    default:
      return undefined;
  }
}

/** Of the innermost `connected_to(role: :reading) do` around a place. */
function roleOf({ at }: Sent): string | undefined {
  for (let index: number | undefined = at.function; index !== undefined; index = at.file.functions[index]?.parent) {
    const taker = takerOf(at.file, index);
    if (taker?.name !== 'connected_to') continue;
    const options = taker.chain.links[taker.link]?.arguments?.find(({ kind }) => kind === 'object');
    return stringOf(entry(options, 'role'))?.replace(/^:/, '');
  }
  return undefined;
}

/** `const runner = dataSource.createQueryRunner('slave'); await runner.query('UPDATE …')` */
function isRunnerOfSlave({ chain, at }: Sent): boolean {
  const name = chain?.root;
  for (let index: number | undefined = at.function; index !== undefined; index = at.file.functions[index]?.parent) {
    const binding = at.file.functions[index]?.bindings.findLast(({ pattern }) => pattern.name === name);
    if (binding) return binding.value?.kind === 'chain' && isAsked(binding.value, 'createQueryRunner', 'slave');
  }
  return false;
}
