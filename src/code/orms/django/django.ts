import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { sql, statementsOf } from '../support/sql-text';
import { djangoModels, packages } from './models';
import { Query } from './query';
import { readSteps } from './queryset';

const methods =
  'all filter exclude get first last count exists create get_or_create update_or_create bulk_create bulk_update update delete values values_list order_by select_related prefetch_related in_bulk aggregate annotate distinct only defer slice aget afirst alast acount aexists acreate';

/** Models with managers: `Post.objects.filter(status='draft').select_related('author')`. A queryset is told where it is written. */
export const django: Orm = {
  library: 'django',
  packages,
  methods: new Set(methods.split(' ')),
  models: djangoModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  if (context.at.file.languageId !== 'python' || context.models.of('django').length === 0) return undefined;
  const shortcut = readShortcut(chain, context);
  if (shortcut) return shortcut;
  for (let links = 0; links < chain.links.length - 1; links++) {
    const manager = chain.links[links];
    if (!manager || manager.arguments) continue;
    const found = modelAt(chain, links, context);
    if (!found) continue;
    const { model, of } = found;
    const declared = of.class.fields.find((field) => field.isStatic && field.name === manager.name)?.value;
    if (manager.name !== 'objects' && !declared && manager.name !== '_default_manager') return undefined;
    if (model.columns.some(({ property }) => property === manager.name)) return undefined;
    const query = new Query(model, context);
    const source = declared?.kind === 'chain' ? declared.links.at(-1)?.name || String(declared.root) : 'Manager';
    if (!/^(?:Manager|from_queryset)$/.test(source)) query.notes.push(`Conditions of ${source} are not included.`);
    return readSteps(query, chain, links + 1);
  }
  return undefined;
}

/** `get_object_or_404(Post, pk=pk)` */
function readShortcut(chain: ChainValue, context: CallContext): OrmCall | undefined {
  const [call] = chain.links;
  const [first, ...rest] = call?.arguments ?? [];
  if (!call || first?.kind !== 'chain' || !/^a?get_(?:object|list)_or_404$/.test(String(chain.root))) return undefined;
  const isBare = first.links.length === 0 || first.links.every((link) => !link.arguments);
  const model = isBare
    ? (modelAt(first, first.links.length, context) ?? modelAt(first, first.links.length - 1, context))?.model
    : undefined;
  if (!model) return undefined;
  const query = new Query(model, context);
  query.filter(rest, false);
  const isMany = String(chain.root).includes('list');
  const text = isMany ? query.rows() : sql`SELECT ${query.selectList()} ${query.source()} LIMIT 21`;
  return query.call({
    operation: isMany ? 'find' : 'find one',
    isMany,
    nameRange: chain.rootRange,
    statements: query.isUnknown ? [] : statementsOf([{ sql: text }]),
  });
}

function modelAt(chain: ChainValue, links: number, { tracer, models, at }: CallContext) {
  if (links < 0) return undefined;
  const origin = tracer.traceLinks(chain, links, at);
  const of = origin.kind === 'instance' && origin.of.kind === 'class' && chain.root === 'this' ? origin.of : origin;
  if (of.kind !== 'class') return undefined;
  const model = models
    .of('django')
    .find(({ uri, range }) => uri === of.file.uri && range.start === of.class.nameRange.start);
  return model && { model, of };
}

/** `post.author.name`, `post.comments.all()`, `post.comment_set.count()`. */
function readRow({ model, chain, link, loaded }: RowAccess, context: CallContext): OrmCall | undefined {
  if (model.library !== 'django') return undefined;
  const touched = chain.links[link];
  const association = model.associations.find(({ name }) => name === touched?.name);
  const target: Model | undefined = association && context.models.target(model, association);
  if (!touched || !association || !target || touched.arguments) return undefined;
  const isLoaded = loaded.includes(association.name);
  const query = new Query(target, context);
  const isOwn = association.kind === 'belongsTo';
  const key = isOwn ? association.foreignKey[0] : association.referenced[0];
  query.where.push(...query.relatedTo(association, { source: `${key} of ${model.name}`, range: touched.range }, true));
  const next = chain.links[link + 1];
  if (isOwn || association.kind === 'hasOne') {
    if (isLoaded) return undefined;
    return query.call({
      operation: 'load',
      isMany: false,
      nameRange: touched.range,
      statements: statementsOf([{ sql: sql`SELECT ${query.selectList()} ${query.source()} LIMIT 21` }]),
    });
  }
  if (!next?.arguments) return undefined;
  if (isLoaded && /^(?:all|count|exists)$/.test(next.name)) return undefined;
  return readSteps(query, chain, link + 1);
}
