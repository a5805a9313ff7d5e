import assert from 'node:assert/strict';
import { readDeployment } from '../../../../src/code/deployment/read-deployment';

const web = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: {{ .Values.replicas | default 2 }}
  template:
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.2
          command: [node, server.js]
`;

describe('templates of Helm', () => {
  const text = web
    .replace('name: web,', 'name: {{ .Release.Name }}-web,')
    .replace(
      '          command',
      '          {{- with .Values.extra }}\n          {{- toYaml . | nindent 10 }}\n          {{- end }}\n          command',
    );
  const chart = (values: string) =>
    readDeployment([
      { path: 'chart/values.yaml', text: values },
      { path: 'chart/templates/web.yaml', text },
    ]);

  it('are read with the values of their chart', () => {
    assert.equal(chart('replicas: 5\n').programs[0]?.replicas, 5);
  });

  it('are read with the defaults that they give', () => {
    const [program] = chart('name: x\n').programs;
    assert.equal(program?.replicas, 2);
    assert.equal(program?.name, 'web');
  });
});
