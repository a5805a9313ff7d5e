import { chainName } from '../calls/chains';
import { lastName } from '../calls/function-names';
import { takerOf } from '../calls/taker';
import type { FileFacts, FunctionFacts } from '../facts/facts';
import { stringOf } from '../facts/value-access';

/** What a program runs for each request or event, and why that is known. */
export interface RequestHandler {
  /** Index in the file's functions. */
  readonly function: number;
  readonly name: string;
  /** `it is the handler of app.get('/posts')` */
  readonly why: string;
}

const routes = /^(?:get|post|put|patch|delete|head|options|all|use|route|on|handle|handler|query|mutation)$/;

const httpMethods = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

const routeDecorators =
  /^(?:Get|Post|Put|Patch|Delete|All|Head|Query|Mutation|ResolveField|MessagePattern|EventPattern|GrpcMethod)$/;

/** The handler that a function is, or that it stands in; undefined where nothing says that it runs for each request. */
export function requestHandler(file: FileFacts, start: number): RequestHandler | undefined {
  for (let index: number | undefined = start; index !== undefined && index > 0; index = file.functions[index]?.parent) {
    const facts = file.functions[index];
    const why = facts && whyRequest(file, index, facts);
    if (facts && why !== undefined) return { function: index, name: nameOf(file, index, facts), why };
  }
  return undefined;
}

function nameOf(file: FileFacts, index: number, { name }: FunctionFacts): string {
  if (name !== '') return name;
  const taker = takerOf(file, index);
  const path = stringOf(taker?.chain.links[taker.link]?.arguments?.[0]);
  const called = taker ? chainName(taker.chain, taker.link + 1) : 'the handler';
  return path === undefined ? called : `${called}('${path}')`;
}

function whyRequest(file: FileFacts, index: number, facts: FunctionFacts): string | undefined {
  const names = facts.parameters.map(({ name }) => name.replace(/^_+/, ''));
  const [first = '', second = ''] = names;
  const name = lastName(facts.name);
  if (/^(?:req|request)$/.test(first) && /^(?:res|response|reply|rep|h)$/.test(second)) {
    return `it answers a request (${first}, ${second})`;
  }
  const isExported = file.exports.some((one) => one.local === facts.name || one.name === facts.name);
  if (/^(?:ctx|context|c)$/.test(first) && takesRoute(file, index)) return 'it is the handler of a route';
  if (first !== '' && takesRoute(file, index)) return 'it is the handler of a route';
  if (httpMethods.test(name) && /(?:^|[/\\])(?:route|\+server)\.[cm]?[jt]sx?$/.test(file.uri)) {
    return `it answers each ${name} request`;
  }
  if (/^handler$|Handler$/.test(name) && first === 'event') return 'it runs for each event of a cloud function';
  if (/^(?:loader|action)$/.test(name) && isExported && /[/\\]routes[/\\]/.test(file.uri))
    return 'it answers each request';
  if (/[/\\]pages[/\\]api[/\\]/.test(file.uri) && isDefaultExport(file, facts)) return 'it answers each request';
  if (/(?:^|\.)(?:Query|Mutation)\.\w+$/.test(facts.name)) return 'it resolves a field of each request';
  const method = file.classes.flatMap(({ methods }) => methods).find((one) => one.function === index);
  const decorator = method?.decorators.find(({ root }) => routeDecorators.test(String(root)));
  return decorator && `it is the handler of a route (@${String(decorator.root)})`;
}

/** `app.get('/posts', async (req) => …)`: a path goes first. */
function takesRoute(file: FileFacts, index: number): boolean {
  const taker = takerOf(file, index);
  if (!taker || !routes.test(taker.name)) return false;
  const [path] = taker.chain.links[taker.link]?.arguments ?? [];
  return stringOf(path)?.startsWith('/') === true;
}

function isDefaultExport({ exports, functions }: FileFacts, facts: FunctionFacts): boolean {
  return exports.some(
    ({ name, local, value }) =>
      (name === 'default' || name === '=') &&
      ((local !== undefined && local === facts.name) ||
        (value?.kind === 'function' && functions[value.id] === facts) ||
        (value?.kind === 'chain' && value.root === facts.name)),
  );
}

const clouds =
  /^(?:aws-lambda|@types\/aws-lambda|firebase-functions.*|@netlify\/functions|@vercel\/node|@google-cloud\/functions-framework|@azure\/functions)$/;

/** Whether a cloud starts as many instances of it as it likes. */
export function isServerlessFile({ imports, functions, uri }: FileFacts): boolean {
  return (
    imports.some(({ from }) => clouds.test(from)) ||
    /[/\\]netlify[/\\]functions[/\\]/.test(uri) ||
    functions.some(({ name, parameters }) => /^handler$/.test(lastName(name)) && parameters[0]?.name === 'event')
  );
}
