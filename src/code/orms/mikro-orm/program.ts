import type { ChainValue } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { libraryCall as callIn, type LibraryCall, exportedName as nameIn } from '../support/library-calls';

export const packages = /^@mikro-orm\/(?:core|postgresql|knex|sql|nestjs|decorators|decorators\/.+)$/;

/** The name of MikroORM's own function or class that this is: 'Entity', 'EntityManager', 'raw'. */
export function exportedName(origin: Origin | undefined): string | undefined {
  return nameIn(origin, packages);
}

export function libraryCall(origin: Origin, at: Place): LibraryCall | undefined {
  return callIn(origin, at, packages);
}

export function decoratorCall(chain: ChainValue, at: Place, tracer: Tracer): LibraryCall | undefined {
  return libraryCall(tracer.trace(chain, at), at);
}
