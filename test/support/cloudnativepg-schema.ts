import { createRequire } from 'node:module';
import type * as Validator from '@kubernetes-models/validate';
import { parse } from 'yaml';
import schema from './cloudnativepg-cluster.json';

/** The library keeps its schemas in one place for `import` and in another for `require`. */
const { register, validate } = createRequire(__filename)('@kubernetes-models/validate') as typeof Validator;

const id = 'postgresql.cnpg.io.v1.Cluster';
register(id, schema);

/** What CloudNativePG's definition of a Cluster would refuse; undefined for a manifest that it takes. */
export function clusterError(text: string): string | undefined {
  try {
    validate(id, parse(text));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
