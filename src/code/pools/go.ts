import type { TextRange } from '../../nouns/text-range';
import type { PoolSetting, PoolUse } from './pool-use';

/** A file of Go. */
export interface GoFile {
  readonly path: string;
  readonly text: string;
}

/** What is said of a pool that opens as many as it is asked for. */
export const unlimited = 'no limit';

/** `sql.Open("postgres", …)`, `sqlx.Connect("pgx", …)`, `gorm.Open(postgres.Open(…))`, `pgxpool.New(…)` */
const opening =
  /(?:(\w+)(?:,\s*\w+)?\s*:?=\s*)?\b(?:(?:sql|sqlx|otelsql)\.(?:Open|Connect|MustOpen|MustConnect|ConnectContext)\(\s*(?:\w+,\s*)?"(?:postgres|pgx|cloudsqlpostgres)"|gorm\.Open\(\s*postgres\.|(pgxpool)\.(?:New|NewWithConfig|Connect|ConnectConfig)\()/g;

/**
 * Pools of database/sql, which has no limit until SetMaxOpenConns sets one (https://pkg.go.dev/database/sql#DB.SetMaxOpenConns), and of
 * pgxpool: the greater of 4 and the cores (https://pkg.go.dev/github.com/jackc/pgx/v5/pgxpool#Config). The limit is looked for in
 * the file, else in its folder, else in all of them where that is the only one.
 */
export function goPools(files: readonly GoFile[]): PoolUse[] {
  const own = files.filter(({ path }) => path.endsWith('.go') && !path.endsWith('_test.go')).map(withoutComments);
  return own.flatMap(({ path, text }) =>
    [...text.matchAll(opening)].map((found): PoolUse => {
      const [whole, name, isPgx] = found;
      const start = found.index + (name === undefined ? 0 : whole.indexOf('=') + 1);
      const range = {
        start: start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0),
        end: found.index + whole.length,
      };
      return {
        path,
        range,
        library: isPgx ? 'pgxpool' : 'database/sql',
        ...(name !== undefined && name !== 'err' && { name }),
        max:
          limitOf(
            path,
            isPgx ? /\bMaxConns\s*[:=]\s*(?:int32\()?([^,;)\n]+)/ : /\.SetMaxOpenConns\(\s*([^)\n]*)\)/,
            own,
          ) ?? without(isPgx),
        // Both wait until the context ends.
        waitMs: { isDefault: true, source: 'as long as the context' },
        idleMs: { value: isPgx ? 1_800_000 : 0, isDefault: true },
        role: 'primary',
      };
    }),
  );
}

const without = (isPgx: string | undefined): PoolSetting =>
  isPgx ? { isDefault: true, source: 'the greater of 4 and the cores' } : { isDefault: true, source: unlimited };

function limitOf(path: string, setting: RegExp, files: readonly GoFile[]): PoolSetting | undefined {
  const found = files.flatMap((file) => {
    const match = setting.exec(file.text);
    const written = match?.[1]?.trimEnd() ?? '';
    if (!match || written === '') return [];
    const start = match.index + match[0].indexOf(written, match[0].search(/[(:=]/));
    return [{ path: file.path, written, range: { start, end: start + written.length } }];
  });
  const folder = (one: string) => one.slice(0, one.lastIndexOf('/') + 1);
  const near =
    found.find((one) => one.path === path) ??
    found.find((one) => folder(one.path) === folder(path)) ??
    (found.length === 1 ? found[0] : undefined);
  return near && settingOf(near, setting.source.includes('SetMax') ? 'SetMaxOpenConns' : 'MaxConns');
}

function settingOf(
  { path, written, range }: { readonly path: string; readonly written: string; readonly range: TextRange },
  name: string,
): PoolSetting {
  const value = Number(written);
  // 0 and less are no limit.
  if (written !== '' && Number.isInteger(value))
    return value > 0
      ? { value, isDefault: false, range, path, name }
      : { isDefault: false, range, path, name, source: unlimited };
  return { isDefault: false, range, path, name, source: written };
}

/** With as many characters. */
function withoutComments({ path, text }: GoFile): GoFile {
  return { path, text: text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')) };
}
