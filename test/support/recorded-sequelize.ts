import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CallInFunction, type OrmCalls, ormCalls } from './orm-calls';
import type { OracleCase } from './same-sql';

interface Recorded {
  readonly name: string;
  readonly sent: readonly { readonly sql: string }[];
  readonly error?: string;
}

const applications = join(import.meta.dirname, '../orms/apps');

/** Runs an application's cases with Sequelize in a process of its own, and reads the application. */
export async function recordedSequelize(application: string): Promise<OracleCase[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', join(applications, 'sequelize/record.ts'), `../${application}/cases`],
    {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, TSX_TSCONFIG_PATH: join(applications, 'tsconfig.json') },
      maxBuffer: 1 << 26,
    },
  );
  const recorded = JSON.parse(stdout) as Recorded[];
  const found = await ormCalls(join(applications, application));
  return recorded.map(({ name, sent, error }) => {
    if (error !== undefined) throw new Error(`${name}: ${error}`);
    const real = sent.map(({ sql }) => sql);
    return { name, real, ours: sequences(callsOf(found, name), real.length) };
  });
}

/** `drafts (deleted too)` is a case of `drafts`; `writes.createTag` is in services/writes.ts. */
function callsOf(found: OrmCalls, name: string): readonly CallInFunction[] {
  const bare = name.replace(/ \(.*\)$/, '');
  const all = found.in(bare);
  if (all.length > 0) return all;
  const [file = '', inner = ''] = bare.split('.');
  return found.calls.filter((call) => call.name === inner && new RegExp(`/${file}\\.[jt]s$`).test(call.file));
}

/** What a function's calls send one after another, for each way of combining their variants; a call in a loop twice. */
function sequences(calls: readonly CallInFunction[], most: number): string[][] {
  if (calls.length === 0) return [];
  return calls.reduce<string[][]>(
    (all, call) => {
      const variants = call.sent.map((statements) => statements.map(({ sql }) => sql));
      const isInLoop = call.at.file.functions[call.at.function]?.uses[call.use]?.loop !== undefined;
      const turns = isInLoop ? variants.map((variant) => [...variant, ...variant]) : variants;
      return all
        .flatMap((before) => turns.map((variant) => [...before, ...variant]))
        .filter((each) => each.length <= most + 4);
    },
    [[]],
  );
}
