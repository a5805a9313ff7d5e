import type { ChainValue, Value } from '../../facts/values';
import { fullestOf } from '../../facts/variants';
import type { Model } from '../../models/model';
import type { Origin } from '../../resolve/origin';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { exportedName } from '../support/library-calls';
import { statementsOf } from '../support/sql-text';
import { detailsOf } from './details';
import { expandedLinks, managerClasses } from './managers';
import { djangoModels, packages } from './models';
import { Query, type QueryContext } from './query';
import { readQueryset, readSteps, type Written } from './queryset';
import { userUri } from './user-model';

const methods =
  'all filter exclude get first last count exists create get_or_create update_or_create bulk_create bulk_update update delete values values_list order_by select_related prefetch_related in_bulk aggregate annotate alias distinct only defer slice union intersection difference select_for_update iterator latest earliest aget afirst alast acount aexists acreate';

/** Models with managers: `Post.objects.filter(status='draft').select_related('author')`. A queryset is told where it is written. */
export const django: Orm = {
  library: 'django',
  languageId: 'python',
  packages,
  methods: new Set(methods.split(' ')),
  models: djangoModels,
  read,
  readRow,
};

function read(chain: ChainValue, context: CallContext): OrmCall | undefined {
  if (context.models.of('django').length === 0) return undefined;
  const shortcut = readShortcut(chain, context);
  if (shortcut) return shortcut;
  // `Subquery(Comment.objects.filter(post=OuterRef('pk')))` is a part of another query.
  if (refersOut(chain)) return undefined;
  const written = writtenQueryset(chain, context);
  return written && readSteps(written);
}

/** OuterRef of its own, not of a query in it. */
function refersOut(value: Value): boolean {
  if (value.kind === 'object') return value.entries.some((one) => refersOut(one.value));
  if (value.kind === 'array') return value.elements.some((one) => refersOut(one.value));
  if (value.kind !== 'chain') return false;
  if (
    /^(?:Exists|Subquery)$/.test(String(value.root)) ||
    value.links.some(({ name }) => /^(?:Exists|Subquery)$/.test(name))
  )
    return false;
  if (value.root === 'OuterRef' || (typeof value.root !== 'string' && refersOut(value.root))) return true;
  return value.links.some(({ name, arguments: values }) => name === 'OuterRef' || values?.some(refersOut));
}

/** `Post.objects.filter(…)`: the model, and the steps behind its manager. */
function writtenQueryset(chain: ChainValue, context: CallContext, outer?: Query): Written | undefined {
  for (let links = 0; links < chain.links.length - 1; links++) {
    const manager = chain.links[links];
    if (!manager || manager.arguments || !isManagerName(manager.name, context)) continue;
    const found = modelAt(chain, links, context);
    if (!found) continue;
    const { model, of } = found;
    const declared = of?.class.fields.find((field) => field.isStatic && field.name === manager.name);
    if (!/^(?:objects|_default_manager)$/.test(manager.name) && !detailsOf(model).managers.includes(manager.name))
      return undefined;
    const { classes, isOther } = of
      ? managerClasses(declared?.value, { file: of.file, function: 0 }, context.tracer)
      : { classes: [], isOther: false };
    const expanded = expandedLinks(chain.links.slice(links + 1), classes);
    if (expanded.isOwn) return undefined;
    const notes = [...expanded.notes, ...(isOther ? [`Conditions of ${manager.name} are not included.`] : [])];
    return {
      chain,
      links: expanded.links,
      make: (prefix) => {
        const query = new Query(model, contextOf(context), outer, prefix);
        query.notes.push(...notes);
        return query;
      },
    };
  }
  return undefined;
}

function isManagerName(name: string, { models }: CallContext): boolean {
  return (
    /^(?:objects|_default_manager)$/.test(name) ||
    models.of('django').some((model) => detailsOf(model).managers.includes(name))
  );
}

function contextOf(context: CallContext): QueryContext {
  const { models, at, trace } = context;
  return {
    models,
    at,
    trace,
    queryset: (given, outer, place) => {
      const value = fullestOf(given);
      if (value.kind !== 'chain') return undefined;
      const written = writtenQueryset(value, context, place === 'beside' ? outer.outer : outer);
      return written && readQueryset(written, place === 'beside' ? undefined : outer.tables.nextPrefix());
    },
  };
}

/** `get_object_or_404(Post, pk=pk)`, `get_list_or_404(Post.objects.published(), author=user)` */
function readShortcut(chain: ChainValue, context: CallContext): OrmCall | undefined {
  const [call] = chain.links;
  const [first, ...rest] = call?.arguments ?? [];
  if (!call || first?.kind !== 'chain' || !/^a?get_(?:object|list)_or_404$/.test(String(chain.root))) return undefined;
  const isBare = first.links.every((link) => !link.arguments);
  const model = isBare
    ? (modelAt(first, first.links.length, context) ?? modelAt(first, first.links.length - 1, context))?.model
    : undefined;
  const written = isBare ? undefined : writtenQueryset(first, context);
  const query = model ? new Query(model, contextOf(context)) : written && readQueryset(written, undefined);
  if (!query) return undefined;
  query.filter(rest, false);
  const isMany = String(chain.root).includes('list');
  if (!isMany) query.order = [];
  return query.call({
    operation: isMany ? 'find' : 'find one',
    isMany,
    nameRange: chain.rootRange,
    statements: query.isUnknown
      ? []
      : statementsOf([{ sql: isMany ? query.rows() : query.rows(21) }, ...query.followUps()]),
  });
}

function modelAt(chain: ChainValue, links: number, { tracer, models, at }: CallContext) {
  if (links < 0) return undefined;
  const origin = tracer.traceLinks(chain, links, at);
  const user = isUser(origin) ? models.of('django').filter(isUserModel) : [];
  const own = user.find(({ uri }) => !uri.startsWith('django/')) ?? user[0];
  if (own) return { model: own, of: undefined };
  const of = origin.kind === 'instance' && origin.of.kind === 'class' && chain.root === 'this' ? origin.of : origin;
  if (of.kind !== 'class') return undefined;
  const model = models
    .of('django')
    .find(({ uri, range }) => uri === of.file.uri && range.start === of.class.nameRange.start);
  return model && { model, of };
}

/** `from django.contrib.auth.models import User`, `get_user_model()` */
function isUser(origin: Origin): boolean {
  if (origin.kind === 'call') return exportedName(origin.callee, packages) === 'get_user_model';
  return origin.kind === 'package' && /^django\.contrib\.auth\b/.test(origin.package) && origin.path.at(-1) === 'User';
}

function isUserModel({ name, uri, details }: Model): boolean {
  return uri === userUri ? name === 'User' : details?.isUser === true;
}

/** `post.author.name`, `post.comments.all()`, `post.comment_set.count()`. */
function readRow({ model, chain, link, loaded }: RowAccess, context: CallContext): OrmCall | undefined {
  if (model.library !== 'django') return undefined;
  const touched = chain.links[link];
  const association = model.associations.find(({ name }) => name === touched?.name);
  const target: Model | undefined = association && context.models.target(model, association);
  if (!touched || !association || !target || touched.arguments) return undefined;
  const isLoaded = loaded.includes(association.name);
  const isOwn = association.kind === 'belongsTo';
  const key = isOwn ? association.foreignKey[0] : association.referenced[0];
  const make = (prefix?: string) => {
    const query = new Query(target, contextOf(context), undefined, prefix);
    query.where.push(
      ...query.relatedTo(association, { source: `${key} of ${model.name}`, range: touched.range }, true),
    );
    return query;
  };
  const next = chain.links[link + 1];
  if (isOwn || association.kind === 'hasOne') {
    if (isLoaded) return undefined;
    const query = make();
    query.order = [];
    const statements = query.isUnknown ? [] : statementsOf([{ sql: query.rows(21) }]);
    return query.call({ operation: 'load', isMany: false, nameRange: touched.range, statements });
  }
  if (!next?.arguments) return undefined;
  if (isLoaded && /^(?:all|count|exists)$/.test(next.name)) return undefined;
  const { classes } = defaultManager(target, context);
  const expanded = expandedLinks(chain.links.slice(link + 1), classes);
  return expanded.isOwn ? undefined : readSteps({ chain, make, links: expanded.links });
}

/** Rows that belong to a row are asked for by the manager that the model names first. */
function defaultManager(model: Model, { tracer }: CallContext) {
  const file = tracer.files.get(model.uri);
  const of = file?.classes.find(({ nameRange }) => nameRange.start === model.range.start);
  const objects = of?.fields.find(({ name, isStatic }) => isStatic && name === 'objects');
  if (!file || !objects) return { classes: [] };
  return managerClasses(objects.value, { file, function: 0 }, tracer);
}
