import assert from 'node:assert/strict';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';
import type { Health } from '../../../../src/database/health/health';
import { settingAmount } from '../../../../src/database/health/settings';
import type { GuideFacts } from '../../../../src/guide/facts';
import { alerts } from '../../../../src/guide/monitoring/alerts';
import { grafanaDashboard } from '../../../../src/guide/monitoring/dashboard';
import { logging } from '../../../../src/guide/monitoring/logging';
import { metrics } from '../../../../src/guide/monitoring/metrics';
import type { NewFile } from '../../../../src/nouns/check';
import { dashboardErrors } from '../../../support/grafana-schema';
import { activityOf, connectionsOf, factsOf, healthOf, known, settingOf } from '../../../support/guide-facts';
import { manifestErrors } from '../../../support/kubernetes-schema';

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

const stateful = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres, namespace: database }
spec:
  serviceName: postgres
  template:
    spec:
      containers: [{ name: postgres, image: "postgres:17" }]
`;

function factsWith(files: readonly NewFile[], health: Partial<Health> = {}): GuideFacts {
  const deployment = readDeployment(files.map(({ path, content }) => ({ path: `/blog/${path}`, text: content })));
  const workspace = { queries: [], pools: [], sessionUses: [], caches: [], findings: [], deployment };
  return factsOf({ workspace, health: healthOf(health) });
}

const filesOf = (facts: GuideFacts): NewFile[] =>
  (metrics.judge(facts).fixes ?? []).flatMap((fix) => (fix.kind === 'file' ? fix.files : []));

describe('metrics, alerts and dashboard', () => {
  it('are asked for where the workspace has none', () => {
    const result = metrics.judge(factsWith([]));
    assert.equal(result.state, 'attention');
    assert.equal(result.says, 'The workspace has no exporter, alert rules and dashboard for PostgreSQL.');
  });

  it('are found once the proposed files are there', () => {
    for (const first of [[], [{ path: 'k8s/postgres.yaml', content: stateful }]]) {
      const files = [...first, ...filesOf(factsWith(first))];
      const { state, says } = metrics.judge(factsWith(files));
      assert.equal(state, 'passed', says);
    }
  });

  it('are half there where an exporter is connected to the server', () => {
    const activity = activityOf({
      connections: known(connectionsOf({ byUser: [{ name: 'postgres_exporter', count: 1 }] })),
    });
    const { says, fixes = [] } = metrics.judge(factsWith([], { activity }));
    assert.equal(
      says,
      'The workspace has no alert rules and dashboard for PostgreSQL. On the server postgres_exporter was seen.',
    );
    assert.ok(!fixes.some(({ title }) => title.startsWith('Run postgres_exporter')));
  });

  it('are unknown without a workspace, with the reason', () => {
    const result = metrics.judge(factsOf({ missing: { code: 'There is no workspace.' } }));
    assert.deepEqual([result.state, result.missing], ['unknown', ['There is no workspace.']]);
  });
});

describe('the files of monitoring', () => {
  const files = filesOf(factsWith([{ path: 'k8s/postgres.yaml', content: stateful }]));
  const content = (path: string): string => files.find((file) => file.path === path)?.content ?? '';

  it('are a Deployment and a Service that Kubernetes takes, beside the server, with the password in a Secret', () => {
    const exporter = content('k8s/monitoring/postgres-exporter.yaml');
    assert.deepEqual(manifestErrors(exporter), []);
    assert.match(exporter, /value: "postgres\.database\.svc\.cluster\.local:5432\/blog\?sslmode=prefer"/);
    assert.match(exporter, /namespace: database/);
    assert.match(exporter, /name: DATA_SOURCE_PASS\n\s+valueFrom:\n\s+secretKeyRef:/);
  });

  it('are rules for the Prometheus Operator and for Prometheus alone, the same ones', () => {
    const rule = content('k8s/monitoring/postgresql-alerts.yaml');
    assert.deepEqual(manifestErrors(rule, { custom: ['monitoring.coreos.com/v1 PrometheusRule'] }), []);
    const { groups } = parse(content('monitoring/prometheus/postgresql-alerts.yml'));
    assert.deepEqual(parse(rule).spec.groups, groups);
    assert.equal(groups[0].rules.length, alerts.length);
    assert.deepEqual(
      groups[0].rules.map(({ expr }: { expr: string }) => expr),
      alerts.map(({ expr }) => expr),
    );
  });

  it('ask Prometheus in PromQL', () => {
    const board = JSON.parse(grafanaDashboard()) as Dashboard;
    const asked = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    // Grafana puts a duration in its place.
    const all = [...asked.map((expr) => expr.replaceAll('$__rate_interval', '5m')), ...alerts.map(({ expr }) => expr)];
    assert.ok(all.length > 30);
    for (const expr of all) assert.deepEqual(promqlErrors(expr), [], expr);
    assert.notDeepEqual(promqlErrors('sum by (a (b)'), [], 'what is no PromQL is found');
  });

  it('ask for metrics that the exporter has', () => {
    const text = JSON.stringify(alerts) + grafanaDashboard();
    const asked = new Set(text.match(/\bpg_\w+/g));
    assert.deepEqual(
      [...asked].filter((name) => !exported.has(name)),
      [],
    );
  });

  it('are a dashboard that Grafana’s schema allows', async function () {
    this.timeout(60_000);
    const board = grafanaDashboard();
    assert.deepEqual(await dashboardErrors(board), []);
    const wrongName = await dashboardErrors(board.replace('"graphTooltip"', '"graphTooltips"'));
    assert.match(wrongName.join('\n'), /graphTooltips/, 'a wrong name is found');
    const wrongWord = await dashboardErrors(board.replace('"mode": "multi"', '"mode": "many"'));
    assert.match(wrongWord.join('\n'), /"many"/, 'a wrong word is found');
  });
});

function promqlErrors(expr: string): string[] {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`${from}: ${expr.slice(from, to)}`);
    },
  });
  return errors;
}

/** Of the collectors of postgres_exporter 0.20.1, `collector/*.go`; those that are off by default are switched on in the manifests. */
const exported = new Set([
  'pg_up',
  ...['pg_stat_activity_count', 'pg_stat_activity_max_tx_duration'],
  ...['pg_settings_max_connections', 'pg_settings_superuser_reserved_connections'],
  ...['xact_commit', 'xact_rollback', 'blks_read', 'blks_hit', 'temp_bytes', 'deadlocks', 'blk_read_time']
    .concat('blk_write_time')
    .map((name) => `pg_stat_database_${name}`),
  ...['n_dead_tup', 'n_live_tup', 'seq_tup_read'].map((name) => `pg_stat_user_tables_${name}`),
  ...['pg_replication_lag_seconds', 'pg_replication_is_replica'],
  ...['pg_stat_bgwriter_checkpoints_timed_total', 'pg_stat_bgwriter_checkpoints_req_total'],
  ...['pg_stat_checkpointer_num_timed_total', 'pg_stat_checkpointer_num_requested_total'],
  ...['pg_database_wraparound_age_datfrozenxid_seconds', 'pg_database_size_bytes'],
]);

describe('what is logged', () => {
  const judge = (settings: Readonly<Record<string, [string, string?]>>, more: Partial<Health> = {}) =>
    logging.judge(
      factsOf({
        health: healthOf({
          settings: known(
            Object.fromEntries(
              Object.entries(settings).map(([name, [setting, unit]]) => [
                name,
                { ...settingOf(setting), ...(unit && { unit, amount: settingAmount(setting, unit) }) },
              ]),
            ),
          ),
          ...more,
        }),
      }),
    );
  const defaults = {
    log_min_duration_statement: ['-1', 'ms'],
    log_lock_waits: ['off'],
    log_checkpoints: ['on'],
    log_autovacuum_min_duration: ['600000', 'ms'],
    log_temp_files: ['-1', 'kB'],
  } as const satisfies Record<string, readonly [string, string?]>;

  it('needs attention where slow statements are neither logged nor counted', () => {
    const { state, fixes = [] } = judge(Object.fromEntries(Object.entries(defaults)) as never);
    assert.equal(state, 'attention');
    assert.deepEqual(
      fixes.map((fix) => fix.kind === 'setting' && [fix.name, fix.from, fix.to]),
      [
        ['log_min_duration_statement', '-1', '1s'],
        ['log_lock_waits', 'off', 'on'],
        ['log_temp_files', '-1', '10MB'],
      ],
    );
  });

  it('passes where auto_explain writes the plans of slow ones, and proposes the rest', () => {
    const { state, says } = judge({ ...defaults, 'auto_explain.log_min_duration': ['250', 'ms'] } as never);
    assert.equal(state, 'passed');
    assert.equal(says, 'Slow statements are logged; 2 more settings would log what is asked for after a bad night.');
  });
});
