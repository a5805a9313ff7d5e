import assert from 'node:assert/strict';
import { manifestErrors } from '../../support/kubernetes-schema';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: web:1
          ports: [{ name: http, containerPort: 80 }]
          readinessProbe: { tcpSocket: { port: http } }
          resources: { limits: { memory: 1Gi, cpu: 500m } }
`;

describe('manifests against the schema of Kubernetes', () => {
  it('are right as a server takes them, several in a file', () => {
    const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;
    assert.deepEqual(manifestErrors(`${deployment}---\n${budget}`), []);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ['a number that is text', deployment.replace('replicas: 2', "replicas: '2'"), /replicas must be integer/],
    ['a field that is missing', deployment.replace('- name: web', '- tty: false'), /required property 'name'/],
    ['a field that does not exist', deployment.replace('image:', 'imag:'), /unknown field .*containers\[0\]\.imag/],
    [
      'a field at the wrong depth',
      deployment.replace('kind: Deployment', 'kind: Deployment\nreplicas: 2'),
      /unknown field .replicas/,
    ],
    ['a label that no pod has', deployment.replace('labels: { app: web }', 'labels: { a: b }'), /selector/],
    ['a port that is not named', deployment.replace('port: http', 'port: htp'), /readinessProbe .* htp/],
    ['a kind that does not exist', deployment.replace('kind: Deployment', 'kind: Deploy'), /no kind Deploy/],
    ['a version that is gone', deployment.replace('apps/v1', 'extensions/v1beta1'), /no kind Deployment in ext/],
    ['a name that is none', deployment.replace('name: web', 'name: Web_1'), /Web_1/],
    ['YAML that is none', 'a: [', /./],
  ];
  for (const [title, text, expected] of wrong) {
    it(`are refused for ${title}`, () => {
      const errors = manifestErrors(text);
      assert.match(errors.join('\n'), expected);
    });
  }
});
