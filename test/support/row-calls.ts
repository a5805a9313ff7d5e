import type { OrmCall } from '../../src/code/orms/orm';
import { orms } from '../../src/code/orms/orms';
import type { OrmCalls } from './orm-calls';

/**
 * What touching the relations of a row sends, in functions whose first parameter is that row: `(post: Post) => post.comments`.
 * By the function's name.
 */
export function rowCalls({ program }: OrmCalls, library: string): Map<string, OrmCall[]> {
  const orm = orms.find((each) => each.library === library);
  const calls = new Map<string, OrmCall[]>();
  for (const file of program.files.values()) {
    for (const [id, { name, parameters, uses }] of file.functions.entries()) {
      const [row] = parameters;
      const model = row?.type === undefined ? undefined : program.models.named(library, row.type, file.uri);
      if (row === undefined || model === undefined) continue;
      const at = { file, function: id };
      const { tracer, models } = program;
      for (const { chain } of uses) {
        if (chain.root !== row.name) continue;
        const context = {
          at,
          tracer,
          models,
          trace: (value: Parameters<typeof tracer.trace>[0]) => tracer.trace(value, at),
        };
        const call = orm?.readRow?.({ model, chain, link: 0, loaded: [] }, context);
        if (call !== undefined) calls.set(name, [...(calls.get(name) ?? []), call]);
      }
    }
  }
  return calls;
}
