import type { FileFacts } from '../facts/facts';
import { typeOfResolver } from './graphql-types';
import type { Repeat } from './repeats';
import type { Queries } from './sources';

/**
 * GraphQL's field resolvers, which run once for each parent: `@ResolveField() author(@Parent() post)`, and maps of
 * resolvers: `Post: { author(post) { … } }`. Only of types of which a query of the workspace gives lists.
 */
export function resolverRepeats(file: FileFacts, queries: Queries): Repeat[] {
  return [...decorated(file, queries), ...mapped(file, queries)];
}

function decorated(file: FileFacts, queries: Queries): Repeat[] {
  return file.classes.flatMap((of) => {
    const type = typeOfResolver(of);
    return of.methods.flatMap((method): Repeat[] => {
      const isField = method.decorators.some(({ root }) => root === 'ResolveField' || root === 'FieldResolver');
      if (!isField || (type !== undefined && !queries.graphql.isListed(type))) return [];
      return resolverRepeat(file, method.function, parentParameter(file, method.function));
    });
  });
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
function mapped(file: FileFacts, { graphql }: Queries): Repeat[] {
  const parts = file.functions.map(({ name }) => name.split('.'));
  const isMap = (map: string) =>
    /resolver/i.test(map) || parts.some(([first, second = '']) => first === map && operations.has(second));
  return file.functions.flatMap((_, index): Repeat[] => {
    const [map = '', type = '', field, ...rest] = parts[index] ?? [];
    if (field === undefined || rest.length > 0 || !isMap(map) || operations.has(type)) return [];
    if (!/^[A-Z]/.test(type) || field.startsWith('__')) return [];
    // Without a schema anything may come in lists.
    if (graphql.isDefined(type) && !graphql.isListed(type)) return [];
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
