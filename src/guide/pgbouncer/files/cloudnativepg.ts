import type { FileFix } from '../../../nouns/check';
import type { PoolSizes } from '../sizes';

export interface PoolerCluster {
  /** Of the Cluster. */
  readonly name: string;
  readonly namespace?: string;
}

/** CloudNativePG runs PgBouncer itself, users and certificates included: https://cloudnative-pg.io/documentation/current/connection_pooling/ */
export function cloudNativeFix(
  { name, namespace }: PoolerCluster,
  sizes: PoolSizes,
  ignored: readonly string[],
): FileFix {
  const inNamespace = namespace === undefined ? '' : `\n  namespace: ${namespace}`;
  return {
    kind: 'file',
    title: `Let CloudNativePG run PgBouncer in ${sizes.mode} mode`,
    files: [
      {
        path: 'k8s/database/pgbouncer.yaml',
        content: `# PgBouncer before the cluster ${name}; its Service is called as it is.
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata:
  name: pgbouncer${inNamespace}
spec:
  cluster:
    name: ${name}
  instances: ${sizes.replicas}
  type: rw
  pgbouncer:
    poolMode: ${sizes.mode}
    parameters:
      default_pool_size: "${sizes.defaultPoolSize}"
      reserve_pool_size: "${sizes.reservePoolSize}"
      max_client_conn: "${sizes.maxClientConnections}"
      max_prepared_statements: "${sizes.maxPreparedStatements}"
      ignore_startup_parameters: "${['extra_float_digits', ...ignored].join(',')}"
`,
      },
    ],
    placeholders: [],
  };
}
