import type { FileFix } from '../../../nouns/check';
import type { PoolSizes } from '../sizes';
import { iniText, userListCommand, userListNote } from './ini';
import type { ServerTarget } from './target';

/** Pinned; its entry point runs what is in /etc/pgbouncer: https://hub.docker.com/r/edoburu/pgbouncer */
export const image = 'edoburu/pgbouncer:v1.25.2-p0';

const secret = 'pgbouncer-users';

/** Two of them with their configuration, a Service that is called as the host in the guide, and a budget that keeps one up. */
export function kubernetesFix(target: ServerTarget, sizes: PoolSizes, ignored: readonly string[]): FileFix {
  const option = target.namespace === undefined ? '' : `--namespace ${target.namespace} `;
  return {
    kind: 'file',
    title: `Deploy PgBouncer in ${sizes.mode} mode: Kubernetes`,
    files: [{ path: 'k8s/database/pgbouncer.yaml', content: manifests(target, sizes, ignored) }],
    placeholders: [
      ...target.placeholders,
      `userlist.txt: ${userListCommand(target)}`,
      `The Secret ${secret}: kubectl create secret generic ${secret} ${option}--from-file=userlist.txt`,
    ],
    note: userListNote,
  };
}

function manifests(target: ServerTarget, sizes: PoolSizes, ignored: readonly string[]): string {
  const inNamespace = target.namespace === undefined ? '' : `\n  namespace: ${target.namespace}`;
  const ini = iniText(target, sizes, {
    listenAddress: '0.0.0.0',
    port: 5432,
    authFile: '/etc/pgbouncer/userlist.txt',
    ignored,
  });
  return `# PgBouncer before PostgreSQL. The users with their secrets are in the Secret ${secret}, which is not in this file.
apiVersion: v1
kind: ConfigMap
metadata:
  name: pgbouncer${inNamespace}
data:
  pgbouncer.ini: |
${ini.trimEnd().replace(/^(?=.)/gm, '    ')}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: pgbouncer${inNamespace}
  labels:
    app: pgbouncer
spec:
  replicas: ${sizes.replicas}
  selector:
    matchLabels:
      app: pgbouncer
  template:
    metadata:
      labels:
        app: pgbouncer
    spec:
      # PgBouncer waits for its clients when it is told to stop.
      terminationGracePeriodSeconds: 60
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels:
                    app: pgbouncer
      securityContext:
        runAsNonRoot: true
        runAsUser: 70
      containers:
        - name: pgbouncer
          image: ${image}
          ports:
            - name: postgres
              containerPort: 5432
          volumeMounts:
            - name: configuration
              mountPath: /etc/pgbouncer
              readOnly: true
          readinessProbe:
            tcpSocket:
              port: postgres
            periodSeconds: 5
          livenessProbe:
            tcpSocket:
              port: postgres
            periodSeconds: 20
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: ["ALL"]
      volumes:
        - name: configuration
          projected:
            sources:
              - configMap:
                  name: pgbouncer
              - secret:
                  name: ${secret}
---
apiVersion: v1
kind: Service
metadata:
  name: pgbouncer${inNamespace}
spec:
  selector:
    app: pgbouncer
  ports:
    - name: postgres
      port: 5432
      targetPort: postgres
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: pgbouncer${inNamespace}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: pgbouncer
`;
}
