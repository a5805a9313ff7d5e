import assert from 'node:assert/strict';
import { codeFindingsIn } from '../../support/code-findings';

async function messages(body: string): Promise<string[]> {
  const text = `class Work\n  def run(x)\n    ${body}\n    nil\n  end\nend\n`;
  const found = await codeFindingsIn({ '/app/models/work.rb': text });
  return found.filter(({ finding }) => finding.rule === 'connection-leak').map(({ finding }) => finding.message);
}

const pool = 'ActiveRecord::Base.connection_pool';
const after = 'or after as many times as the pool has connections, every request waits.';
const failing = `one is not given back when something in between fails: call checkin() in an ensure, or use with_connection, ${after}`;

describe('connection-leak in Ruby', () => {
  it('tells of what is never checked in', async () => {
    assert.deepEqual(await messages(`one = ${pool}.checkout\n    one.execute("SELECT 1")`), [
      'one is never given back (checkin): it keeps a connection, and after as many times as the pool has connections, every request waits.',
    ]);
  });

  it('tells of what is kept when a statement fails, and where it is left early', async () => {
    assert.deepEqual(await messages(`one = ${pool}.checkout\n    one.execute("SELECT 1")\n    ${pool}.checkin(one)`), [
      failing,
    ]);
    assert.equal((await messages(`one = ${pool}.checkout\n    return 1 if x\n    ${pool}.checkin(one)`)).length, 1);
    assert.equal(
      (await messages(`one = ${pool}.checkout\n    raise "x" unless x\n    ${pool}.checkin(one)`)).length,
      1,
    );
  });

  it('tells of a thread that asks for a connection', async () => {
    const message =
      'This thread keeps a connection of the pool until it ends: ask inside of connection_pool.with_connection { … }, or when there are as many such threads as the pool has connections, all others wait.';
    assert.deepEqual(await messages('Thread.new { ActiveRecord::Base.connection.execute("SELECT 1") }'), [message]);
    assert.deepEqual(await messages('Thread.new do\n      loop { Post.connection.execute("SELECT 1") }\n    end'), [
      message,
    ]);
  });

  const silent: Readonly<Record<string, string>> = {
    'with ensure': `one = ${pool}.checkout\n    begin\n      one.execute("SELECT 1")\n    ensure\n      ${pool}.checkin(one)\n    end`,
    'with a rescue that gives it back': `one = ${pool}.checkout\n    begin\n      one.execute("SELECT 1")\n      ${pool}.checkin(one)\n    rescue => e\n      ${pool}.checkin(one)\n      raise\n    end`,
    'with with_connection': `${pool}.with_connection { |one| one.execute("SELECT 1") }`,
    'of what is given on': `one = ${pool}.checkout\n    @one = one`,
    'in a thread with with_connection': `Thread.new { ${pool}.with_connection { |one| Post.connection.execute("SELECT 1") } }`,
    'in a thread of the executor':
      'Thread.new { Rails.application.executor.wrap { Post.connection.execute("SELECT 1") } }',
    'in a thread that gives it back': `Thread.new { Post.connection.execute("SELECT 1"); ${pool}.release_connection }`,
    'outside of threads': 'ActiveRecord::Base.connection.execute("SELECT 1")',
    'of another checkout': 'one = cart.checkout\n    one.pay',
  };
  for (const [name, body] of Object.entries(silent)) {
    it(`is silent ${name}`, async () => assert.deepEqual(await messages(body), []));
  }
});
