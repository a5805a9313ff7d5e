import { seededRandom, shuffled, weightedSampler, zipfWeights } from './random.mjs';
import { tagNames, Writer } from './words.mjs';

const DAY_MS = 24 * 60 * 60 * 1000;
const YEARS_MS = 5 * 365 * DAY_MS;
const STATUSES = ['published', 'draft', 'archived'];
const STATUS_SHARES = [0.9, 0.08, 0.02];

/**
 * The rows of a blog with the skew that real ones have, the same for the same seed and date:
 *
 * - authors follow Zipf's law (exponent 0.9): of 20,000 users the first writes 6 % of the posts;
 * - 90 % of the posts are published, 8 % drafts, 2 % archived;
 * - ids follow time, and of five years' posts 13 % are of the last 30 days;
 * - comments gather at popular posts and at those of the last months, most of them within days;
 * - tags follow Zipf's law (exponent 1), one to five for a post.
 *
 * Each table is a generator of lines in COPY's text format.
 */
export function generateBlog({ users, posts, comments, seed, until }) {
  const end = until.getTime();
  const start = end - YEARS_MS;
  const post = postFacts({ users, posts, seed, start, end });
  return [
    { table: 'users', columns: userColumns, count: users, lines: userLines({ users, seed, start, end }) },
    { table: 'posts', columns: postColumns, count: posts, lines: postLines({ post, posts, seed }) },
    {
      table: 'comments',
      columns: commentColumns,
      count: posts > 0 ? comments : 0,
      lines: commentLines({ post, posts, users, comments: posts > 0 ? comments : 0, seed, end }),
    },
    { table: 'tags', columns: ['id', 'name', 'slug'], count: tagNames().length, lines: tagLines() },
    { table: 'post_tags', columns: ['post_id', 'tag_id'], count: posts, lines: postTagLines({ posts, seed }) },
  ];
}

const userColumns = [
  'id',
  'username',
  'email',
  'password_hash',
  'display_name',
  'bio',
  'role',
  'created_at',
  'last_seen_at',
];
const postColumns = ['id', 'author_id', 'title', 'slug', 'body', 'status', 'view_count', 'created_at', 'updated_at'];
const commentColumns = ['id', 'post_id', 'author_id', 'body', 'created_at'];

/** Each purpose has numbers of its own, so that more comments do not change the posts. */
const randomFor = (seed, purpose) => seededRandom(seed * 1000 + purpose);

function postFacts({ users, posts, seed, start, end }) {
  const random = randomFor(seed, 1);
  const authorOfRank = shuffled(users, random);
  const author = weightedSampler(zipfWeights(users, 0.9), random);
  const status = weightedSampler(STATUS_SHARES, random);
  const rank = shuffled(posts, random);
  const facts = {
    author: new Int32Array(posts),
    createdAt: new Float64Array(posts),
    status: new Uint8Array(posts),
    popularity: new Float64Array(posts),
    attraction: new Float64Array(posts),
  };
  for (let index = 0; index < posts; index++) {
    facts.author[index] = authorOfRank[author()];
    // The age grows with the square of the distance from the end: recent posts stand close together.
    const distance = 1 - (index + random()) / posts;
    facts.createdAt[index] = Math.round(end - (end - start) * distance ** 2);
    facts.status[index] = status();
    facts.popularity[index] = (rank[index] + 1) ** -0.7;
    const ageDays = (end - facts.createdAt[index]) / DAY_MS;
    facts.attraction[index] =
      facts.status[index] === 1 ? 0 : facts.popularity[index] * (1 + 3 * Math.exp(-ageDays / 60));
  }
  return facts;
}

function* userLines({ users, seed, start, end }) {
  const random = randomFor(seed, 2);
  const writer = new Writer(random);
  for (let id = 1; id <= users; id++) {
    const name = writer.fullName();
    const username = `${name.toLowerCase().replace(' ', '.')}${id}`;
    const hash = Array.from({ length: 4 }, () =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    const bio = random() < 0.4 ? `${writer.sentence(4, 12)}.` : '\\N';
    const draw = random();
    const role = draw < 0.002 ? 'editor' : draw < 0.15 ? 'author' : 'reader';
    const created = start + ((end - start) * (id - random())) / users;
    const seen = random() < 0.8 ? time(end - (end - created) * random() ** 3) : '\\N';
    yield `${id}\t${username}\t${username}@example.com\t${hash}\t${name}\t${bio}\t${role}\t${time(created)}\t${seen}\n`;
  }
}

function* postLines({ post, posts, seed }) {
  const random = randomFor(seed, 3);
  const writer = new Writer(random);
  for (let index = 0; index < posts; index++) {
    const id = index + 1;
    const title = writer.sentence(3, 8);
    const slug = `${title.toLowerCase().replaceAll(' ', '-')}-${id}`;
    const body = writer.article(3 + Math.floor(random() * 7));
    const views = post.status[index] === 1 ? 0 : Math.round(post.popularity[index] * 200_000 * (0.5 + random()));
    const created = post.createdAt[index];
    yield `${id}\t${post.author[index] + 1}\t${title}\t${slug}\t${body}\t${STATUSES[post.status[index]]}\t${views}\t${time(created)}\t${time(created)}\n`;
  }
}

function* commentLines({ post, posts, users, comments, seed, end }) {
  const random = randomFor(seed, 4);
  const writer = new Writer(random);
  const commenterOfRank = shuffled(users, random);
  const commenter = weightedSampler(zipfWeights(users, 0.7), random);
  const target = weightedSampler(post.attraction, random);

  // Ids follow time: the key is the second, with the comment's number behind it, so that one sort does it.
  const first = posts > 0 ? Math.floor(post.createdAt[0] / 1000) : 0;
  const postOf = new Int32Array(comments);
  const keys = new Float64Array(comments);
  for (let index = 0; index < comments; index++) {
    const on = target();
    const created = post.createdAt[on];
    const late = created - 4 * DAY_MS * Math.log(1 - random());
    const at = late < end ? late : created + (end - created) * random();
    postOf[index] = on;
    keys[index] = (Math.floor(at / 1000) - first) * comments + index;
  }
  keys.sort();

  for (let index = 0; index < comments; index++) {
    const on = postOf[keys[index] % comments];
    const at = (Math.floor(keys[index] / comments) + first) * 1000;
    const author = commenterOfRank[commenter()] + 1;
    yield `${index + 1}\t${on + 1}\t${author}\t${writer.sentence(4, 20)}.\t${time(at)}\n`;
  }
}

function* tagLines() {
  for (const [index, name] of tagNames().entries()) {
    yield `${index + 1}\t${name}\t${name.toLowerCase().replaceAll(' ', '-')}\n`;
  }
}

function* postTagLines({ posts, seed }) {
  const random = randomFor(seed, 5);
  const tag = weightedSampler(zipfWeights(tagNames().length, 1), random);
  for (let id = 1; id <= posts; id++) {
    const wanted = 1 + Math.floor(random() * 5);
    const tags = new Set();
    for (let draw = 0; draw < wanted; draw++) {
      tags.add(tag() + 1);
    }
    yield [...tags].map((tagId) => `${id}\t${tagId}\n`).join('');
  }
}

const time = (ms) => new Date(ms).toISOString();
