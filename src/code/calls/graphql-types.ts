import type { ClassFacts, FileFacts } from '../facts/facts';
import type { ChainValue, Value } from '../facts/values';
import { chainsIn } from './chains';
import { type GraphqlField, type GraphqlSchema, readSdl } from './graphql-sdl';
import { valuesBelow } from './values-in';

const operations = /^(?:Query|Mutation|Subscription)$/;

/** Which types of a GraphQL schema come in lists, so that resolvers of their fields run once for each of many. */
export class GraphqlTypes {
  readonly #defined = new Set<string>();
  readonly #listed: ReadonlySet<string>;
  /** A part of the schema could not be read: any type may come in lists. */
  #isIncomplete = false;

  constructor(files: Iterable<FileFacts>) {
    const fields: GraphqlField[] = [];
    const kinds: GraphqlSchema['kinds'][number][] = [];
    for (const file of files) {
      for (const text of sdlIn(file)) {
        const schema = readSdl(text);
        if (!schema) this.#isIncomplete = true;
        if (!schema) continue;
        for (const type of schema.types) this.#defined.add(type);
        fields.push(...schema.fields);
        kinds.push(...schema.kinds);
      }
      fields.push(...file.classes.flatMap((of) => fieldsOfClass(of, file)));
    }
    this.#listed = listedTypes(fields, kinds);
  }

  /** Some field gives a list of it: `posts: [Post!]!`, a connection's nodes, the author of each post. */
  isListed(type: string): boolean {
    return this.#listed.has(type);
  }

  /** The whole schema was read, and says what the type is. */
  isDefined(type: string): boolean {
    return !this.#isIncomplete && this.#defined.has(type);
  }
}

/** What hangs on things of a list is many, too: `PostEdge.node`, `Post.author`. */
function listedTypes(fields: readonly GraphqlField[], kinds: GraphqlSchema['kinds']): ReadonlySet<string> {
  const listed = new Set<string>();
  const queue = fields.flatMap(({ type, isList }) => (isList ? [type] : []));
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (listed.has(type) || operations.test(type)) continue;
    listed.add(type);
    for (const field of fields) if (field.of === type) queue.push(field.type);
    // Each thing of an interface is of one of its types; a type's fields may be asked for by the interface.
    for (const kind of kinds) if (kind.of === type) queue.push(kind.type);
  }
  return listed;
}

/** A file in GraphQL's language, and texts in it of a program. */
function sdlIn({ languageId, text = '', functions, exports }: FileFacts): Iterable<string> {
  if (languageId === 'graphql') return [text];
  const values = [
    ...exports.flatMap(({ value }) => value ?? []),
    ...functions.flatMap(({ bindings, uses }) => [
      ...bindings.flatMap(({ value }) => value ?? []),
      ...uses.map(({ chain }) => chain),
    ]),
  ];
  return new Set(values.flatMap(valuesBelow).flatMap((value) => sdlText(value) ?? []));
}

/** gql`type Post { … }`, and a plain text of that kind. What is put into it stands in other texts, as a rule. */
function sdlText(value: Value): string | undefined {
  const text =
    value.kind === 'template' ? value.strings.join('\n') : value.kind === 'literal' ? String(value.value) : '';
  return /^\s*(?:extend\s+)?(?:type|interface|union)\s+\w+/m.test(text) && /[{=]/.test(text) ? text : undefined;
}

/** `@Field(() => [Post]) posts: Post[]` of TypeGraphQL and NestJS; `@Query()` fields are of no type. */
function fieldsOfClass(of: ClassFacts, file: FileFacts): GraphqlField[] {
  const owner = typeOfResolver(of) ?? of.name;
  const members = [
    ...of.fields.map(({ decorators, type }) => ({ decorators, type })),
    ...of.methods.map((one) => ({ decorators: one.decorators, type: file.functions[one.function]?.returnType })),
  ];
  const found = members.flatMap(({ decorators, type }) =>
    decorators.flatMap((decorator): GraphqlField[] => {
      const name = String(decorator.root);
      if (!/^(?:Query|Mutation|Subscription|Field|ResolveField|FieldResolver)$/.test(name)) return [];
      const said = typesSaid(decorator);
      return (said.length > 0 ? said : typesWritten(type)).map((one) => ({
        ...one,
        of: operations.test(name) ? name : owner,
      }));
    }),
  );
  // `class PostPage extends Paginated(Post)`
  const base = of.extends?.links.flatMap((link) => link.arguments ?? []) ?? [];
  const paged = of.decorators.some(({ root }) => root === 'ObjectType') ? base.flatMap(namesIn) : [];
  return [...found, ...paged.map((type) => ({ of: of.name, type, isList: true }))];
}

/** `Post` in `@Resolver(() => Post)`, `@Resolver(of => Post)`, `@Resolver('Post')`. */
export function typeOfResolver({ decorators }: ClassFacts): string | undefined {
  const [argument] = decorators.find(({ root }) => root === 'Resolver')?.links[0]?.arguments ?? [];
  if (argument?.kind === 'literal') return String(argument.value);
  if (argument?.kind === 'chain' && typeof argument.root === 'string') return argument.root;
  if (argument?.kind !== 'function') return undefined;
  const returned = argument.body.find(({ isReturned }) => isReturned)?.value;
  return returned?.kind === 'chain' && typeof returned.root === 'string' ? returned.root : undefined;
}

/** `() => [Post]`, `returns => Post` */
function typesSaid({ links }: ChainValue): Omit<GraphqlField, 'of'>[] {
  return (links[0]?.arguments ?? []).flatMap((argument) => {
    const returned = argument.kind === 'function' ? argument.body.map(({ value }) => value) : [];
    return returned.flatMap((value) => namesIn(value).map((type) => ({ type, isList: value.kind === 'array' })));
  });
}

function namesIn(value: Value): string[] {
  return chainsIn(value).flatMap(({ root }) => (typeof root === 'string' ? [root] : []));
}

/** `Promise<Post[]>`, `author: User` */
function typesWritten(type: string | undefined): Omit<GraphqlField, 'of'>[] {
  const [, name, list] = /^(?:Promise<\s*)?(?:Array<\s*)?(\w+)\s*(\[\])?/.exec(type ?? '') ?? [];
  return name === undefined ? [] : [{ type: name, isList: list !== undefined || /Array</.test(type ?? '') }];
}
