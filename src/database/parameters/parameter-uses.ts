import type { Statement } from '../../nouns/statement';
import { type AstNode, isNode, walk } from '../../sql/ast';

/** What a `$n` is compared with or put into. */
export interface ParameterUse {
  readonly kind:
    | 'equal'
    | 'any'
    | 'less'
    | 'greater'
    | 'from'
    | 'to'
    | 'like'
    | 'limit'
    | 'offset'
    | 'stored'
    | 'other';
  /** The column on the other side. */
  readonly column?: { readonly qualifier?: string; readonly name: string };
  /** As it is said to people: `author_id =`. */
  readonly said: string;
}

/** The highest `$n` of a statement. */
export function parameterCount(statement: Statement): number {
  let highest = 0;
  walk(statement.ast, (type, node) => {
    if (type === 'ParamRef') highest = Math.max(highest, Number(node.number ?? 0));
    return undefined;
  });
  return highest;
}

/** The first telling use of each `$n`. */
export function parameterUses(statement: Statement): ReadonlyMap<number, ParameterUse> {
  const uses = new Map<number, ParameterUse>();
  const add = (value: unknown, use: ParameterUse) => {
    const number = parameterNumber(value);
    if (number !== undefined && (uses.get(number)?.column === undefined || use.kind === 'limit')) uses.set(number, use);
  };
  walk(statement.ast, (type, node) => {
    if (type === 'A_Expr') addExpression(node, add);
    if (type === 'SelectStmt') {
      add(node.limitCount, { kind: 'limit', said: 'LIMIT' });
      add(node.limitOffset, { kind: 'offset', said: 'OFFSET' });
    }
    if (type === 'InsertStmt') addInserted(node, add);
    if (type === 'UpdateStmt' && Array.isArray(node.targetList)) {
      for (const target of node.targetList as { ResTarget?: { name?: string; val?: unknown } }[]) {
        const { name = '', val } = target.ResTarget ?? {};
        add(val, { kind: 'stored', column: { name }, said: `${name} =` });
      }
    }
    return undefined;
  });
  return uses;
}

type Add = (value: unknown, use: ParameterUse) => void;

const comparisons: Record<string, ParameterUse['kind']> = {
  '=': 'equal',
  '<>': 'equal',
  '<': 'less',
  '<=': 'less',
  '>': 'greater',
  '>=': 'greater',
  '~~': 'like',
  '~~*': 'like',
};
const mirrored: Record<string, ParameterUse['kind']> = {
  ...comparisons,
  '<': 'greater',
  '<=': 'greater',
  '>': 'less',
  '>=': 'less',
};

function addExpression(node: AstNode, add: Add): void {
  const operator = (node.name as { String?: { sval?: string } }[] | undefined)?.at(-1)?.String?.sval ?? '';
  const left = columnOf(node.lexpr);
  const right = columnOf(node.rexpr);
  const about = left ?? right;
  const name = about?.name ?? 'a value';
  if (node.kind === 'AEXPR_BETWEEN' || node.kind === 'AEXPR_BETWEEN_SYM') {
    const [from, to] = items(node.rexpr);
    add(from, { kind: 'from', column: left, said: `${name} from` });
    add(to, { kind: 'to', column: left, said: `${name} to` });
  } else if (node.kind === 'AEXPR_IN') {
    for (const item of items(node.rexpr)) add(item, { kind: 'equal', column: left, said: `${name} =` });
  } else if (node.kind === 'AEXPR_OP_ANY' || node.kind === 'AEXPR_OP_ALL') {
    add(node.rexpr, { kind: 'any', column: left, said: `${name} ${operator} ANY` });
    add(node.lexpr, { kind: 'other', said: `${operator} ANY` });
  } else {
    const word = operator === '~~' ? 'LIKE' : operator === '~~*' ? 'ILIKE' : operator;
    add(node.rexpr, { kind: comparisons[operator] ?? 'other', column: left, said: `${name} ${word}` });
    add(node.lexpr, { kind: mirrored[operator] ?? 'other', column: right, said: `${name} ${word}` });
  }
}

function addInserted(node: AstNode, add: Add): void {
  const columns = (Array.isArray(node.cols) ? node.cols : []) as { ResTarget?: { name?: string } }[];
  const select = (node.selectStmt as { SelectStmt?: { valuesLists?: unknown[] } } | undefined)?.SelectStmt;
  for (const row of select?.valuesLists ?? []) {
    for (const [index, value] of items(row).entries()) {
      const name = columns[index]?.ResTarget?.name;
      add(value, { kind: 'stored', column: name === undefined ? undefined : { name }, said: `${name ?? 'value'} =` });
    }
  }
}

function items(list: unknown): readonly unknown[] {
  return (list as { List?: { items?: unknown[] } } | undefined)?.List?.items ?? [];
}

/** `$1`, `$1::int`, `(lower($1))` is not one. */
function parameterNumber(value: unknown): number | undefined {
  if (!isNode(value)) return undefined;
  if (isNode(value.ParamRef)) return Number(value.ParamRef.number ?? 0);
  return isNode(value.TypeCast) ? parameterNumber(value.TypeCast.arg) : undefined;
}

/** `author_id`, `p.author_id`, `p.author_id::text`; also `lower(email)`, whose values are the column's. */
function columnOf(value: unknown): ParameterUse['column'] {
  if (!isNode(value)) return undefined;
  if (isNode(value.TypeCast)) return columnOf(value.TypeCast.arg);
  if (isNode(value.FuncCall) && Array.isArray(value.FuncCall.args) && value.FuncCall.args.length === 1) {
    const called = (value.FuncCall.funcname as { String?: { sval?: string } }[] | undefined)?.at(-1)?.String?.sval;
    return called === 'lower' || called === 'upper' ? columnOf(value.FuncCall.args[0]) : undefined;
  }
  if (!isNode(value.ColumnRef) || !Array.isArray(value.ColumnRef.fields)) return undefined;
  const names = (value.ColumnRef.fields as { String?: { sval?: string } }[]).map((field) => field.String?.sval);
  const name = names.at(-1);
  return name === undefined ? undefined : { name, ...(names.length > 1 ? { qualifier: names.at(-2) } : {}) };
}
