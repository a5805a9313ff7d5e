import type { Repetition } from '../../code/calls/repetition';
import { entryNames } from '../../code/facts/value-access';
import type { DocumentEdit, EditFix } from '../../nouns/fix';
import { operand } from '../batch/text';
import type { TextOf } from '../code-fixes';
import { awaitedRange } from './awaited-range';
import { helperCall } from './helper-call';
import type { EagerLoader } from './loader';
import { loaders } from './loaders';
import { mayChangeLater } from './turn-writes';
import { areShownWhole } from './whole-rows';

/**
 * The rows are asked for with what belongs to them, and the calls in the loop read it from the row. Undefined whenever the
 * result could be another one: options, order or a limit of the inner call, a row that is not the loop's own, rows of
 * other queries, other callers.
 */
export function eagerLoading(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { association: found, loop, inner } = repetition;
  const outer = loop.over?.query;
  if (!found || !outer?.orm || !loop.over || repetition.reason) return undefined;
  // Rows that come from elsewhere would be without it.
  if (loop.over.isMixed) return undefined;
  const loader = loaders.find(({ library }) => library === outer.library);
  if (!loader || inner.library !== outer.library) return undefined;
  const source = textOf(outer.uri);
  const loopSource = textOf(loop.uri);
  if (source === undefined || loopSource === undefined) return undefined;
  const { association, of } = found;
  const { path } = loop.over;
  const isLoaded = (names: readonly string[]) => outer.orm?.loads.some((one) => one.path === names.join('.')) === true;
  if (path.length > 0 && !(loader.isNested && (loader.loadsWay || isLoaded(path)))) return undefined;
  const load = isLoaded([...path, association.name])
    ? []
    : loader.load({ source, place: outer, association, model: of, target: inner.orm?.model, path });
  const uses = loader.keepsAccess?.(repetition) ? [] : replacedUse(repetition, loader, loopSource);
  if (!load || !uses || load.length + uses.length === 0) return undefined;
  // Names that a pattern would read otherwise.
  if (!/^\w*$/.test(loop.rowName)) return undefined;
  if (mayChangeLater(repetition, loopSource) || areShownWhole(repetition, loopSource, uses[0]?.range)) return undefined;
  const edits = [
    ...load.map((edit) => ({ ...edit, uri: outer.uri })),
    ...uses.map((edit) => ({ ...edit, uri: loop.uri })),
  ];
  return {
    kind: 'edit',
    title: `Load ${association.name} with ${outer.name} (${loader.word})`,
    edits,
    ...(outer.at.function === loop.at.function && outer.uri === loop.uri
      ? {}
      : { note: `${outer.name} stands in another function; whoever else calls it loads ${association.name}, too.` }),
  };
}

/** `await User.findByPk(post.authorId)`, `await authorOf(post)` → `post.author` */
function replacedUse(repetition: Repetition, loader: EagerLoader, source: string): DocumentEdit[] | undefined {
  const { inner, loop, depth, association } = repetition;
  if (loop.rowName === '' || !association || !inner.chain) return undefined;
  if (!(repetition.kind === 'lazy' ? isPlainAccess(repetition) : isPlainLookup(repetition))) return undefined;
  const isInLoop = depth === 0 && inner.uri === loop.uri;
  const range = isInLoop ? awaitedRange(inner, source) : helperCall(repetition, source);
  if (!range) return undefined;
  const row = loop.rowName;
  const read = loader.read?.(row, association.association) ?? `${row}.${association.association.name}`;
  const isOne = !/Many$/.test(association.association.kind);
  const newText = isOne && loader.givesUndefined ? operand(source, range, `${read} ?? undefined`) : read;
  return [{ range, newText }];
}

/** It asks for all that belongs to the row and nothing else. */
function isPlainLookup({ inner, keys, kind, association }: Repetition): boolean {
  const { orm, name } = inner;
  if (kind !== 'query' || !orm || /OrFail|OrThrow/.test(name)) return false;
  if (association?.association.isRestricted || orm.model?.hooks?.some((hook) => /^(?:before|after)Find/.test(hook)))
    return false;
  const isList = /Many$/.test(association?.association.kind ?? '');
  const [key] = keys;
  return (
    orm.isMany === isList &&
    orm.isOnlyEquals &&
    orm.equals.length === 1 &&
    keys.length === 1 &&
    key?.rowPath?.length === 1 &&
    orm.loads.length === 0 &&
    inner.chain?.links.every(({ name: link }) => !restricts.test(link)) === true &&
    orm.notes.length === 0 &&
    hasNoOrder(orm.statements, isList) &&
    entryNames(orm.options ?? { kind: 'object', entries: [], range: { start: 0, end: 0 } }).every(isCondition)
  );
}

/** `post.getAuthor()`, `post.$relatedQuery('author')`: without arguments that ask for less. */
function isPlainAccess({ inner, association }: Repetition): boolean {
  const { orm } = inner;
  const isList = /Many$/.test(association?.association.kind ?? '');
  return orm !== undefined && orm.options === undefined && orm.notes.length === 0 && hasNoOrder(orm.statements, isList);
}

/** Steps of a builder that ask for something else than all of the row that belongs to this one. */
const restricts =
  /^(?:select|addSelect|columns?|pluck|scope|unscoped|order|limit|offset|for[A-Z]|modify|with|join|(?:left|inner|right|outer)[A-Z]|transacting|populate|setLock|cache|stream)/;

function hasNoOrder(statements: readonly { readonly sql: string }[], isList: boolean): boolean {
  return statements.every(({ sql }) => !/\bORDER BY\b/i.test(sql) && !(isList && /\bLIMIT\b/i.test(sql)));
}

/** `where`, and the condition's own properties where the object is the condition itself. */
function isCondition(name: string): boolean {
  return !/^(?:include|select|relations|attributes|order|limit|take|skip|offset|transaction|raw|paranoid|lock|populate|with|columns|orderBy|cursor|omit|logging|plain|nest|rejectOnEmpty|withDeleted|cache)$/.test(
    name,
  );
}
