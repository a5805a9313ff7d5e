import type { TextRange } from '../../../nouns/text-range';
import { calledLink, entry, isObject, prefixOf, settledEntries, sourceOf, stringOf } from '../../facts/value-access';
import type { ChainValue, ObjectValue, Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Place, Tracer } from '../../resolve/origin';
import type { CallContext, GeneratedStatement, Orm, OrmCall, RowAccess } from '../orm';
import { accessorOf, isAccessorName } from './accessor-names';
import { accessorCall } from './accessors';
import { type Datum, type ModelRef, member } from './datum';
import { declaredModels } from './declarations';
import { primaryKey, type SequelizeModel } from './declared';
import { objectAt } from './entries';
import { Evaluator } from './evaluate';
import { hooksOf } from './hooks';
import { ModelOrigins, packages } from './origins';
import { type Details, library, publicModel } from './public-model';
import { type Row, rowCall, rowMethods } from './rows';
import { loadsOf, type Reading, type Sent } from './sent';
import { optionsIndex, staticCall, staticMethods } from './statics';

/** Names that send or declare something, and those of accessors: `getComments`, `addTag`. */
class Methods extends Set<string> {
  override has(name: string): boolean {
    return super.has(name) || isAccessorName(name);
  }
}

/** sequelize and sequelize-typescript. */
export class Sequelize implements Orm {
  readonly library = library;
  readonly packages = packages;
  readonly methods: ReadonlySet<string> = new Methods([...staticMethods, 'save', 'reload', 'define', 'init']);

  models(tracer: Tracer): readonly Model[] {
    const all = declaredModels(tracer);
    const evaluator = new Evaluator(new ModelOrigins(tracer, all));
    return all.all.map((declared) => publicModel(declared, all, evaluator));
  }

  read(chain: ChainValue, context: CallContext): OrmCall | undefined {
    const link = calledLink(chain);
    const evaluator = evaluatorOf(context);
    if (link === undefined || evaluator === undefined) return undefined;
    const { at } = context;
    const links = chain.links.length - 1;
    const reading: Reading = { evaluator, notes: new Set() };
    if (staticMethods.has(link.name)) {
      const given = () => link.arguments.map((argument) => evaluator.datum(argument, at));
      const target =
        evaluator.modelOfLinks(chain, links, at) ??
        ownModel(chain, links, at, evaluator) ??
        annotatedModel(chain, links, at, given, evaluator);
      if (target) {
        if (chain.root !== 'super' && isOverridden(target.model, link.name, context.tracer)) return undefined;
        const made = staticCall(target, link.name, given(), reading);
        return made && whole(made, target.model, chain, context, reading);
      }
    }
    const origin = context.tracer.traceLinks(chain, links, at);
    const model = evaluator.origins.rowModel(origin, at.file.uri);
    return model && this.#ofRow(model, chain, links, context, reading);
  }

  readRow({ model, chain, link }: RowAccess, context: CallContext): OrmCall | undefined {
    const evaluator = evaluatorOf(context);
    const declared = (model.details as Details | undefined)?.declared;
    if (evaluator === undefined || declared === undefined) return undefined;
    const whole = chain.links[link]?.arguments === undefined ? undefined : prefixOf(chain, link + 1);
    return whole && this.#ofRow(declared, whole, link, context, { evaluator, notes: new Set() });
  }

  #ofRow(
    model: SequelizeModel,
    chain: ChainValue,
    links: number,
    context: CallContext,
    reading: Reading,
  ): OrmCall | undefined {
    const { at } = context;
    const link = chain.links[links];
    if (link?.arguments === undefined) return undefined;
    const receiver = prefixOf(chain, links);
    const row: Row = { model, source: sourceOf(receiver), range: receiver.range, chain, links, at };
    const given = link.arguments.map((argument) => reading.evaluator.datum(argument, at));
    if (rowMethods.test(link.name)) {
      const made = rowCall(row, link.name, given, reading);
      return made && whole(made, model, chain, context, reading);
    }
    const accessor = isAccessorName(link.name) ? accessorOf(model, link.name, stringOf(link.arguments[0])) : undefined;
    if (!accessor) return undefined;
    const others = link.name.startsWith('$') ? given.slice(1) : given;
    const made = accessorCall(row, accessor, others, reading);
    return made && whole(made, accessor.association.target, chain, context, reading);
  }
}

/** `static findByPk(id) { … }` in the model's class or one above: the program's own, which sends what stands in it. */
function isOverridden({ uri, range }: SequelizeModel, name: string, tracer: Tracer): boolean {
  const file = tracer.files.get(uri);
  const own = file?.classes.find(({ nameRange }) => nameRange.start === range.start);
  const found = file && own && tracer.member(own, file, name, true);
  return found?.kind === 'function' && found.function.uses.length > 0;
}

/** `this.findAll(…)` in a static method of a model. */
function ownModel(chain: ChainValue, links: number, at: Place, evaluator: Evaluator) {
  if (chain.root !== 'this' || links !== 0) return undefined;
  const name = at.file.functions[at.function]?.class;
  const own = at.file.classes.find((each) => each.name === name);
  const model = own && evaluator.origins.declared.declaredAt(at.file.uri, own.nameRange);
  const method = own?.methods.find((each) => each.function === at.function);
  return model && method?.isStatic ? { kind: 'model' as const, model } : undefined;
}

/**
 * `@InjectModel(Post) posts: typeof Post`: only the class has `findAll`, and only the class's `update` and `destroy` are
 * told which rows are meant.
 */
function annotatedModel(
  chain: ChainValue,
  links: number,
  at: Place,
  given: () => readonly Datum[],
  evaluator: Evaluator,
): ModelRef | undefined {
  const name = chain.links[links]?.name ?? '';
  const isOfClass = !rowMethods.test(name) || member(given()[optionsIndex(name)], 'where') !== undefined;
  return isOfClass ? evaluator.annotatedModel(chain, links, at) : undefined;
}

function evaluatorOf({ tracer, models, at }: CallContext): Evaluator | undefined {
  const all = (models.of(library)[0]?.details as Details | undefined)?.all;
  return all && new Evaluator(new ModelOrigins(tracer, all), at.file.uri);
}

/** What a call sends with what the rules and the fixes ask of it. */
function whole(
  { operation, isMany, statements, finder }: Sent,
  declared: SequelizeModel,
  chain: ChainValue,
  { models, at, tracer }: CallContext,
  { notes, evaluator }: Reading,
): OrmCall {
  const link = chain.links.at(-1);
  const nameRange: TextRange = link?.range ?? chain.range;
  const model = models.declaredAt(library, declared.uri, declared.range);
  const given = link?.arguments ?? [];
  const options = objectAt(given[optionsIndex(link?.name ?? '')], at, tracer)?.object;
  const names = finder?.attributes?.map((each) => (typeof each === 'string' ? each : 'as' in each ? each.as : ''));
  const isAll = names === undefined || names.length >= declared.attributes.size;
  const hooks = hooksOf(declared.hooks, operation, isMany);
  if (hooks.length > 0) notes.add(`Hooks of ${declared.name} may change it: ${hooks.join(', ')}.`);
  if (declared.isIncomplete) notes.add(`Not all columns of ${declared.name} are known.`);
  return {
    library,
    operation,
    isMany,
    ...(model ? { model } : {}),
    loads: finder ? loadsOf(finder) : [],
    ...(isAll ? {} : { selects: names }),
    hasLimit: finder?.limit !== undefined,
    ...equalsOf(link?.name ?? '', given, options, declared, at, evaluator),
    statements: statements.map((statement) => placed(statement, nameRange)),
    notes: [...notes],
    nameRange,
    ...(options ? { options } : {}),
  };
}

/** What stands nowhere in the call's file (a default value, the time) is shown at the call. */
function placed(statement: GeneratedStatement, nameRange: TextRange): GeneratedStatement {
  const parameters = statement.parameters.map((each) => (each.range.end === 0 ? { ...each, range: nameRange } : each));
  return { ...statement, parameters };
}

/** `findByPk(id)`, `{ where: { authorId: id } }`: what a query in a loop could ask for all at once. */
function equalsOf(
  name: string,
  given: readonly Value[],
  options: ObjectValue | undefined,
  declared: SequelizeModel,
  at: Place,
  evaluator: Evaluator,
): Pick<OrmCall, 'equals' | 'isOnlyEquals'> {
  const [first] = given;
  if (name === 'findByPk')
    return { equals: first ? [{ property: primaryKey(declared), value: first }] : [], isOnlyEquals: true };
  const where = entry(options, 'where');
  if (where === undefined) return { equals: [], isOnlyEquals: options?.open !== true };
  if (!isObject(where)) return { equals: [], isOnlyEquals: false };
  const equals: { readonly property: string; readonly value: Value }[] = [];
  let isOnly = where.open !== true;
  for (const { key, value } of settledEntries(where)) {
    const datum: Datum = evaluator.datum(value, at);
    const isScalar = datum.kind === 'constant' || (datum.kind === 'run time' && !datum.isArray);
    if (typeof key === 'string' && declared.attributes.has(key) && isScalar) equals.push({ property: key, value });
    else isOnly = false;
  }
  return { equals, isOnlyEquals: isOnly };
}
