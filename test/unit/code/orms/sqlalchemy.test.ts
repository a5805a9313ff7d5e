import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

class Post(Base):
    __tablename__ = 'posts'
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey('users.id'))
    editor_id: Mapped[int] = mapped_column(ForeignKey('users.id'))
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    editor: Mapped[User] = relationship(foreign_keys=[editor_id])
`;

async function read(text: string) {
  const { calls } = await ormCallsIn({
    '/app/blog/models.py': models,
    '/app/blog/a.py': `from sqlalchemy import func, select, update\nfrom .models import Post, User\n${text}`,
  });
  return calls.flatMap(({ variants: [first] }) =>
    first ? [{ operation: first.operation, sql: first.statements[0]?.sql, notes: first.notes }] : [],
  );
}

describe('Calls of SQLAlchemy', () => {
  it('count as counts', async () => {
    const [call] = await read("session.scalar(select(func.count(Post.id)).where(Post.status == 'a'))\n");
    assert.deepEqual(call, {
      operation: 'count',
      sql: 'SELECT count(posts.id) FROM posts WHERE posts.status = $1',
      notes: [],
    });
  });

  const unread: Readonly<Record<string, string>> = {
    'a join by which of two keys is not said': 'session.scalars(select(Post).join(User))\n',
    'a condition on a table that is not joined': "session.scalars(select(Post).where(User.name == 'x'))\n",
    'a function of the program': 'session.scalars(select(Post).where(Post.status == shown(Post.author_id)))\n',
    'values that are not known': 'session.execute(update(Post).values(**given))\n',
  };
  for (const [what, text] of Object.entries(unread)) {
    it(`have no statement where there is ${what}`, async () => {
      const [call] = await read(text);
      assert.equal(call?.sql, undefined);
      assert.ok(call?.notes.length, 'it is said why');
    });
  }

  const silent: Readonly<Record<string, string>> = {
    'a set': 'seen = set()\nseen.add(Post())\n',
    'a dictionary': "found = {}\nfound.get('a', 1)\n",
    'a session that adds what was found': 'session.add(row)\n',
    'a statement that is not sent': "wanted = select(Post).where(Post.status == 'a')\n",
  };
  for (const [what, text] of Object.entries(silent)) {
    it(`are not: ${what}`, async () => assert.deepEqual(await read(text), []));
  }
});
