import type { EmbeddedTarget } from '../database/embedded-target';
import type { ConnectionProfile } from '../database/profile';
import type { Server } from '../database/server';

export interface ServerState {
  readonly kind: 'server';
  readonly profile: ConnectionProfile;
  readonly server: Server;
  readonly offline: EmbeddedTarget;
}

/** Whom Planlight asks. */
export type DatabaseState =
  | ServerState
  /** `snapshot`: the file that stands in for a database, as a person knows it. */
  | { readonly kind: 'embedded'; readonly target: EmbeddedTarget; readonly snapshot?: string }
  /** `reason`: what is missing to see more, in a few words. */
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'restricted'; readonly reason: string };

export function stateLabel(state: DatabaseState): string {
  switch (state.kind) {
    case 'server':
      return `${state.profile.database}@${state.profile.host}`;
    case 'embedded':
      return state.snapshot ?? 'in memory';
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
