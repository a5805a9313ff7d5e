import type { FileFacts, FunctionFacts } from '../facts/facts';
import { valuesIn } from '../facts/value-access';
import { bestOrigin } from './best-origin';
import type { Follow } from './follow';
import type { Origin } from './origin';
import { fileNameOf, folderOf, normalized } from './paths';

/**
 * `db.Post` where db/index.js fills an object by reading its folder, as sequelize-cli writes it:
 * `fs.readdirSync(__dirname).forEach((file) => { const model = require(path.join(__dirname, file))(sequelize, DataTypes); … })`.
 * Each file's model is a member by its name: the class or the `define` call that the file's function returns.
 */
export function declaredByFolder(follow: Follow, file: FileFacts, name: string): Origin | undefined {
  const known = follow.program.foldersRead;
  const folders = known.get(file) ?? foldersRead(file);
  known.set(file, folders);
  if (folders.size === 0) return undefined;
  const own = folderOf(normalized(file.uri));
  let byFileName: Origin | undefined;
  for (const [folder, files] of follow.program.folders()) {
    if (folder !== own && !folder.startsWith(`${own}/`) && !folders.has(fileNameOf(folder))) continue;
    for (const other of files) {
      const model = other === file ? undefined : modelOf(follow, other);
      if (!model) continue;
      if (modelName(model) === name) return model;
      if (baseNameOf(other.uri).toLowerCase() === name.toLowerCase()) byFileName ??= model;
    }
  }
  return byFileName;
}

/** `models/post.model.js` → `post` */
function baseNameOf(uri: string): string {
  return /([^/\\]*?)(?:\.[^/\\]*)?$/.exec(uri)?.[1] ?? '';
}

const reading =
  /^(?:readdir|readdirSync|globSync|glob|autoload|requireAll|requireDirectory|importAll|importDirectory)$/;

/** Names of folders that functions of the file read, '' for its own; none when nothing is read. */
function foldersRead(file: FileFacts): ReadonlySet<string> {
  const calls = file.functions.flatMap(({ uses }) =>
    uses.filter(({ chain: { root, links } }) =>
      [root, ...links.map((link) => link.name)].some((one) => typeof one === 'string' && reading.test(one)),
    ),
  );
  if (calls.length === 0) return new Set();
  const names = calls.flatMap(({ chain }) =>
    [...valuesIn(chain)].flatMap((value) =>
      value.kind === 'literal' && typeof value.value === 'string' ? fileNameOf(normalized(value.value)) : [],
    ),
  );
  return new Set(['', ...names]);
}

/** What `module.exports = (sequelize, DataTypes) => …` returns, or what the file exports as its default. */
function modelOf(follow: Follow, file: FileFacts): Origin | undefined {
  const exported = follow.exported(file, 'default');
  const called = exported && functionOf(exported);
  if (!called) return exported?.kind === 'class' ? exported : undefined;
  const id = follow.program.idOf(called.function, called.file);
  const at = { file: called.file, function: id };
  const origin = bestOrigin(called.function.returns.map((value) => follow.trace(value, at)));
  return origin.kind === 'class' || origin.kind === 'call' ? origin : undefined;
}

function modelName(model: Origin): string | undefined {
  if (model.kind === 'class') return model.class.name;
  const first = model.kind === 'call' ? model.arguments[0] : undefined;
  return first?.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined;
}

/** The function that an origin is, whichever way it is written. */
export function functionOf(
  origin: Origin,
): { readonly function: FunctionFacts; readonly file: FileFacts; readonly self?: Origin } | undefined {
  if (origin.kind === 'function') return origin;
  if (origin.kind !== 'value' || origin.value.kind !== 'function') return undefined;
  const { file, self } = origin.at;
  const facts = file.functions[origin.value.id];
  return facts && { function: facts, file, ...(self && { self }) };
}
