import type { EmbeddedTarget } from '../database/embedded-target';
import type { ConnectionProfile } from '../database/profile';
import type { Server } from '../database/server';
import type { Problem } from '../nouns/problem';

export interface ServerState {
  readonly kind: 'server';
  readonly profile: ConnectionProfile;
  readonly server: Server;
  readonly offline: EmbeddedTarget;
}

/** Whom Planlight asks. */
export type DatabaseState =
  | ServerState
  /** In the place of a database stand the file `snapshot`, the schema of the folder `schema`, or that of the workspace. */
  | { readonly kind: 'embedded'; readonly target: EmbeddedTarget; readonly snapshot?: string; readonly schema?: string }
  /** `reason`: what is missing to see more, in a few words. `problem`: somebody has to mend a setting first. */
  | { readonly kind: 'none'; readonly reason: string; readonly problem?: Problem }
  | { readonly kind: 'restricted'; readonly reason: string };

export function stateLabel(state: DatabaseState): string {
  switch (state.kind) {
    case 'server':
      return `${state.profile.database}@${state.profile.host}`;
    case 'embedded':
      return state.snapshot ?? (state.schema === undefined ? 'in memory' : `in memory: ${state.schema}`);
    case 'none':
      return 'no database';
    case 'restricted':
      return 'text only';
  }
}

/** `posts@db.example.org:5432, production`: for questions in which the person decides. */
export function databaseName(profile: ConnectionProfile): string {
  return `${profile.database} on ${profile.host}:${profile.port} (${profile.environment})`;
}
