import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { unprivileged } from '../../scripts/lib/postgres.mjs';

export interface Certificates {
  readonly folder: string;
  /** The authority that signed the server's certificate, and one that did not. */
  readonly authority: string;
  readonly stranger: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
}

export function hasOpenSsl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

/** A self-made authority and a certificate for the host `localhost` only (not for 127.0.0.1). */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-tls-'));
  await chmod(folder, 0o755);
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  for (const name of ['authority', 'stranger']) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, ...files);
  }
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  await writeFile(path.join(folder, 'names'), 'subjectAltName=DNS:localhost');
  const signing = [
    '-CA',
    'authority.crt',
    '-CAkey',
    'authority.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
  ];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signing);
  const serverKey = path.join(folder, 'server.key');
  await chmod(serverKey, 0o600);
  const ids = unprivileged();
  if (ids) await chown(serverKey, ids.uid, ids.gid);
  if (!existsSync(serverKey)) throw new Error('openssl made no key');
  return {
    folder,
    authority: path.join(folder, 'authority.crt'),
    stranger: path.join(folder, 'stranger.crt'),
    serverCertificate: path.join(folder, 'server.crt'),
    serverKey,
  };
}
