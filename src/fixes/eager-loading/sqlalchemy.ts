import type { ChainValue, Link } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import type { EagerLoader } from './loader';

const builder =
  /^(?:|select|query|where|filter|filter_by|options|order_by|limit|offset|join|outerjoin|distinct|group_by|having)$/;

/** `select(Post).where(…).options(selectinload(Post.author))`, and the import that it needs. */
export const sqlalchemyLoader: EagerLoader = {
  library: 'sqlalchemy',
  word: 'selectinload',
  load({ source, place: { chain }, association }) {
    const found = chain && statementIn(chain);
    const last = found?.links.at(-1);
    if (!found || !last?.argumentsRange) return undefined;
    const at = last.argumentsRange.end;
    const name = source.slice(found.model.start, found.model.end);
    if (!/^[\w.]+$/.test(name)) return undefined;
    const option = { range: { start: at, end: at }, newText: `.options(selectinload(${name}.${association.name}))` };
    return [option, ...imported(source)];
  },
  keepsAccess: ({ kind }) => kind === 'lazy',
};

/** The links that build the statement, and where the model's name stands. */
function statementIn(
  chain: ChainValue,
): { readonly links: readonly Link[]; readonly model: { start: number; end: number } } | undefined {
  const query = chain.links.findIndex(({ name, arguments: given }) => name === 'query' && given?.length === 1);
  const sent = chain.links.find(({ name }) => /^(?:execute|scalars|scalar|stream|stream_scalars)$/.test(name));
  const [statement] = sent?.arguments ?? [];
  const of = query >= 0 ? chain : statement?.kind === 'chain' ? statement : undefined;
  if (!of) return undefined;
  const start = query >= 0 ? query : of.links.findIndex(({ name }) => name === 'select' || name === '');
  const model = of.links[start]?.arguments?.[0]?.range;
  const end = of.links.findIndex(({ name }, index) => index > start && !builder.test(name));
  return model && { links: of.links.slice(0, end < 0 ? of.links.length : end), model };
}

/** `from sqlalchemy.orm import Session` → `from sqlalchemy.orm import Session, selectinload` */
function imported(source: string): DocumentEdit[] {
  if (/^\s*from\s+sqlalchemy\.orm\s+import\b[^\n]*\bselectinload\b/m.test(source) || /^\s+selectinload,/m.test(source))
    return [];
  const line = /^from\s+sqlalchemy\.orm\s+import\s+[\w, ]*\w$/m.exec(source);
  if (line) {
    const at = line.index + line[0].length;
    return [{ range: { start: at, end: at }, newText: ', selectinload' }];
  }
  const first = /^(?:from|import)\s(?!\s*__future__)(?!.*__future__)/m.exec(source)?.index ?? 0;
  return [{ range: { start: first, end: first }, newText: 'from sqlalchemy.orm import selectinload\n' }];
}
