import type { FunctionFacts } from '../../facts/facts';
import type { FunctionValue } from '../../facts/values';
import type { Origin } from '../../resolve/origin';
import { functionOf } from '../../resolve/read-folder';
import type { Callable, Scope } from './scope';

/** A function that stands as an argument. */
export function callableOf(value: FunctionValue, scope: Scope): Callable {
  const { file } = scope.at;
  const facts = value.isLong ? file.functions[value.id] : undefined;
  return {
    name: '',
    parameters: value.parameters,
    steps: facts ? stepsOf(facts) : value.body,
    scope: { at: { file, function: value.id }, names: scope.names },
  };
}

function stepsOf({ uses }: FunctionFacts): Callable['steps'] {
  return uses.map(({ chain, branch, within }) => ({ value: chain, branch, isReturned: within === 'return' }));
}

/** The function that an origin is, with what it does in the order of its text. */
export function callableAt(origin: Origin): Callable | undefined {
  const found = functionOf(origin);
  if (!found) return undefined;
  const { function: facts, file } = found;
  return {
    name: facts.name,
    parameters: facts.parameters,
    steps: stepsOf(facts),
    scope: { at: { file, function: Math.max(0, file.functions.indexOf(facts)) }, names: new Map() },
  };
}
