import type { Knex } from 'knex';

interface Filters {
  status?: string;
  tag?: string;
  sort?: 'new' | 'popular';
  limit?: number;
}

abstract class BaseRepository {
  protected abstract readonly tableName: string;

  constructor(protected readonly knex: Knex) {}

  all() {
    return this.knex(this.tableName).select('*');
  }
}

export class PostsRepository extends BaseRepository {
  protected readonly tableName = 'posts';

  async findPublished(limit = 10) {
    return this.knex<Post>('posts').where('status', 'published').orderBy('published_at', 'desc').limit(limit);
  }

  async findOne(id: number, trx?: Knex.Transaction) {
    const connection = trx ?? this.knex;
    return connection('posts').where('id', id).first();
  }

  async list(filters: Filters) {
    const query = this.knex('posts').select('posts.*');
    if (filters.tag) {
      query
        .innerJoin('posts_tags', 'posts_tags.post_id', 'posts.id')
        .innerJoin('tags', 'tags.id', 'posts_tags.tag_id')
        .where('tags.name', filters.tag);
    }
    switch (filters.sort) {
      case 'popular':
        query.orderBy('posts.views', 'desc');
        break;
      default:
        query.orderBy('posts.created_at', 'desc');
    }
    return await query.limit(filters.limit ?? 20);
  }

  async create(input: { title: string; body: string; authorId: number }) {
    const [post] = await this.knex('posts')
      .insert({ title: input.title, body: input.body, author_id: input.authorId, status: 'draft' })
      .returning('*');
    return post;
  }

  async update(id: number, title: string) {
    return this.table().where({ id }).update({ title, updated_at: this.knex.fn.now() });
  }

  async remove(id: number) {
    await this.knex.transaction(async (trx) => {
      await trx('comments').where({ post_id: id }).del();
      await trx('posts').where({ id }).delete();
    });
  }

  async countFor(authorId: number) {
    const row = await this.query().where('author_id', authorId).count({ total: '*' }).first();
    return row?.total;
  }

  private table() {
    return this.knex('posts');
  }

  private query() {
    return this.knex('posts').whereNull('deleted_at');
  }
}

interface Post {
  id: number;
  title: string;
}
