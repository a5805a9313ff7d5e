import type { FileFix } from '../../../nouns/check';
import { reindexBloatedSql } from './bloated-indexes-sql';
import { type JobKind, majorOf, weekly } from './job';

const secret = 'db-maintenance';
const indent = (text: string, spaces: number): string => text.trimEnd().replace(/^(?=.)/gm, ' '.repeat(spaces));

/** Kubernetes: the guide's CronJob, which rebuilt all indexes of the database under locks, and kept no password out of it. */
export const cronJob: JobKind = ({ health, deployment }): FileFix => {
  const namespace = namespaceOf(deployment);
  const inNamespace = namespace === undefined ? '' : `\n  namespace: ${namespace}`;
  const option = namespace === undefined ? '' : `--namespace ${namespace} `;
  return {
    kind: 'file',
    title: 'Run maintenance weekly by a Kubernetes CronJob',
    files: [{ path: 'k8s/database/maintenance-cronjob.yaml', content: manifest(majorOf(health), inNamespace) }],
    placeholders: [
      `The Secret ${secret}: kubectl create secret generic ${secret} ${option}--from-literal=DATABASE_URL='postgres://<owner of the tables>:<password>@<host>:5432/${health.server.database}'`,
    ],
    note: 'It connects to PostgreSQL itself, not through PgBouncer. An index whose rebuild was ended in the middle is left as invalid, and shown by the checklist.',
  };
};

function namespaceOf(deployment: Parameters<JobKind>[0]['deployment']): string | undefined {
  const ofCluster = deployment?.servers.find(({ kind }) => kind === 'kubernetes' || kind === 'cloudnativepg');
  return ofCluster?.namespace ?? deployment?.programs.find(({ kind }) => kind === 'kubernetes')?.namespace;
}

/** A lost client ends its statement only where the server looks for it, since 14. */
function manifest(major: number, namespace: string): string {
  const options = [
    '-c lock_timeout=60s',
    '-c statement_timeout=3h',
    ...(major >= 14 ? ['-c client_connection_check_interval=10s'] : []),
  ].join(' ');
  return `# Weekly: VACUUM (ANALYZE) of the whole database, then REINDEX CONCURRENTLY of the indexes that are bloated.
# Nothing here blocks reads or writes.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: db-maintenance${namespace}
spec:
  schedule: "${weekly}" # Sunday, 2 AM
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 14400
      template:
        metadata:
          labels:
            app: db-maintenance
        spec:
          restartPolicy: Never
          securityContext:
            runAsNonRoot: true
            runAsUser: 999
          containers:
            - name: maintenance
              image: postgres:${major}
              env:
                - name: DATABASE_URL
                  valueFrom:
                    secretKeyRef:
                      name: ${secret}
                      key: DATABASE_URL
                - name: PGOPTIONS
                  value: "${options}"
              command:
                - /bin/sh
                - -euc
                - |
                  vacuumdb --dbname="$DATABASE_URL" --analyze --jobs=2
                  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$DATABASE_URL" <<'SQL'
${indent(reindexBloatedSql, 18)}
                  SQL
              resources:
                requests:
                  cpu: 50m
                  memory: 64Mi
                limits:
                  memory: 256Mi
              securityContext:
                allowPrivilegeEscalation: false
                capabilities:
                  drop: ["ALL"]
`;
}
