import { Prisma } from '../generated/client/client';
import { PAGE_SIZE, postCard } from '../blog/fields';
import { PrismaService } from '../blog/prisma.service';

interface ListOptions {
  page: number;
  search?: string;
  tag?: string;
}

export class PostsService {
  constructor(private readonly prisma: PrismaService) {}

  async list({ page, search, tag }: ListOptions) {
    const where: Prisma.PostWhereInput = { published: true };
    if (search) {
      where.OR = [
        { title: { contains: search, mode: 'insensitive' } },
        { content: { contains: search, mode: 'insensitive' } },
      ];
    }
    if (tag) where.tags = { some: { name: tag } };
    return this.prisma.post.findMany({
      where,
      orderBy: { createdAt: 'desc' },
      skip: (page - 1) * PAGE_SIZE,
      take: PAGE_SIZE,
    });
  }

  cards(authorId: number) {
    return this.prisma.post.findMany({ where: { authorId }, select: postCard, orderBy: [{ views: 'desc' }, { id: 'asc' }] });
  }

  async page(page: number, perPage = 10) {
    const where = { published: true };
    const [rows, total] = await this.prisma.$transaction([
      this.prisma.post.findMany({ where, skip: page * perPage, take: perPage, orderBy: { publishedAt: { sort: 'desc', nulls: 'last' } } }),
      this.prisma.post.count({ where }),
    ]);
    return { rows, total };
  }

  find(id: number) {
    return this.prisma.post.findUnique({
      where: { id },
      include: { author: true, tags: true, comments: { where: { approved: true }, orderBy: { createdAt: 'asc' }, take: 5 } },
    });
  }

  async findOrFail(id: number) {
    const post = await this.prisma.post.findUniqueOrThrow({ where: { id }, select: { id: true, title: true } });
    return post;
  }

  bySlug(authorId: number, slug: string) {
    return this.prisma.post.findUnique({ where: { authorId_slug: { authorId, slug } }, omit: { content: true, metadata: true } });
  }

  latest() {
    return this.prisma.post.findFirst({ where: { published: true }, orderBy: { publishedAt: 'desc' } });
  }

  after(cursor: number) {
    return this.prisma.post.findMany({ take: 10, skip: 1, cursor: { id: cursor }, orderBy: { id: 'asc' } });
  }

  popularAfter(cursor: number) {
    return this.prisma.post.findMany({
      take: 10,
      cursor: { id: cursor },
      where: { published: true },
      orderBy: [{ views: 'desc' }, { id: 'asc' }],
      select: { id: true, views: true },
    });
  }

  last(count = 3) {
    return this.prisma.post.findMany({ orderBy: { id: 'asc' }, take: -3, select: { id: true } });
  }

  unanswered() {
    return this.prisma.post.findMany({ where: { comments: { none: {} }, reviewer: null } });
  }

  discussed() {
    return this.prisma.post.findMany({
      where: { comments: { some: { approved: true, user: { email: { endsWith: '@example.com' } } } } },
      orderBy: { comments: { _count: 'desc' } },
      take: 5,
    });
  }

  fullyApproved() {
    return this.prisma.post.findMany({ where: { comments: { every: { approved: true } } }, select: { title: true } });
  }

  byTags(names: string[]) {
    return this.prisma.post.findMany({
      where: { tags: { some: { name: { in: names } } }, NOT: { tags: { some: { name: 'draft' } } } },
      include: { tags: { orderBy: { name: 'asc' } }, _count: { select: { comments: { where: { approved: true } } } } },
    });
  }

  byAuthorName(name: string) {
    return this.prisma.post.findMany({
      where: { author: { OR: [{ firstName: name }, { lastName: { startsWith: name } }] } },
      orderBy: { author: { firstName: 'asc' } },
      select: { id: true },
    });
  }

  notBy(email: string) {
    return this.prisma.post.findMany({ where: { author: { isNot: { email } } }, select: { slug: true } });
  }

  reviewed() {
    return this.prisma.post.findMany({ where: { reviewer: { isNot: null }, rating: { not: null } }, select: { id: true, reviewer: { select: { email: true } } } });
  }

  byKeywords(words: string[]) {
    return this.prisma.post.findMany({ where: { keywords: { hasSome: words }, NOT: { keywords: { has: 'spam' } } }, select: { id: true } });
  }

  essays() {
    return this.prisma.post.findMany({ where: { metadata: { path: ['kind'], equals: 'essay' } }, select: { id: true } });
  }

  longReads(words: number) {
    return this.prisma.post.findMany({ where: { metadata: { path: ['words'], gt: words } }, select: { id: true } });
  }

  fullText(query: string) {
    return this.prisma.post.findMany({
      where: { OR: [{ title: { search: query } }, { content: { search: query } }] },
      orderBy: { _relevance: { fields: ['title', 'content'], search: query, sort: 'desc' } },
      take: 10,
    });
  }

  authorsOf() {
    return this.prisma.post.findMany({ distinct: ['authorId'], select: { authorId: true, author: { select: { email: true } } } });
  }

  authorOf(id: number) {
    return this.prisma.post.findUnique({ where: { id } }).author();
  }

  authorProfileOf(id: number) {
    return this.prisma.post.findUnique({ where: { id } }).author().profile({ select: { bio: true } });
  }

  tagsOf(id: number) {
    return this.prisma.post.findUnique({ where: { id } }).tags({ where: { name: { not: 'draft' } }, orderBy: { name: 'asc' } });
  }

  placed(postId: number, categoryId: string) {
    return this.prisma.postCategory.findUnique({ where: { place: { postId, categoryId } }, include: { category: true } });
  }

  stale(before: Date) {
    return this.prisma.post.findMany({
      where: { AND: [{ updatedAt: { lt: before } }, { OR: [{ published: false }, { publishedAt: null }] }], views: { gte: 0, lte: 100 } },
      select: { id: true },
    });
  }

  mistitled() {
    return this.prisma.post.findMany({ where: { title: { equals: this.prisma.post.fields.slug } }, select: { id: true } });
  }

  without(ids: number[]) {
    return this.prisma.post.findMany({ where: { id: { notIn: ids }, title: { not: { contains: 'x' } }, views: { not: 3 } }, select: { id: true } });
  }
}
