import type { FileFix, GuideFix, NewFile } from '../../nouns/check';
import type { GuideFacts } from '../facts';
import { has, type ServerTarget, serverTarget } from '../pgbouncer/files/target';
import { alertGroups } from './alerts';
import { grafanaDashboard } from './dashboard';

/** Pinned: the metrics' names changed between versions. */
const image = 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1';
/** Off by default, and asked for by the alerts. */
const collectors = ['database_wraparound', 'stat_checkpointer'];
const role = 'postgres_exporter';
const secret = 'postgres-exporter';

/** The role with which the exporter looks; its password is set by a person, and written nowhere. */
const exporterRole: GuideFix = {
  kind: 'statement',
  title: `Create the role ${role}, which may see statistics only`,
  sql: `CREATE ROLE ${role} LOGIN IN ROLE pg_monitor`,
  note: `Then set its password in psql: \\password ${role}`,
};

export function exporterFixes(facts: GuideFacts): GuideFix[] {
  const kubernetes = kubernetesExporter(serverTarget(facts, 'kubernetes'));
  const compose = composeExporter(serverTarget(facts, 'compose'));
  const { deployment } = facts.workspace ?? {};
  const isInCluster = has(deployment, 'kubernetes');
  const fitting =
    isInCluster === has(deployment, 'compose') ? [kubernetes, compose] : [isInCluster ? kubernetes : compose];
  return [...fitting, exporterRole];
}

export const dashboardFix: FileFix = {
  kind: 'file',
  title: 'Write a Grafana dashboard of the guide’s metrics',
  files: [{ path: 'monitoring/grafana/postgresql-dashboard.json', content: grafanaDashboard() }],
  placeholders: [],
  note: 'Import it in Grafana (Dashboards, New, Import). It asks for the Prometheus source at its top.',
};

export function alertFixes(facts: GuideFacts): GuideFix[] {
  const plain: NewFile = {
    path: 'monitoring/prometheus/postgresql-alerts.yml',
    content: `# Listed in prometheus.yml below rule_files. Metrics of postgres_exporter 0.20.\n${alertGroups('')}\n`,
  };
  const { namespace } = serverTarget(facts, 'kubernetes');
  const operator: NewFile = {
    path: 'k8s/monitoring/postgresql-alerts.yaml',
    content: `# For the Prometheus Operator: it takes rules whose labels its ruleSelector asks for.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: postgresql-alerts${inNamespace(namespace)}
  labels:
    app: postgres-exporter
spec:
${alertGroups('  ')}
`,
  };
  const fix = (title: string, file: NewFile, note: string): FileFix => ({
    kind: 'file',
    title,
    files: [file],
    placeholders: [],
    note,
  });
  const forPrometheus = fix(
    'Write alert rules for Prometheus',
    plain,
    'promtool check rules says whether Prometheus takes them. Where they are sent is a matter of the Alertmanager.',
  );
  const forOperator = fix(
    'Write alert rules as a PrometheusRule',
    operator,
    'kubectl apply needs the Prometheus Operator’s kinds in the cluster.',
  );
  return has(facts.workspace?.deployment, 'kubernetes') ? [forOperator, forPrometheus] : [forPrometheus, forOperator];
}

const inNamespace = (namespace: string | undefined): string =>
  namespace === undefined ? '' : `\n  namespace: ${namespace}`;

function kubernetesExporter({ host, port, database, namespace, placeholders }: ServerTarget): FileFix {
  const option = namespace === undefined ? '' : `--namespace ${namespace} `;
  return {
    kind: 'file',
    title: 'Run postgres_exporter: Kubernetes',
    files: [
      {
        path: 'k8s/monitoring/postgres-exporter.yaml',
        content: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: postgres-exporter${inNamespace(namespace)}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: postgres-exporter
  template:
    metadata:
      labels:
        app: postgres-exporter
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9187"
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 65534
      containers:
        - name: postgres-exporter
          image: ${image}
          args:
${collectors.map((name) => `            - --collector.${name}`).join('\n')}
          env:
            - name: DATA_SOURCE_URI
              value: ${JSON.stringify(`${host}:${port}/${database}?sslmode=prefer`)}
            - name: DATA_SOURCE_USER
              value: ${role}
            - name: DATA_SOURCE_PASS
              valueFrom:
                secretKeyRef:
                  name: ${secret}
                  key: password
          ports:
            - name: metrics
              containerPort: 9187
          readinessProbe:
            httpGet:
              path: /
              port: metrics
          resources:
            requests:
              cpu: 20m
              memory: 32Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
---
apiVersion: v1
kind: Service
metadata:
  name: postgres-exporter${inNamespace(namespace)}
  labels:
    app: postgres-exporter
spec:
  selector:
    app: postgres-exporter
  ports:
    - name: metrics
      port: 9187
      targetPort: metrics
`,
      },
    ],
    placeholders: [
      ...withoutUser(placeholders),
      `The Secret ${secret}: kubectl create secret generic ${secret} ${option}--from-literal=password='<password of ${role}>'`,
    ],
    note: 'It connects to PostgreSQL itself, not through PgBouncer. With the Prometheus Operator a ServiceMonitor for app: postgres-exporter takes the place of the annotations.',
  };
}

function composeExporter({ host, port, database, placeholders }: ServerTarget): FileFix {
  return {
    kind: 'file',
    title: 'Run postgres_exporter: Compose',
    files: [
      {
        path: 'docker-compose.monitoring.yml',
        content: `# docker compose -f docker-compose.yml -f docker-compose.monitoring.yml up -d
services:
  postgres-exporter:
    image: ${image}
    restart: unless-stopped
    command: [${collectors.map((name) => `"--collector.${name}"`).join(', ')}]
    environment:
      DATA_SOURCE_URI: ${JSON.stringify(`${host}:${port}/${database}?sslmode=prefer`)}
      DATA_SOURCE_USER: ${role}
      # From the environment or an .env file that is kept out of the repository.
      DATA_SOURCE_PASS: \${POSTGRES_EXPORTER_PASSWORD:?is not set}
    ports:
      - "127.0.0.1:9187:9187"
`,
      },
    ],
    placeholders: [...withoutUser(placeholders), `POSTGRES_EXPORTER_PASSWORD: the password of ${role}`],
    note: 'Prometheus scrapes it at postgres-exporter:9187.',
  };
}

/** The exporter has a role of its own. */
function withoutUser(placeholders: readonly string[]): string[] {
  return placeholders.filter((sentence) => !sentence.startsWith('<user>'));
}
