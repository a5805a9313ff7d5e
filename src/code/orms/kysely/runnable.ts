import { LibraryFunction, type Method, type Thing } from '../interpreter/things';
import { Compiled, Query, Sent } from './pieces';

/** A query with the methods that all of them have: running, `$call`, casts. */
export abstract class RunnableQuery extends Query {
  protected abstract method(name: string): Method | undefined;

  override get(name: string): Thing | undefined {
    const method = this.method(name) ?? this.#common(name);
    return method === undefined ? undefined : new LibraryFunction(method);
  }

  #common(name: string): Method | undefined {
    switch (name) {
      case 'execute':
      case 'executeTakeFirst':
      case 'executeTakeFirstOrThrow':
      case 'stream':
        return () => new Sent(this, name);
      case 'compile':
        return () => new Compiled(this);
      case '$call':
        return ([act]) => (act?.kind === 'function' ? act.call([this]) : undefined);
      // Both ways are asked for (see decisions.ts); a condition that is constant is settled there.
      case '$if':
        return ([, act]) => (act?.kind === 'function' ? act.call([this]) : undefined);
      case '$castTo':
      case '$narrowType':
      case '$assertType':
      case '$asTuple':
      case '$asScalar':
      case '$notNull':
      case 'withPlugin':
        return () => this;
      default:
        return undefined;
    }
  }
}
