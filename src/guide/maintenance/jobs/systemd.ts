import type { FileFix } from '../../../nouns/check';
import { reindexBloatedSql } from './bloated-indexes-sql';
import type { JobKind } from './job';

const folder = 'deploy/systemd';

const service = `[Unit]
Description=Weekly maintenance of PostgreSQL
Documentation=https://www.postgresql.org/docs/current/routine-vacuuming.html
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
DynamicUser=yes
EnvironmentFile=/etc/db-maintenance/environment
Environment="PGOPTIONS=-c lock_timeout=60s -c statement_timeout=3h"
ExecStart=/usr/bin/vacuumdb --no-password --analyze --jobs=2
ExecStart=/usr/bin/psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 --file=/etc/db-maintenance/reindex-bloated.sql
TimeoutStartSec=4h
Nice=10
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
`;

const timer = `[Unit]
Description=Weekly maintenance of PostgreSQL

[Timer]
OnCalendar=Sun 02:00
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`;

/** A timer on the server's machine, or on one that reaches it. The password is in a file that root alone reads, never in `ps`. */
export const systemdTimer: JobKind = ({ health }): FileFix => ({
  kind: 'file',
  title: 'Run maintenance weekly by a systemd timer',
  files: [
    { path: `${folder}/db-maintenance.service`, content: service },
    { path: `${folder}/db-maintenance.timer`, content: timer },
    { path: `${folder}/reindex-bloated.sql`, content: reindexBloatedSql },
  ],
  placeholders: [
    `/etc/db-maintenance/environment (mode 0600): PGHOST, PGPORT, PGDATABASE=${health.server.database}, PGUSER (the owner of the tables) and PGPASSWORD.`,
  ],
  note: 'Copy the units to /etc/systemd/system and the SQL to /etc/db-maintenance, then: systemctl enable --now db-maintenance.timer',
});
