import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { BrowserSession, reportingFailures } from '../support/browser-session';

describe('A workspace that is not trusted', function () {
  this.timeout(120_000);

  let server: Server;
  let session: BrowserSession;
  let connections = 0;

  before(async () => {
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgres://blog@127.0.0.1:${(server.address() as AddressInfo).port}/blog`;
    session = await BrowserSession.open({ trustQuestion: true, env: { DATABASE_URL: url }, beforeReady: distrust });
  });

  after(async () => {
    await session?.close();
    server?.close();
  });

  reportingFailures(() => session);

  async function distrust(opening: BrowserSession): Promise<void> {
    await opening.answer(/No, I don't trust/);
  }

  it('gets what the text alone says', async () => {
    await session.openFile('src/services/posts.js');
    await session.statusBar(/text only/);
    const lenses = await session.lenses(/Explain/);
    assert.ok(!lenses.some((text) => /Scan/.test(text)), lenses.join('\n'));
  });

  it('opens no connection, even when told to explain', async () => {
    await session.placeCursor('src/services/posts.js', 'author_id = $1', 3);
    await session.runCommand('Planlight: Explain Query');
    await session.notification(/restricted/i);
    assert.equal(connections, 0);
  });
});
