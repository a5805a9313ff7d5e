import type { Program } from '../../code/program/program';
import type { Division, ReplicaClient } from '../../code/replicas/replica-use';
import type { TextOf } from '../code-fixes';
import { djangoClient } from './django-client';
import { javascriptClients } from './javascript-clients';
import { railsClient, railsConfiguration } from './rails-client';

/** What of the program can be told of a replica by an edit. Tests, seeds, migrations and scripts are left out. */
export function findReplicaClients(
  program: Pick<Program, 'tracer' | 'projectFiles'>,
  divisions: readonly Division[],
  textOf: TextOf,
): ReplicaClient[] {
  const { files, roles } = program.tracer;
  return [...files.values()].flatMap((file) => {
    const text = roles.isAside(file.uri) ? undefined : textOf(file.uri);
    if (text === undefined) return [];
    const context = { program, file, text, divisions };
    if (file.languageId === 'python') return djangoClient(context);
    if (file.languageId === 'ruby') return railsClient(context, textOf(railsConfiguration(file) ?? ''));
    return /^(?:java|type)script/.test(file.languageId) ? javascriptClients(context) : [];
  });
}
