import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { Problem } from '../../nouns/problem';
import type { ConnectionProfile } from '../profile';

/** How one try to connect is made: in the clear, or with these options. */
export type TlsAttempt = false | ConnectionOptions;

/**
 * The tries that libpq makes for an `sslmode`, in order. A certificate authority (`sslrootcert`, or
 * ~/.postgresql/root.crt) is checked in every mode once its file is there; `require` alone does not ask for one.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 * Throws Problem 'tls' when a file that the mode needs is missing.
 */
export async function tlsAttempts(profile: ConnectionProfile, home: string): Promise<readonly TlsAttempt[]> {
  if (profile.ssl === 'disable' || isSocketFolder(profile.host)) return [false];
  const secure = await secureOptions(profile, home);
  if (profile.ssl === 'allow') return [false, secure];
  if (profile.ssl === 'prefer') return [secure, false];
  return [secure];
}

/** `/var/run/postgresql`, or an abstract socket `@name`. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/') || host.startsWith('@');
}

async function secureOptions(profile: ConnectionProfile, home: string): Promise<ConnectionOptions> {
  const { cert, key } = await clientCertificate(profile, home);
  const verifyHost = (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
    checkServerIdentity(profile.host, certificate);
  if (profile.sslRootCert === 'system') {
    if (profile.ssl !== 'verify-full') {
      throw new Problem('tls', `sslrootcert=system needs sslmode=verify-full, not ${profile.ssl}.`);
    }
    return { cert, key, rejectUnauthorized: true, checkServerIdentity: verifyHost };
  }
  const ca = await rootCertificate(profile, home);
  if (ca === undefined) return { cert, key, rejectUnauthorized: false, checkServerIdentity: () => undefined };
  return {
    ca,
    cert,
    key,
    rejectUnauthorized: true,
    checkServerIdentity: profile.ssl === 'verify-full' ? verifyHost : () => undefined,
  };
}

async function rootCertificate(profile: ConnectionProfile, home: string): Promise<string | undefined> {
  const file = profile.sslRootCert ?? path.join(home, '.postgresql', 'root.crt');
  const text = await textOf(file);
  if (text === undefined && (profile.ssl === 'verify-ca' || profile.ssl === 'verify-full')) {
    throw new Problem('tls', `The root certificate ${file} is not there, and sslmode=${profile.ssl} needs it.`, {
      hint: 'Set sslrootcert to the file, or to "system" to trust the authorities of the operating system.',
    });
  }
  return text;
}

async function clientCertificate(profile: ConnectionProfile, home: string): Promise<{ cert?: string; key?: string }> {
  const cert = await textOf(profile.sslCert ?? path.join(home, '.postgresql', 'postgresql.crt'));
  const key = await textOf(profile.sslKey ?? path.join(home, '.postgresql', 'postgresql.key'));
  if (profile.sslCert !== undefined && cert === undefined) {
    throw new Problem('tls', `The client certificate ${profile.sslCert} cannot be read.`);
  }
  return cert !== undefined && key !== undefined ? { cert, key } : {};
}

/** Undefined when the file is not there or closed to us. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Callers say so where the file is needed; the defaults below the home folder are usually not there.
    return undefined;
  }
}
