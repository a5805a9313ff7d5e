/** A PostgreSQL server, by the name of its image. */
export function isPostgresImage(image: string): boolean {
  if (isPoolerImage(image) || isExporterImage(image)) return false;
  if (/pgadmin|postgrest|backup|pgbackrest|barman|wal-g|pg_?cron|operator|adminer|postgraphile|migrat/i.test(image))
    return false;
  return /postgres|postgis|pgvector|timescale|spilo/i.test(image);
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
