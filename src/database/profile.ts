export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type Environment = 'development' | 'staging' | 'production';
export type ProfileSource =
  | 'settings'
  | 'environment'
  | 'dotenv'
  | 'docker-compose'
  | 'pg_service.conf'
  | 'pgpass'
  | 'command line';

/** Where a database is. Never holds a password. */
export interface ConnectionProfile {
  /** Unique among the profiles; shown to people. */
  readonly name: string;
  readonly source: ProfileSource;
  /** The file that it was read from, if any. */
  readonly file?: string;
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly ssl: SslMode;
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  /** Loopback and sockets are 'development' unless the profile says otherwise; every other host is 'production'. */
  readonly environment: Environment;
}

/** A password on its way from where it is kept to the driver. Prints as `***` everywhere else. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '***';
  }
  toJSON(): string {
    return '***';
  }
}
