import { entry, isObject, oneOrMany } from '../../facts/value-access';
import type { Link, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, OrmCall } from '../orm';
import { StatementText } from '../support/statement-text';
import { ormCall } from './call';
import { mikroEntityOf, primaryProps } from './entity';
import { readPopulate } from './populate';
import { entities, type Receiver, readReceiver } from './receivers';
import { loadStatements } from './relation-loading';
import { insertSql } from './writes';

/** flush() and its like: what it sends depends on what has changed, unless it is evident. */
export function readPersistence(link: Link, receiver: Receiver, context: CallContext): OrmCall | undefined {
  if (receiver.kind !== 'manager') return undefined;
  const [first, second] = link.arguments ?? [];
  if (link.name === 'populate') return populate(link, first, second, context);
  const created = link.name === 'persistAndFlush' && first !== undefined ? createdRows(first, context) : undefined;
  const operation = link.name === 'removeAndFlush' ? 'delete' : created === undefined ? 'update' : 'insert';
  const isMany = first?.kind === 'array' || link.name === 'flush';
  const entity = created && mikroEntityOf(created.model);
  if (created === undefined || entity === undefined) {
    const note = `What ${link.name}() sends depends on what has changed.`;
    return ormCall(link, undefined, [note], { operation, isMany, statements: [] });
  }
  const text = new StatementText();
  const notes = new Set(entity.notes);
  const sql = insertSql(entity, created.rows, text, context, notes);
  notes.add('Other changes that are not flushed yet are sent too.');
  return ormCall(link, created.model, notes, {
    operation,
    isMany,
    statements: sql === undefined ? [] : [text.write(sql)],
  });
}

/** `em.create(Tag, { … })` whose key is given or made by the database, without related rows. */
function createdRows(
  value: Value,
  context: CallContext,
): { readonly model: Model; readonly rows: Value[] } | undefined {
  const rows: Value[] = [];
  let model: Model | undefined;
  for (const each of oneOrMany(value)) {
    const origin = context.trace(each);
    if (origin.kind !== 'call' || origin.callee.kind !== 'member' || origin.callee.name !== 'create') return undefined;
    const receiver = readReceiver(origin.callee.of, context);
    if (receiver === undefined) return undefined;
    const isManager = receiver.kind === 'manager';
    const [first, second] = origin.arguments;
    const own = receiver.kind === 'repository' ? receiver.model : first && entities.at(first, origin.at, context);
    const data = isManager ? second : first;
    const entity = own && mikroEntityOf(own);
    if (own === undefined || entity === undefined || (model !== undefined && model !== own) || !isObject(data))
      return undefined;
    const isPlain = entity.props.every((prop) => {
      const given = entry(data, prop.name);
      return given === undefined || prop.target === undefined || given.kind === 'literal';
    });
    const hasInitial = entity.props.some(
      (prop) => prop.isGenerated && !prop.isPrimary && entry(data, prop.name) === undefined,
    );
    if (!isPlain || hasInitial || primaryProps(entity).length === 0) return undefined;
    model = own;
    rows.push(data);
  }
  return model === undefined ? undefined : { model, rows };
}

/** em.populate(posts, ['comments']) */
function populate(
  link: Link,
  rows: Value | undefined,
  paths: Value | undefined,
  context: CallContext,
): OrmCall | undefined {
  const origin = rows === undefined ? undefined : context.trace(rows);
  const model =
    origin?.kind === 'instance' && origin.of.kind === 'global'
      ? entities.ofType(origin.types[0], context)
      : entities.ofType(origin, context);
  const entity = model && mikroEntityOf(model);
  if (entity === undefined) {
    return ormCall(link, undefined, ['The entity is known at run time only.'], {
      operation: 'load',
      isMany: true,
      statements: [],
    });
  }
  const notes = new Set(entity.notes);
  const hints = readPopulate(paths, entity, notes);
  const statements = hints.flatMap((hint) => loadStatements(hint.prop, context, notes, { hints: hint.children }));
  return ormCall(link, model, notes, { operation: 'load', isMany: true, statements });
}
