/** One alert of Prometheus. The metrics are those of postgres_exporter 0.20, read in its source. */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold: `5m`. */
  readonly lasting: string;
  readonly severity: 'warning' | 'critical';
  /** May hold Prometheus' templates: `{{ $labels.instance }}`. */
  readonly summary: string;
  readonly description: string;
}

/** An exporter tells its settings without the labels of its databases. */
const server = 'instance, job';
const clients = 'pg_stat_activity_count{backend_type="client backend"}';

/** The checklist's thresholds, where it has one; the others are guesses to begin with, and say so. */
export const alerts: readonly Alert[] = [
  {
    name: 'PostgresDown',
    expr: 'pg_up == 0',
    lasting: '2m',
    severity: 'critical',
    summary: 'PostgreSQL does not answer on {{ $labels.instance }}',
    description: 'The exporter cannot connect: the server is down, or refuses its user.',
  },
  {
    name: 'PostgresConnectionsNearMax',
    expr: `sum by (${server}) (${clients}) / on (${server}) (pg_settings_max_connections - pg_settings_superuser_reserved_connections) > 0.8`,
    lasting: '5m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the connections of {{ $labels.instance }} are taken',
    description: 'Beyond the limit new connections are refused. Look for idle transactions, leaks and large pools.',
  },
  {
    name: 'PostgresCacheHitRatioLow',
    expr: [
      `sum by (${server}, datname) (rate(pg_stat_database_blks_hit[15m]))`,
      `/ (sum by (${server}, datname) (rate(pg_stat_database_blks_hit[15m])) + sum by (${server}, datname) (rate(pg_stat_database_blks_read[15m])))`,
      `< 0.99 and sum by (${server}, datname) (rate(pg_stat_database_blks_read[15m])) > 1000`,
    ].join(' '),
    lasting: '30m',
    severity: 'warning',
    summary: 'Only {{ $value | humanizePercentage }} of the blocks of {{ $labels.datname }} are found in memory',
    description:
      'Less than 99 %, and more than 1,000 blocks (8 MB) are read in a second (a guess). An index first, then more memory.',
  },
  {
    name: 'PostgresReplicationLag',
    expr: `pg_replication_lag_seconds > 30 and on (${server}) pg_replication_is_replica == 1`,
    lasting: '5m',
    severity: 'warning',
    summary: 'The replica {{ $labels.instance }} is {{ $value | humanizeDuration }} behind',
    description: 'Reads there are old; 30 s are a guess. Look at long queries on it and at its disk and network.',
  },
  {
    name: 'PostgresDeadRows',
    expr: 'pg_stat_user_tables_n_dead_tup / (pg_stat_user_tables_n_dead_tup + pg_stat_user_tables_n_live_tup) > 0.3 and pg_stat_user_tables_n_dead_tup > 10000',
    lasting: '1h',
    severity: 'warning',
    summary: '{{ $labels.schemaname }}.{{ $labels.relname }} keeps {{ $value | humanizePercentage }} dead rows',
    description: 'Autovacuum comes at 20 % by default. Look for long transactions, slots, and its settings.',
  },
  {
    name: 'PostgresWraparoundNear',
    // Its name says seconds; it counts transactions.
    expr: 'pg_database_wraparound_age_datfrozenxid_seconds > 1e9',
    lasting: '1h',
    severity: 'critical',
    summary: '{{ $labels.datname }} has used {{ $value | humanize }} of 2.1 G transaction ids',
    description: 'VACUUM does not get on. At 2.1 G the server takes no more writes.',
  },
  {
    name: 'PostgresSessionsBlocked',
    expr: `sum by (${server}, datname) (pg_stat_activity_count{wait_event_type="Lock"}) > 0`,
    lasting: '5m',
    severity: 'warning',
    summary: '{{ $value }} sessions of {{ $labels.datname }} wait for locks',
    description: 'For five minutes there was always one. Look for who holds the lock, often an idle transaction.',
  },
  {
    name: 'PostgresLongTransaction',
    expr: `max by (${server}, datname) (pg_stat_activity_max_tx_duration{backend_type="client backend"}) > 1800`,
    lasting: '1m',
    severity: 'warning',
    summary: 'A transaction of {{ $labels.datname }} is open for {{ $value | humanizeDuration }}',
    description: 'It keeps dead rows and may keep locks; half an hour is a guess.',
  },
  {
    name: 'PostgresIdleInTransaction',
    expr: `max by (${server}, datname) (pg_stat_activity_max_tx_duration{state=~"idle in transaction.*"}) > 300`,
    lasting: '1m',
    severity: 'warning',
    summary: 'A transaction of {{ $labels.datname }} is open for {{ $value | humanizeDuration }} and does nothing',
    description: 'A program forgot to commit, or waits for something else. Set idle_in_transaction_session_timeout.',
  },
  {
    name: 'PostgresDeadlocks',
    expr: `sum by (${server}, datname) (increase(pg_stat_database_deadlocks[15m])) > 0`,
    lasting: '0m',
    severity: 'warning',
    summary: 'Deadlocks in {{ $labels.datname }}',
    description: 'Each ended a transaction with an error. Take locks in the same order everywhere.',
  },
  {
    name: 'PostgresTemporaryFiles',
    expr: `sum by (${server}, datname) (rate(pg_stat_database_temp_bytes[15m])) > 10 * 1024 * 1024`,
    lasting: '15m',
    severity: 'warning',
    summary: 'Sorts and hashes of {{ $labels.datname }} write {{ $value | humanize1024 }}B of files in a second',
    description: 'More than 10 MB in a second (a guess): an index, or more work_mem for the role or the statement.',
  },
  {
    name: 'PostgresCheckpointsRequested',
    // Until 16 the first, since 17 the second; the collector stat_checkpointer has to be switched on.
    expr: [
      'increase(pg_stat_bgwriter_checkpoints_req_total[1h]) > 3 and increase(pg_stat_bgwriter_checkpoints_req_total[1h]) > increase(pg_stat_bgwriter_checkpoints_timed_total[1h])',
      'increase(pg_stat_checkpointer_num_requested_total[1h]) > 3 and increase(pg_stat_checkpointer_num_requested_total[1h]) > increase(pg_stat_checkpointer_num_timed_total[1h])',
    ]
      .map((one) => `(${one})`)
      .join(' or '),
    lasting: '1h',
    severity: 'warning',
    summary: 'Checkpoints of {{ $labels.instance }} come because the WAL is full',
    description: 'Raise max_wal_size, so that they come by time.',
  },
];

/** The rules as Prometheus reads them, below a file's or a PrometheusRule's `groups`. */
export function alertGroups(indent: string): string {
  const rules = alerts.map(({ name, expr, lasting, severity, summary, description }) =>
    [
      `    - alert: ${name}`,
      `      expr: ${JSON.stringify(expr)}`,
      `      for: ${lasting}`,
      '      labels:',
      `        severity: ${severity}`,
      '      annotations:',
      `        summary: ${JSON.stringify(summary)}`,
      `        description: ${JSON.stringify(description)}`,
    ].join('\n'),
  );
  return `groups:\n- name: postgresql\n  rules:\n${rules.join('\n').replace(/^ {2}/gm, '')}`.replace(/^/gm, indent);
}
