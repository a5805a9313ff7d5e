import { isCall, prefixOf, valuesIn } from '../../facts/value-access';
import type { ChainValue, Link } from '../../facts/values';
import { variantsOf } from '../../facts/variants';
import type { Place, Tracer } from '../../resolve/origin';
import { functionOf } from '../../resolve/read-folder';
import { withoutCall } from '../../resolve/within';
import type { Interpreter } from '../interpreter/interpreter';
import type { Thing } from '../interpreter/things';
import { withDecisions } from './decisions';
import { Query, Sent } from './pieces';

/**
 * `paginate(db.selectFrom('posts').selectAll(), { page })`: the query that a function of the program is handed, as that
 * function sends it: `query.limit(…).offset(…).execute()`. What it sends on some ways only is left out.
 */
export function sentByHelper(
  chain: ChainValue,
  at: Place,
  { tracer, interpreter, starts, ends }: HelperReading,
): readonly Sent[] {
  const index = chain.links.length - 1;
  const link = chain.links[index];
  if (link === undefined || !isCall(link) || !link.arguments.some((each) => holdsStart(each, starts))) return [];
  const read = withoutCall(chain, index);
  const callee = tracer.traceLinks({ ...chain, links: read }, read.length, at);
  const helper = functionOf(callee);
  if (helper === undefined) return [];
  const given = link.arguments.map((each) => interpreter.evaluate(each, at));
  const handed = given.findIndex((each) => each instanceof Query);
  const { parameters, uses } = helper.function;
  const name = parameters[handed]?.name;
  if (handed < 0 || name === undefined || name === '') return [];
  const names = new Map<string, Thing>();
  parameters.forEach((parameter, i) => {
    const thing = given[i];
    if (thing !== undefined && parameter.name !== '') names.set(parameter.name, thing);
  });
  const inside: Place = { file: helper.file, function: helper.file.functions.indexOf(helper.function) };
  return uses.flatMap((use): Sent[] => {
    if (use.chain.root !== name || use.isContinued || use.branch !== undefined) return [];
    const end = use.chain.links.findIndex((each) => isCall(each) && ends.has(each.name));
    if (end < 0) return [];
    const { variants } = variantsOf(withDecisions(prefixOf(use.chain, end + 1)));
    // The second has none of what is optional.
    const barest = variants[1] ?? variants[0];
    const sent = barest === undefined ? undefined : interpreter.evaluateWith(barest, inside, names);
    return sent instanceof Sent ? [sent] : [];
  });
}

export interface HelperReading {
  readonly tracer: Tracer;
  readonly interpreter: Interpreter;
  /** Methods with which a query begins, and those that send it. */
  readonly starts: ReadonlySet<string>;
  readonly ends: ReadonlySet<string>;
}

function holdsStart(value: ChainValue['root'], starts: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return false;
  for (const each of valuesIn(value)) {
    if (each.kind === 'chain' && each.links.some((link: Link) => isCall(link) && starts.has(link.name))) return true;
  }
  return false;
}
