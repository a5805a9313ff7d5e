import type { Snapshot } from '../../database/snapshot';
import type { IndexColumn, IndexDefinition } from '../../nouns/fix';
import type { TableUse } from '../uses/table-use';
import { hasExtension, indexColumn, typeOf } from './column-facts';
import type { IndexSet } from './kind';

/** Which index serves an operator on a type, and with which class where it is not the type's own. */
interface Service {
  readonly type: RegExp;
  readonly operators: readonly string[];
  readonly method: IndexDefinition['method'];
  readonly operatorClass?: string;
}

const jsonPath = ['@>', '@?', '@@'];
const jsonKeys = ['?', '?|', '?&'];
const inRange = ['&&', '@>', '<@', '<<', '>>', '-|-'];

/** Tables 65.1 (GiST) and 65.2 (GIN) of the manual, "Built-in Operator Classes". */
const services: readonly Service[] = [
  // Paths with their values: smaller and more exact than the type's own class, but it knows no lone keys.
  { type: /^jsonb$/, operators: jsonPath, method: 'gin', operatorClass: 'jsonb_path_ops' },
  { type: /^jsonb$/, operators: [...jsonPath, ...jsonKeys], method: 'gin' },
  { type: /\[\]$/, operators: ['@>', '<@', '&&'], method: 'gin' },
  { type: /^tsvector$/, operators: ['@@'], method: 'gin' },
  { type: /^(?:\w+\.)?\w*(?:range|multirange)$/, operators: inRange, method: 'gist' },
  { type: /^(?:inet|cidr)$/, operators: ['&&', '<<', '>>', '<<=', '>>='], method: 'gist', operatorClass: 'inet_ops' },
  { type: /^(?:point|box|circle|polygon)$/, operators: ['<@', '@>', '&&', '<<', '>>'], method: 'gist' },
];

/** `tags @> $1`, `document @@ $1`, `during && $1`; with equalities before a range where btree_gist can be had. */
export function operatorIndexes(use: TableUse, snapshot: Snapshot): IndexSet[] {
  return [...new Set(use.operators.map(({ key }) => key))].flatMap((key) => {
    const asked = use.operators.filter((one) => one.key === key).map(({ operator }) => operator);
    const type = use.expressions.has(key) ? expressionType(key) : typeOf(use, key);
    return services
      .filter((service) => service.type.test(type) && asked.every((operator) => service.operators.includes(operator)))
      .flatMap(({ method, operatorClass }): IndexSet[] => {
        const column: IndexColumn = { ...indexColumn(use, key), ...(operatorClass && { operatorClass }) };
        const single: IndexSet = [{ method, columns: [column] }];
        const equal = [...use.equal, ...use.joined].filter((name) => isScalar(use, name)).slice(0, 2);
        if (method !== 'gist' || equal.length === 0 || !hasExtension(snapshot, 'btree_gist')) return [single];
        return [single, [{ method, columns: [...equal.map((name) => indexColumn(use, name)), column] }]];
      });
  });
}

/** Of an expression only what its function's name tells. */
function expressionType(sql: string): string {
  if (/^to_tsvector\(|^setweight\(/.test(sql)) return 'tsvector';
  const range = /^((?:ts|tstz|int4|int8|num|date)(?:multi)?range)\(/.exec(sql)?.[1];
  if (range !== undefined) return range;
  if (/->[^>]/.test(sql) || /^to_jsonb\(/.test(sql)) return 'jsonb';
  return /^point\(/.test(sql) ? 'point' : '';
}

/** btree_gist has operator classes for these; two more keys than that make no index better. */
function isScalar(use: TableUse, key: string): boolean {
  return /^(?:smallint|integer|bigint|uuid|text|character varying\b.*|date|timestamp\b.*)$/.test(typeOf(use, key));
}
