import assert from 'node:assert/strict';
import { toProblem } from '../../../src/database/server-errors';

const context = { label: 'blog@localhost:5432', user: 'app', statementMs: 5000, lockMs: 1000 };

function serverError(code: string, message: string, more: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

describe('what a server or the network says', () => {
  const cases: [code: string, message: string, kind: string, sentence: RegExp][] = [
    [
      '42P01',
      'relation "x" does not exist',
      'missing-object',
      /^Relation "x" does not exist in blog@localhost:5432\.$/,
    ],
    ['42501', 'permission denied for table x', 'missing-privilege', /User app may not/],
    [
      '42501',
      'query would be affected by row-level security policy for table "x"',
      'row-security',
      /row-level security/,
    ],
    [
      '57014',
      'canceling statement due to statement timeout',
      'timeout',
      /^Still running after 5 s: cancelled on blog@/,
    ],
    ['57014', 'canceling statement due to user request', 'cancelled', /cancelled/],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'read-only-server', /read-only/],
    ['53300', 'sorry, too many clients already', 'unreachable', /no free connection/],
    ['57P03', 'the database system is starting up', 'unreachable', /not ready: the database system is starting up/],
    ['57P01', 'terminating connection due to administrator command', 'unreachable', /shutting down/],
    ['28P01', 'password authentication failed for user "app"', 'authentication', /password of user app/],
    ['ECONNREFUSED', 'connect ECONNREFUSED ::1:5432', 'unreachable', /^Nothing listens at blog@localhost:5432\.$/],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'unreachable', /not known/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'tls', /self-signed/],
    ['22012', 'division by zero', 'server', /^blog@localhost:5432 says: division by zero\.$/],
  ];
  for (const [code, message, kind, sentence] of cases) {
    it(`${code} "${message}" is a problem of kind ${kind}`, () => {
      const problem = toProblem(serverError(code, message), context);
      assert.equal(problem.kind, kind);
      assert.match(problem.message, sentence);
    });
  }

  const reasons: [code: string, message: string, reason: string | undefined][] = [
    ['53300', 'sorry, too many clients already', 'too many connections'],
    ['53300', 'remaining connection slots are reserved for roles with the SUPERUSER attribute', 'too many connections'],
    ['53300', 'too many connections for role "app"', 'too many connections'],
    ['08P01', 'no more connections allowed (max_client_conn)', 'too many connections'],
    ['08P01', 'client connections exceeded (max_user_client_connections)', 'too many connections'],
    ['08P01', 'query_wait_timeout', 'too many connections'],
    [
      '08P01',
      'server login has been failing, cached error: sorry, too many clients already (server_login_retry)',
      'too many connections',
    ],
    ['08P01', 'server login has been failing, cached error: connect failed (server_login_retry)', undefined],
    ['08P01', 'invalid message format', undefined],
    ['XX000', 'MaxClientsInSessionMode: max clients reached', 'too many connections'],
    ['XX000', 'cache lookup failed for relation 1', undefined],
    ['53200', 'out of memory', 'out of memory'],
    ['57P02', 'terminating connection because of crash of another server process', 'connection lost'],
    ['57P01', 'terminating connection due to administrator command', undefined],
    ['ECONNRESET', 'read ECONNRESET', 'connection lost'],
    ['', 'Connection terminated unexpectedly', 'connection lost'],
    ['ECONNREFUSED', 'connect ECONNREFUSED', undefined],
  ];
  for (const [code, message, reason] of reasons) {
    it(`${code} "${message}" leads to ${reason === undefined ? 'no diagnosis' : `that of ${reason}`}`, () => {
      assert.equal(toProblem(serverError(code, message), context).reason, reason);
    });
  }

  it('is read from Node’s pair of errors for IPv6 and IPv4', () => {
    const both = new AggregateError([serverError('ECONNREFUSED', 'a'), serverError('ECONNREFUSED', 'b')]);
    assert.equal(toProblem(both, context).kind, 'unreachable');
  });

  it('points into the statement, counting characters as the server does', () => {
    const text = 'SELECT \'😀\', "Größe".wrong';
    const prefix = 'EXPLAIN (FORMAT JSON) ';
    const position = String([...prefix].length + [..."SELECT '😀', "].length + 1);
    const error = serverError('42703', 'column does not exist', { position });
    const { range } = toProblem(error, { ...context, statement: { text, prefix } });
    assert.ok(range);
    assert.equal(text.slice(range.start, range.end), '"Größe".wrong');
    const before = serverError('42601', 'syntax error', { position: '3' });
    assert.equal(toProblem(before, { ...context, statement: { text, prefix } }).range, undefined);
  });
});
