import { resolve } from 'node:path';

/** A folder of which the files are something else than the program, `test/`, or a file by its name, `posts.test.ts`. */
const migrations = /(?:^|[/\\])(?:(?:[\w-]*[-_.])?migrations?(?:[-_.]\w+)?|migrate|alterations)[/\\]/i;
const tests = /[._-](?:test|spec|e2e)\.\w+$|(?:^|[/\\])(?:__tests__|tests?|specs?|e2e)[/\\]/i;
const seedsAndScripts = /(?:^|[/\\])(?:seeds?|seeders?|fixtures?|scripts?)[/\\]|(?:^|[/\\])seed\.\w+$/i;
const workNames = 'jobs?|workers?|cron|queues?|schedulers?|processors?|imports?|importers?|exports?';
const work = new RegExp(
  `(?:^|[/\\\\])(?:${workNames})[/\\\\]|[/\\\\.-](?:${workNames})(?:[.-](?:service|task))*\\.\\w+$`,
  'i',
);

/**
 * What files are for, by their paths below the workspace's folders: a program in `/srv/test/scripts/app` is neither a test nor
 * a script. Of a file outside of all of them the whole path counts.
 */
export class FileRoles {
  readonly folders: readonly string[];

  /** `folders`: paths, or URIs where files go by URIs. */
  constructor(folders: readonly string[]) {
    this.folders = folders.map((folder) => folder.replace(/[/\\]+$/, ''));
  }

  /** `prisma/migrations/01_init/migration.sql`, `src/database/data-migrations/7.ts`, `alterations/1.0.0.ts` */
  isMigration(uri: string): boolean {
    return migrations.test(this.below(uri));
  }

  /** `posts.test.ts`, `posts.spec.js`, `__tests__/posts.ts`, `test/helpers/empty.sql` */
  isTest(uri: string): boolean {
    return tests.test(this.below(uri));
  }

  /** Work for which nobody waits: `src/jobs/cleanup.ts`, `apps/worker/index.ts`, `import.service.ts`, `mail.processor.ts`. */
  isBackground(uri: string): boolean {
    return work.test(this.below(uri));
  }

  /** Work that is done once, or by nobody who waits: tests, migrations, seeds, scripts. */
  isAside(uri: string): boolean {
    const path = this.below(uri);
    return tests.test(path) || migrations.test(path) || seedsAndScripts.test(path);
  }

  /** `/src/posts.ts`, below the outermost of the folders that it is in; what is in none of them as it is. */
  below(uri: string): string {
    const whole = /^(?:[/\\]|[a-z][\w+.-]*:)/i.test(uri) ? uri : resolve(uri);
    const around = this.folders.filter((one) => whole.startsWith(one) && /[/\\]/.test(whole[one.length] ?? ''));
    const lengths = around.map((one) => one.length);
    return around.length === 0 ? uri : whole.slice(Math.min(...lengths));
  }
}

/** What shows rows and asks for none: `app/views/posts/index.html.erb`, `templates/posts.html`, `index.json.jbuilder`. */
export function isTemplate(uri: string): boolean {
  return /\.(?:erb|jbuilder|html?|djhtml|jinja2?|j2)$/i.test(uri);
}
