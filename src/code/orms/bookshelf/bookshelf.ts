import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { KnexDialect } from '../knex/dialect';
import { callOf } from '../knex/knex';
import { applyLinks } from '../knex/links';
import { Reader } from '../knex/reader';
import type { Scope } from '../knex/scope';
import type { CallContext, Orm, OrmCall, RowAccess } from '../orm';
import { statementsOf } from '../support/sql-text';
import { BookshelfModels } from './models';
import { sendingOf } from './sends';
import { isKnexQuery, type Start, type Subject, Walker } from './walk';

interface Program {
  readonly models: BookshelfModels;
  readonly walker: Walker;
  readonly dialect: KnexDialect;
}

/** Models over knex: `new Post({ id }).fetch({ withRelated: ['comments'] })`. */
export class Bookshelf implements Orm {
  readonly library = 'bookshelf';
  readonly packages = /^bookshelf$/;
  readonly methods = new Set(
    `query fetch fetchAll fetchOne fetchPage count save destroy refresh load attach detach updatePivot create`.split(
      ' ',
    ),
  );
  readonly #programs = new WeakMap<Tracer, Program>();

  models(tracer: Tracer): readonly Model[] {
    return this.#program(tracer).models.models;
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    if (chain.links.some(({ name }) => /^(?:then|catch|finally|tap)$/.test(name))) return undefined;
    const { walker, models } = this.#program(context.tracer);
    if (models.models.length === 0) return undefined;
    const scope: Scope = { at: context.at, names: new Map() };
    const start = walker.start(chain, scope);
    return start && this.#call(chain, start, scope, context);
  }

  readRow({ model, chain, link }: RowAccess, context: CallContext): OrmCall | undefined {
    const { models } = this.#program(context.tracer);
    const facts = models.factsOfModel(model);
    const scope: Scope = { at: context.at, names: new Map() };
    const name = link === 0 ? chain.root : chain.links[link - 1]?.name;
    const row = typeof name === 'string' && name !== '' ? name : 'row';
    return facts && this.#call(chain, { model: facts, isCollection: false, link, row }, scope, context);
  }

  #call(chain: ChainValue, start: Start, scope: Scope, { tracer, use }: CallContext): OrmCall | undefined {
    const { walker, models, dialect } = this.#program(tracer);
    const reader = new Reader(tracer, dialect.instances.default.mapName, dialect, {
      uri: scope.at.file.uri,
      range: chain.range,
    });
    const walked = walker.walk(chain, start, scope, reader);
    if (walked && isKnexQuery(walked.link)) {
      const { query } = walked.subject;
      applyLinks(query, chain, chain.links.indexOf(walked.link) + 1, scope, reader);
      const isStep = query.isBare || (use?.binding !== undefined && !use.isAwaited);
      return isStep || use?.isContinued ? undefined : callOf(this.library, query, chain);
    }
    const sending = walked && sendingOf({ ...walked, scope, reader, models });
    if (!walked || !sending) return undefined;
    const { subject, link } = walked;
    const { query, statements, loads, operation, isMany } = sending;
    const model = models.modelOf(subject.model);
    if (chain.open) reader.note('What is added in a loop or at run time is not included.');
    return {
      library: this.library,
      operation,
      isMany,
      ...(model ? { model } : {}),
      loads: loads.map(({ path, range }) => ({ path: path.join('.'), range })),
      hasLimit: query.limit !== undefined,
      equals: [...relationEquals(subject), ...query.equals],
      isOnlyEquals: query.isOnlyEquals && (subject.relation === undefined || relationEquals(subject).length > 0),
      statements: reader.isUnknown ? [] : statementsOf(statements, reader.places),
      notes: [...reader.notes],
      nameRange: link.range,
      ...optionsOf(link.arguments?.at(-1)),
    };
  }

  #program(tracer: Tracer): Program {
    const known = this.#programs.get(tracer);
    if (known) return known;
    const models = new BookshelfModels(tracer);
    const program = { models, walker: new Walker(tracer, models), dialect: new KnexDialect(tracer) };
    this.#programs.set(tracer, program);
    return program;
  }
}

/** `post.related('comments')` compares post_id with post.id. */
function relationEquals({ relation: asked }: Subject): OrmCall['equals'] {
  if (!asked?.value || asked.relation.joinTable !== undefined) return [];
  const { type, targetKey, foreignKey } = asked.relation;
  return [{ property: type === 'belongsTo' ? targetKey : foreignKey, value: asked.value }];
}

function optionsOf(value: { readonly kind: string } | undefined): Pick<OrmCall, 'options'> {
  return value?.kind === 'object' ? { options: value as NonNullable<OrmCall['options']> } : {};
}
