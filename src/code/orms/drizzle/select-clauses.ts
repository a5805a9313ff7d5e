import { entryOf, itemsOf, type Thing } from '../interpreter/things';
import { isOnlyPasted } from '../support/pasted-text';
import { BareColumn, type Chunk, Column, joined, Sql, Table } from './chunks';
import { fromSql } from './selection';

export interface Join {
  readonly type: string;
  readonly isLateral: boolean;
  readonly table: Thing;
  readonly on: Thing | undefined;
  readonly name: string | undefined;
}

/** `sql.raw(order)`: nothing of it is known. */
export function isBlank(chunk: Chunk): boolean {
  if (typeof chunk === 'string') return isOnlyPasted(chunk);
  return chunk instanceof Sql && chunk.chunks.every(isBlank);
}

/** Names of the result: `order by "name"`. */
export function unqualified(of: Thing): Thing {
  if (of instanceof Column) return new BareColumn(of);
  if (!(of instanceof Sql)) return of;
  return new Sql(of.chunks.map((chunk) => (chunk instanceof Column ? new BareColumn(chunk) : chunk)));
}

export function clause(word: string, of: Thing | undefined): Chunk {
  return of === undefined ? '' : new Sql([word, of]);
}

export function list_(word: string, of: readonly Thing[]): Chunk {
  return of.length === 0 ? '' : new Sql([word, joined(of, ', ')]);
}

export function joinSql({ type, isLateral, table, on }: Join): Chunk {
  return new Sql([` ${type} join${isLateral ? ' lateral' : ''} `, fromSql(table), clause(' on ', on)]);
}

export function lockingSql(strength: string, config: Thing | undefined): Chunk {
  const of = itemsOf(entryOf(config, 'of')).filter((each) => each instanceof Table);
  const isOn = (name: string) => {
    const flag = entryOf(config, name);
    return flag?.kind === 'constant' && flag.value === true;
  };
  const wait = isOn('noWait') ? ' nowait' : isOn('skipLocked') ? ' skip locked' : '';
  return new Sql([` for ${strength}`, list_(' of ', of), wait]);
}
