import type { RelatedPlace } from '../../nouns/finding';
import type { WorkspaceFacts } from '../facts';

/** Libraries of which the calls are read under two names. */
const families: Readonly<Record<string, string>> = { 'sequelize-typescript': 'sequelize' };

/** Whether the program has told a library of replicas, so that it sends reads there by itself. */
export function isDivided(workspace: WorkspaceFacts, library: string): boolean {
  const own = families[library] ?? library;
  return dividedPlaces(workspace).some((place) => place.library === own);
}

/** Where reads are sent to replicas: pools of libraries that divide, and what divides beside them. */
export function dividedPlaces({
  pools,
  replicaUses,
}: WorkspaceFacts): readonly (RelatedPlace & { readonly library: string })[] {
  return [
    ...pools.flatMap(({ role, library, path, range }) =>
      role === 'both' ? [{ library, uri: path, range, message: 'It sends reads to a replica.' }] : [],
    ),
    ...(replicaUses?.divisions ?? []).map(({ library, path, range }) => ({
      ...{ library, uri: path, range, message: 'Here reads are sent to a replica.' },
    })),
  ];
}
