import assert from 'node:assert/strict';
import { pythonRepetitions } from '../../support/python-repetitions';

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
    author_id: Mapped[int] = mapped_column(ForeignKey('users.id'))
    author: Mapped[User] = relationship()
    comments: Mapped[list['Comment']] = relationship(back_populates='post')

class Comment(Base):
    __tablename__ = 'comments'
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey('posts.id'))
    post: Mapped['Post'] = relationship(back_populates='comments')
`;

const imports = `from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from .models import Comment, Post, User

`;

const loop = (rows: string, inner: string) => `def list_posts(session: Session):
    for post in ${rows}:
        print(${inner})
`;

describe('Repeated queries of SQLAlchemy', () => {
  const found: readonly (readonly [what: string, rows: string, inner: string, kind: string])[] = [
    ['a relation of scalars()', 'session.scalars(select(Post))', 'post.author.name', 'lazy author.name'],
    ['a list of the row', 'session.scalars(select(Post)).all()', 'len(post.comments)', 'lazy post.comments'],
    ['a relation of a Query', 'session.query(Post).all()', 'post.author.name', 'lazy author.name'],
    ['a look by key', 'session.query(Post)', 'session.get(User, post.author_id)', 'query session.get'],
  ];
  for (const [what, rows, inner, kind] of found) {
    it(`are seen: ${what}`, async () =>
      assert.deepEqual((await pythonRepetitions(models, imports + loop(rows, inner))).kinds, [kind]));
  }

  const silent: readonly (readonly [what: string, rows: string, inner: string])[] = [
    ['what was joined', 'session.scalars(select(Post).options(joinedload(Post.author)))', 'post.author.name'],
    ['a column', 'session.scalars(select(Post))', 'post.author_id'],
    ['rows that are added', 'session.scalars(select(Post))', 'session.add(Comment(post_id=post.id))'],
  ];
  for (const [what, rows, inner] of silent) {
    it(`are not: ${what}`, async () =>
      assert.deepEqual((await pythonRepetitions(models, imports + loop(rows, inner))).kinds, []));
  }
});

describe('Eager loading of SQLAlchemy is written', () => {
  const wanted = imports.replace('joinedload', 'joinedload, selectinload');
  const cases: readonly (readonly [what: string, rows: string, mended: string])[] = [
    [
      'into a select',
      'session.scalars(select(Post))',
      'session.scalars(select(Post).options(selectinload(Post.author)))',
    ],
    ['into a Query', 'session.query(Post).all()', 'session.query(Post).options(selectinload(Post.author)).all()'],
  ];
  for (const [what, rows, mended] of cases) {
    it(what, async () => {
      const read = await pythonRepetitions(models, imports + loop(rows, 'post.author.name'));
      assert.deepEqual(read.mended, [wanted + loop(mended, 'post.author.name')]);
    });
  }
});
