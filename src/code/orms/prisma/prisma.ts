import type { ChainValue, ObjectValue } from '../../facts/values';
import type { CallContext, Orm, OrmCall } from '../orm';
import { aggregateRows, groupBy } from './aggregate';
import { type Argument, ArgumentReader, isUnknown } from './arguments';
import { type DelegateCall, delegateCall, operations } from './client';
import { findMany, findUnique } from './find';
import { detailsOf, readModels, relationOf } from './models';
import { Request } from './request';
import type { SchemaModel } from './schema';
import { onlyRelation, type SelectedRelation, selectionOf } from './selection';
import { create, createMany, deleteMany, deleteOne, update, updateMany, upsert } from './write';

/** Prisma 7, and what it has in common with those before: what `prisma.post.findMany({ … })` sends to PostgreSQL. */
export const prisma: Orm = {
  library: 'prisma',
  packages: /^@prisma\/client/,
  methods: operations,
  models: readModels,
  read(chain, context) {
    const call = delegateCall(chain, context);
    const details = call && detailsOf(call.model);
    return details && readCall(chain, call, details, context);
  },
};

const kinds: Readonly<Record<string, OrmCall['operation']>> = {
  findMany: 'find',
  findUnique: 'find one',
  findUniqueOrThrow: 'find one',
  findFirst: 'find one',
  findFirstOrThrow: 'find one',
  count: 'count',
  aggregate: 'aggregate',
  groupBy: 'aggregate',
  create: 'insert',
  createMany: 'insert',
  createManyAndReturn: 'insert',
  update: 'update',
  updateMany: 'update',
  updateManyAndReturn: 'update',
  delete: 'delete',
  deleteMany: 'delete',
  upsert: 'upsert',
};

function readCall(
  chain: ChainValue,
  call: DelegateCall,
  { model, schema }: { model: SchemaModel; schema: ConstructorParameters<typeof Request>[0] },
  context: CallContext,
): OrmCall {
  const reader = new ArgumentReader(context.tracer, context.at);
  const request = new Request(schema, reader, call.nameRange);
  const given = chain.links[call.link]?.arguments?.[0];
  const args = given && reader.of(given);
  if (args && isUnknown(args)) request.note('The options are known at run time only.');
  const strategy = reader.entry(args, 'relationLoadStrategy')?.value;
  request.relationJoins =
    schema.previewFeatures.has('relationJoins') && !(strategy?.kind === 'literal' && strategy.value === 'query');
  const { operation } = call;
  const isUnique = operation.startsWith('findUnique');
  let hasLimit = isUnique;
  let selects: readonly string[] | undefined;
  if (isUnique || operation.startsWith('findFirst') || operation === 'findMany') {
    const fluent = isUnique || operation.startsWith('findFirst') ? fluentSteps(chain, call, model, request) : undefined;
    const selection = fluent ? onlyRelation(model, fluent) : selectionOf(request, model, args);
    selects = selection.asked;
    if (isUnique) findUnique(request, model, args, selection);
    else hasLimit = findMany(request, model, args, operation !== 'findMany', selection);
  } else if (operation === 'count' || operation === 'aggregate') {
    hasLimit = aggregateRows(request, model, args, operation === 'count');
  } else if (operation === 'groupBy') {
    hasLimit = groupBy(request, model, args);
  } else {
    write(request, model, operation, args);
  }
  const equals = equalities(request, model, reader.entry(args, 'where'));
  const options = args?.value.kind === 'object' && args.at.file === context.at.file ? args.value : undefined;
  return {
    library: 'prisma',
    operation: kinds[operation] ?? 'find',
    isMany: operation === 'findMany' || operation === 'groupBy' || operation.includes('Many'),
    model: call.model,
    loads: request.loads,
    ...(selects && { selects }),
    hasLimit,
    ...equals,
    statements: request.statements,
    notes: [...request.notes],
    nameRange: call.nameRange,
    ...(options && { options: options as ObjectValue }),
    ...(isUnique && equals.isOnlyEquals && { isBatched: true as const }),
  };
}

function write(request: Request, model: SchemaModel, operation: string, args: Argument | undefined): void {
  const isReturned = operation.endsWith('AndReturn');
  if (operation === 'create') create(request, model, args);
  else if (operation.startsWith('createMany')) createMany(request, model, args, isReturned);
  else if (operation === 'update') update(request, model, args);
  else if (operation.startsWith('updateMany')) updateMany(request, model, args, isReturned);
  else if (operation === 'upsert') upsert(request, model, args);
  else if (operation === 'delete') deleteOne(request, model, args);
  else deleteMany(request, model, args);
}

/** `prisma.post.findUnique({ … }).author().profile({ … })` */
function fluentSteps(
  chain: ChainValue,
  call: DelegateCall,
  model: SchemaModel,
  request: Request,
): SelectedRelation | undefined {
  const steps: SelectedRelation[] = [];
  let from = model;
  for (const { name, range, arguments: given } of chain.links.slice(call.link + 1)) {
    const field = given && from.fields.get(name);
    const relation = field?.kind === 'relation' ? relationOf(field, from, request.schema.models) : undefined;
    if (relation === undefined) break;
    const options = given?.[0] && request.reader.of(given[0]);
    steps.push({ relation, keyRange: range, ...(options && { options }) });
    from = relation.to;
  }
  return steps.reduceRight<SelectedRelation | undefined>((then, step) => (then ? { ...step, then } : step), undefined);
}

function equalities(
  request: Request,
  model: SchemaModel,
  where: Argument | undefined,
): Pick<OrmCall, 'equals' | 'isOnlyEquals'> {
  if (where === undefined) return { equals: [], isOnlyEquals: true };
  const { reader } = request;
  let isOnlyEquals = where.value.kind === 'object' && !where.value.open;
  const equals = reader.entries(where).flatMap(({ name, argument }): OrmCall['equals'][number][] => {
    const { value } = argument;
    const field = model.fields.get(name);
    const key = model.uniques.find((unique) => unique.name === name && unique.fields.length > 1);
    if (key && value.kind === 'object') {
      return reader.entries(argument).map((part) => ({ property: part.name, value: part.argument.value }));
    }
    const only = value.kind === 'object' ? reader.entries(argument) : [];
    const [first] = only;
    if (field?.kind === 'scalar' && only.length === 1 && first?.name === 'equals') {
      return [{ property: name, value: first.argument.value }];
    }
    if (field?.kind === 'scalar' && value.kind !== 'object') return [{ property: name, value }];
    isOnlyEquals = false;
    return [];
  });
  return { equals, isOnlyEquals };
}
