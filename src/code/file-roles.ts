/** `prisma/migrations/01_init/migration.sql`, `src/database/data-migrations/7.ts`, `alterations/1.0.0.ts` */
export function isMigration(uri: string): boolean {
  return /(?:^|[/\\])(?:(?:[\w-]*[-_.])?migrations?(?:[-_.]\w+)?|migrate|alterations)[/\\]/i.test(uri);
}

/** `posts.test.ts`, `posts.spec.js`, `__tests__/posts.ts`, `test/helpers/empty.sql` */
export function isTest(uri: string): boolean {
  return /[._-](?:test|spec|e2e)\.\w+$|(?:^|[/\\])(?:__tests__|tests?|specs?|e2e)[/\\]/i.test(uri);
}

/** Work for which nobody waits: `src/jobs/cleanup.ts`, `apps/worker/index.ts`, `import.service.ts`, `mail.processor.ts`. */
export function isBackground(uri: string): boolean {
  const names = 'jobs?|workers?|cron|queues?|schedulers?|processors?|imports?|importers?|exports?';
  return new RegExp(
    `(?:^|[/\\\\])(?:${names})[/\\\\]|[/\\\\.-](?:${names})(?:[.-](?:service|task))*\\.\\w+$`,
    'i',
  ).test(uri);
}

/** What shows rows and asks for none: `app/views/posts/index.html.erb`, `templates/posts.html`, `index.json.jbuilder`. */
export function isTemplate(uri: string): boolean {
  return /\.(?:erb|jbuilder|html?|djhtml|jinja2?|j2)$/i.test(uri);
}

/** Work that is done once, or by nobody who waits: tests, migrations, seeds, scripts. */
export function isAside(uri: string): boolean {
  return (
    isTest(uri) ||
    isMigration(uri) ||
    /(?:^|[/\\])(?:seeds?|seeders?|fixtures?|scripts?)[/\\]|[/\\]seed\.\w+$/i.test(uri)
  );
}
