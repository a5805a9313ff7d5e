import type { FileFacts } from '../../facts/facts';
import type { ModelColumn } from '../../models/model';
import type { Draft } from './draft';

/** Columns of Django's own user, which programs refer to as `auth.User` and `settings.AUTH_USER_MODEL`. */
const userTypes: Readonly<Record<string, string>> = {
  id: 'integer',
  password: 'varchar(128)',
  last_login: 'timestamptz',
  is_superuser: 'boolean',
  username: 'varchar(150)',
  first_name: 'varchar(150)',
  last_name: 'varchar(150)',
  email: 'varchar(254)',
  is_staff: 'boolean',
  is_active: 'boolean',
  date_joined: 'timestamptz',
};

export const userColumns: readonly ModelColumn[] = Object.entries(userTypes).map(([name, type]) => ({
  property: name,
  column: name,
  type,
  ...(name === 'id' ? { isPrimaryKey: true as const, isGenerated: true as const } : {}),
}));

export const userUri = 'django/contrib/auth/models.py';

/** The user of django.contrib.auth, where no model of the program takes its place. */
export function userDraft(drafts: readonly Draft[]): Draft | undefined {
  if (drafts.some((draft) => draft.class.name === 'User' && draft.app === 'auth')) return undefined;
  const range = { start: 0, end: 0 };
  const file: FileFacts = {
    uri: userUri,
    languageId: 'python',
    imports: [],
    exports: [],
    classes: [],
    functions: [],
  };
  const name = { name: 'User', decorators: [], fields: [], methods: [], within: 0, nameRange: range, range };
  return {
    class: name,
    file,
    app: 'auth',
    table: 'auth_user',
    columns: [...userColumns],
    associations: [],
    queryNames: {},
    ordering: [],
    nullable: ['last_login'],
    managers: [],
    setOnSave: ['last_login', 'date_joined'],
    hooks: [],
    primaryKey: 'id',
    relations: [],
  };
}
