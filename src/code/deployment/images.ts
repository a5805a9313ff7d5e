/** `ghcr.io/umami-software/umami:postgresql-latest` → `umami` */
const nameOf = (image: string): string =>
  image
    .replace(/[:@][^/]*$/, '')
    .split('/')
    .at(-1) ?? '';

/** A PostgreSQL server, by the name of its image; with another command than the server's it is one of its tools. */
export function isPostgresImage(image: string, command = ''): boolean {
  const name = nameOf(image);
  if (isPoolerImage(image) || isExporterImage(image) || /(?<![=,\w])(?:psql|createdb|pg_\w+)\b/.test(command))
    return false;
  if (/backup|operator|client|tools|migrat/i.test(name)) return false;
  return /^(?:.*[-_])?(?:postgres(?:ql)?|postgis|pgvector|timescaledb|spilo)(?:[-_].*)?$/i.test(name);
}

export const isPoolerImage = (image: string): boolean =>
  /pgbouncer(?![-_]exporter)|pgcat|odyssey|supavisor/i.test(image);

export const isExporterImage = (image: string): boolean =>
  /(?:postgres(?:ql)?|pgbouncer|pg)[-_]exporter|pgwatch|pgmonitor/i.test(image);

/** What programs use beside their database; none of it asks PostgreSQL anything. */
export function isOtherService(image: string): boolean {
  const name =
    image
      .replace(/[:@].*$/, '')
      .split('/')
      .at(-1) ?? '';
  return /^(?:redis|valkey|keydb|memcached|nginx|httpd|caddy|traefik|haproxy|envoy|rabbitmq|kafka|zookeeper|nats|mysql|mariadb|mongo|elasticsearch|opensearch|minio|mailhog|mailpit|maildev|localstack|pgadmin4?|adminer|prometheus|grafana|loki|jaeger|busybox|alpine|cp-kafka|otel.*|node-exporter|alertmanager|meilisearch|clickhouse.*)$/i.test(
    name,
  );
}
