import type { FileFacts } from '../facts/facts';
import type { ChainValue } from '../facts/values';
import { chainsIn } from './chains';
import type { Repeat } from './repeats';
import type { Queries } from './sources';

/**
 * GraphQL's field resolvers, which run once for each parent: `@ResolveField() author(@Parent() post)`, and maps of
 * resolvers: `Post: { author(post) { … } }`. Only of types of which a query of the workspace gives lists.
 */
export function resolverRepeats(file: FileFacts, queries: Queries): Repeat[] {
  return [...decorated(file, queries), ...mapped(file)];
}

function decorated(file: FileFacts, queries: Queries): Repeat[] {
  return file.classes.flatMap((of) => {
    const resolver = of.decorators.find((decorator) => decorator.root === 'Resolver');
    const type = resolver && typeIn(resolver);
    return of.methods.flatMap((method): Repeat[] => {
      const isField = method.decorators.some(({ root }) => root === 'ResolveField' || root === 'FieldResolver');
      if (!isField || (type !== undefined && !isListed(type, queries))) return [];
      return resolverRepeat(file, method.function, parentParameter(file, method.function));
    });
  });
}

/** `Post` in `@Resolver(() => Post)`, `@Resolver(of => Post)`, `@Resolver('Post')`. */
function typeIn(decorator: ChainValue): string | undefined {
  const [argument] = decorator.links[0]?.arguments ?? [];
  if (argument?.kind === 'literal') return String(argument.value);
  if (argument?.kind === 'chain' && typeof argument.root === 'string') return argument.root;
  if (argument?.kind !== 'function') return undefined;
  const returned = argument.body.find(({ isReturned }) => isReturned)?.value;
  return returned?.kind === 'chain' && typeof returned.root === 'string' ? returned.root : undefined;
}

/** `@Query(() => [Post])`, `@Field(() => [Post])`, or a connection or page of them. */
function isListed(type: string, { files }: Queries): boolean {
  for (const { classes } of files) {
    for (const { decorators, methods, fields } of classes) {
      for (const decorator of [
        ...decorators,
        ...methods.flatMap((one) => one.decorators),
        ...fields.flatMap((one) => one.decorators),
      ]) {
        if (!/^(?:Query|Field|ResolveField|FieldResolver|Mutation)$/.test(String(decorator.root))) continue;
        for (const argument of decorator.links[0]?.arguments ?? []) {
          const returned = argument.kind === 'function' ? argument.body.map(({ value }) => value) : [];
          if (
            returned.some(
              (value) =>
                value.kind === 'array' &&
                value.elements.some((one) => chainsIn(one.value).some(({ root }) => root === type)),
            )
          )
            return true;
        }
      }
    }
  }
  return false;
}

function parentParameter(file: FileFacts, index: number): number {
  const parameters = file.functions[index]?.parameters ?? [];
  const marked = parameters.findIndex(({ decorators }) =>
    decorators?.some(({ root }) => root === 'Parent' || root === 'Root'),
  );
  return marked < 0 ? 0 : marked;
}

const operations = new Set(['Query', 'Mutation', 'Subscription']);

/** `resolvers.Post.author` beside `resolvers.Query.posts`. */
function mapped(file: FileFacts): Repeat[] {
  const parts = file.functions.map(({ name }) => name.split('.'));
  const isMap = (map: string) =>
    /resolver/i.test(map) || parts.some(([first, second = '']) => first === map && operations.has(second));
  return file.functions.flatMap((_, index): Repeat[] => {
    const [map = '', type = '', field, ...rest] = parts[index] ?? [];
    if (field === undefined || rest.length > 0 || !isMap(map) || operations.has(type)) return [];
    if (!/^[A-Z]/.test(type) || field.startsWith('__')) return [];
    return resolverRepeat(file, index, 0);
  });
}

function resolverRepeat(file: FileFacts, index: number, parent: number): Repeat[] {
  const facts = file.functions[index];
  if (!facts) return [];
  return [
    {
      kind: 'field resolver',
      file,
      function: index,
      callback: index,
      headRange: facts.nameRange,
      bodyRange: facts.range,
      element: facts.parameters[parent],
      elementIndex: parent,
      pace: 'in parallel',
      comment: facts.comment,
    },
  ];
}
