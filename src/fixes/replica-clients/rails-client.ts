import type { FileFacts } from '../../code/facts/facts';
import type { ReplicaClient } from '../../code/replicas/replica-use';
import { normalized } from '../../code/resolve/paths';
import type { DocumentEdit } from '../../nouns/fix';
import type { ClientContext } from './client';

const record = /(?:^|\/)app\/models\/application_record\.rb$/;

/** The file of configuration that belongs to `app/models/application_record.rb`; undefined for any other file. */
export function railsConfiguration({ uri }: FileFacts): string | undefined {
  const path = normalized(uri);
  return record.test(path) ? path.replace(/app\/models\/application_record\.rb$/, 'config/database.yml') : undefined;
}

/**
 * A second database of production, and the models' base class that is told of it:
 * https://guides.rubyonrails.org/active_record_multiple_databases.html
 */
export function railsClient(
  { file, text, program }: Pick<ClientContext, 'file' | 'text' | 'program'>,
  configuration: string | undefined,
): ReplicaClient[] {
  const path = railsConfiguration(file);
  const databases = path === undefined || configuration === undefined ? undefined : twoDatabases(configuration);
  const abstract = /^([ \t]*)(?:primary_abstract_class|self\.abstract_class\s*=\s*true)[ \t]*$/m.exec(text);
  if (path === undefined || !databases || !abstract || /\bconnects_to\b/.test(text)) return [];
  const [line, indent = ''] = abstract;
  const end = abstract.index + line.length;
  const connects = `\n\n${indent}connects_to database: { writing: :primary, reading: Rails.env.production? ? :primary_replica : :primary }`;
  const root = path.replace(/config\/database\.yml$/, '');
  const initializer = program.tracer.roles.below(`${root}config/initializers/multi_db.rb`).replace(/^[/\\]+/, '');
  return [
    {
      ...{ library: 'activerecord', path: file.uri, range: { start: abstract.index + indent.length, end } },
      edits: [
        { path, ...databases },
        { path: file.uri, range: { start: end, end }, newText: connects },
      ],
      files: [{ path: initializer, content: switching }],
    },
  ];
}

/** Of `production:` with one database, those of the primary and of its replica. */
function twoDatabases(text: string): DocumentEdit | undefined {
  const part = /^production:[^\S\n]*\n((?:(?:[ \t]+[^\n]*|[ \t]*)(?:\n|$))*)/m.exec(text);
  const [whole = '', rest = ''] = part ?? [];
  const body = rest.trimEnd();
  const lines = body.split('\n').filter((line) => /^\s*[^#\s]/.test(line));
  const indent = /^[ \t]*/.exec(lines[0] ?? '')?.[0] ?? '';
  // Several databases each have a part of their own.
  if (!part || indent === '' || lines.some((line) => !line.startsWith(indent) || line.startsWith(`${indent} `)))
    return undefined;
  const start = part.index + whole.length - rest.length;
  const own = body.split('\n').map((line) => (line.trim() === '' ? line : `${indent}${line}`));
  const replica = lines.map((line) => `${indent}${line.replace(/^(\s*(?:url|host):\s*)(.*?)\s*$/, fromReplica)}`);
  const isTold = lines.some((line) => /^\s*(?:url|host):/.test(line));
  const inner = `${indent}${indent}`;
  const newText = [
    `${indent}primary:`,
    ...own,
    `${indent}primary_replica:`,
    ...replica,
    // Rails takes DATABASE_URL for the primary by itself.
    ...(isTold ? [] : [`${inner}url: <%= ENV["DATABASE_READ_URL"] || ENV["DATABASE_URL"] %>`]),
    `${inner}replica: true`,
  ].join('\n');
  return { range: { start, end: start + body.length }, newText };
}

function fromReplica(_: string, key: string, value: string): string {
  const variable = key.trim() === 'url:' ? 'DATABASE_READ_URL' : 'DATABASE_READ_HOST';
  const ruby = /^<%=\s*(.*?)\s*%>$/.exec(value)?.[1] ?? JSON.stringify(value.replace(/^(['"])(.*)\1$/, '$2'));
  return `${key}<%= ENV["${variable}"] || ${ruby} %>`;
}

/** As `bin/rails generate active_record:multi_db` writes it. */
const switching = `# Reads go to the replica, but not those of somebody who has written in the last two seconds, nor of requests that write.
Rails.application.configure do
  config.active_record.database_selector = { delay: 2.seconds }
  config.active_record.database_resolver = ActiveRecord::Middleware::DatabaseSelector::Resolver
  config.active_record.database_resolver_context = ActiveRecord::Middleware::DatabaseSelector::Resolver::Session
end
`;
