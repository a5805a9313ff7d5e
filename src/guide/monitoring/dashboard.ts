interface Panel {
  readonly title: string;
  readonly description?: string;
  /** Grafana's name of a unit: `percentunit`, `bytes`, `s`. */
  readonly unit: string;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  /** Drawn as a line at this value, from which on it is red. */
  readonly limit?: number;
}

/** What is chosen at the top of the page. */
const here = 'job=~"$job", instance=~"$instance"';
const database = `${here}, datname=~"$datname"`;
const perSecond = (metric: string): string => `sum by (datname) (rate(${metric}{${database}}[$__rate_interval]))`;

/** The guide's metrics, in its order; those of postgres_exporter 0.20. */
const panels: readonly Panel[] = [
  {
    title: 'Connections by state',
    unit: 'short',
    queries: [{ expr: `sum by (state) (pg_stat_activity_count{${database}})`, legend: '{{state}}' }],
  },
  {
    title: 'Connections taken',
    description: 'Of max_connections without those for superusers.',
    unit: 'percentunit',
    queries: [
      {
        expr: `sum by (instance) (pg_stat_activity_count{${here}, backend_type="client backend"}) / on (instance) (max by (instance) (pg_settings_max_connections{${here}}) - max by (instance) (pg_settings_superuser_reserved_connections{${here}}))`,
        legend: '{{instance}}',
      },
    ],
    limit: 0.8,
  },
  {
    title: 'Blocks found in memory',
    description: 'The guide wants more than 99 %.',
    unit: 'percentunit',
    queries: [
      {
        expr: `${perSecond('pg_stat_database_blks_hit')} / (${perSecond('pg_stat_database_blks_hit')} + ${perSecond('pg_stat_database_blks_read')})`,
        legend: '{{datname}}',
      },
    ],
  },
  {
    title: 'Transactions per second',
    unit: 'ops',
    queries: [
      { expr: perSecond('pg_stat_database_xact_commit'), legend: '{{datname}} committed' },
      { expr: perSecond('pg_stat_database_xact_rollback'), legend: '{{datname}} rolled back' },
    ],
  },
  {
    title: 'Sessions that wait, by what for',
    unit: 'short',
    queries: [
      {
        expr: `sum by (wait_event_type) (pg_stat_activity_count{${database}, state="active"})`,
        legend: '{{wait_event_type}}',
      },
    ],
  },
  {
    title: 'Sessions blocked by locks',
    unit: 'short',
    queries: [
      { expr: `sum by (datname) (pg_stat_activity_count{${database}, wait_event_type="Lock"})`, legend: '{{datname}}' },
    ],
    limit: 1,
  },
  {
    title: 'Longest transaction',
    unit: 's',
    queries: [{ expr: `max by (state) (pg_stat_activity_max_tx_duration{${database}})`, legend: '{{state}}' }],
    limit: 1_800,
  },
  {
    title: 'Deadlocks per hour',
    unit: 'short',
    queries: [
      { expr: `sum by (datname) (increase(pg_stat_database_deadlocks{${database}}[1h]))`, legend: '{{datname}}' },
    ],
  },
  {
    title: 'Dead rows, ten worst tables',
    unit: 'short',
    queries: [{ expr: `topk(10, pg_stat_user_tables_n_dead_tup{${database}})`, legend: '{{schemaname}}.{{relname}}' }],
  },
  {
    title: 'Rows read by sequential scans, ten worst tables',
    unit: 'ops',
    queries: [
      {
        expr: `topk(10, rate(pg_stat_user_tables_seq_tup_read{${database}}[$__rate_interval]))`,
        legend: '{{schemaname}}.{{relname}}',
      },
    ],
  },
  {
    title: 'Temporary files',
    unit: 'Bps',
    queries: [{ expr: perSecond('pg_stat_database_temp_bytes'), legend: '{{datname}}' }],
  },
  {
    title: 'Checkpoints per hour',
    description: 'Until 16 the first two, since 17 the others, for which the collector stat_checkpointer is needed.',
    unit: 'short',
    queries: [
      { expr: `increase(pg_stat_bgwriter_checkpoints_timed_total{${here}}[1h])`, legend: 'by time' },
      { expr: `increase(pg_stat_bgwriter_checkpoints_req_total{${here}}[1h])`, legend: 'requested' },
      { expr: `increase(pg_stat_checkpointer_num_timed_total{${here}}[1h])`, legend: 'by time' },
      { expr: `increase(pg_stat_checkpointer_num_requested_total{${here}}[1h])`, legend: 'requested' },
    ],
  },
  {
    title: 'Replication lag',
    unit: 's',
    queries: [
      {
        expr: `pg_replication_lag_seconds{${here}} and pg_replication_is_replica{${here}} == 1`,
        legend: '{{instance}}',
      },
    ],
    limit: 30,
  },
  {
    title: 'Age of transaction ids',
    description: 'In transactions; at 2.1 G the server takes no more writes. Needs the collector database_wraparound.',
    unit: 'short',
    queries: [{ expr: `pg_database_wraparound_age_datfrozenxid_seconds{${database}}`, legend: '{{datname}}' }],
    limit: 1_000_000_000,
  },
  {
    title: 'Size of databases',
    unit: 'bytes',
    queries: [{ expr: `pg_database_size_bytes{${database}}`, legend: '{{datname}}' }],
  },
  {
    title: 'Time of reads and writes',
    description: 'Of each second; 0 without track_io_timing.',
    unit: 'percentunit',
    queries: [
      { expr: `${perSecond('pg_stat_database_blk_read_time')} / 1000`, legend: '{{datname}} reads' },
      { expr: `${perSecond('pg_stat_database_blk_write_time')} / 1000`, legend: '{{datname}} writes' },
    ],
  },
];

const datasource = { type: 'prometheus', uid: '$datasource' } as const;
const [columns, width, height] = [2, 12, 8];

/** A dashboard of Grafana, ready to be imported: it asks for the source of data and the server at its top. */
export function grafanaDashboard(): string {
  const board = {
    uid: 'planlight-postgresql',
    title: 'PostgreSQL: the scaling guide',
    tags: ['postgresql'],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Source', type: 'datasource', query: 'prometheus' },
        variable('job', 'label_values(pg_up, job)'),
        variable('instance', 'label_values(pg_up{job=~"$job"}, instance)'),
        variable('datname', `label_values(pg_database_size_bytes{${here}}, datname)`),
      ],
    },
    annotations: { list: [] },
    panels: panels.map(panelOf),
  };
  return `${JSON.stringify(board, undefined, 2)}\n`;
}

function variable(name: string, query: string) {
  return {
    name,
    type: 'query',
    datasource,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    multi: true,
    sort: 1,
    current: { text: 'All', value: '$__all' },
  };
}

function panelOf({ title, description, unit, queries, limit }: Panel, at: number) {
  const steps = [{ color: 'green', value: null }, ...(limit === undefined ? [] : [{ color: 'red', value: limit }])];
  return {
    id: at + 1,
    type: 'timeseries',
    title,
    ...(description !== undefined && { description }),
    datasource,
    gridPos: { h: height, w: width, x: (at % columns) * width, y: Math.floor(at / columns) * height },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat: legend,
      range: true,
      editorMode: 'code',
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'palette-classic' },
        custom: {
          drawStyle: 'line',
          fillOpacity: 10,
          showPoints: 'never',
          thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' },
        },
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}
