import { Post, PostStatus } from './entities/post';
import { orm } from './orm';
import { Bookmarks } from './services/bookmarks';
import * as builder from './services/builder';
import { PostsService } from './services/posts';
import { Writes } from './services/writes';

const day = new Date(0);

/** Each with an entity manager of its own, which knows no rows yet. */
export function cases(): Record<string, () => unknown> {
  const em = () => orm.em.fork();
  const service = () => {
    const manager = em();
    return new PostsService(manager, manager.getRepository(Post));
  };
  const writes = () => new Writes(em());
  const bookmarks = () => new Bookmarks(em());
  return {
    'Bookmarks.all': () => bookmarks().all(),
    'Bookmarks.ofOwner': () => bookmarks().ofOwner(1),
    'Bookmarks.withLabels': () => bookmarks().withLabels(),
    'Bookmarks.withNotes': () => bookmarks().withNotes(1),
    'Bookmarks.labelled': () => bookmarks().labelled('x'),
    'Bookmarks.folders': () => bookmarks().folders(),
    'Bookmarks.countUnread': () => bookmarks().countUnread(1),
    'Bookmarks.add': () => bookmarks().add(1),
    'Bookmarks.read': () => bookmarks().read(1),
    'Bookmarks.drop': () => bookmarks().drop('x'),

    'PostsService.all': () => service().all(),
    'PostsService.everything': () => service().everything(),
    'PostsService.published': () => service().published(10),
    'PostsService.page': () => service().page(2, 10),
    'PostsService.one': () => service().one(1),
    'PostsService.oneByKey': () => service().oneByKey(1),
    'PostsService.byAuthor': () => service().byAuthor(1),
    'PostsService.byAuthorEmail': () => service().byAuthorEmail('a@b.c'),
    'PostsService.byCity': () => service().byCity('Bern'),
    'PostsService.search': () => service().search('x', day),
    'PostsService.byIds': () => service().byIds([1, 2]),
    'PostsService.byIdList': () => service().byIdList([1, 2]),
    'PostsService.notIn': () => service().notIn(),
    'PostsService.uncategorized': () => service().uncategorized(),
    'PostsService.andOr': () => service().andOr('a', 'b'),
    'PostsService.byTag': () => service().byTag('x'),
    'PostsService.withAuthor': () => service().withAuthor(),
    'PostsService.withAuthorAndCategory': () => service().withAuthorAndCategory(PostStatus.Draft),
    'PostsService.withTags': () => service().withTags(1),
    'PostsService.withComments': () => service().withComments(5),
    'PostsService.deep': () => service().deep(1),
    'PostsService.selectIn': () => service().selectIn(),
    'PostsService.selectInTags': () => service().selectInTags(),
    'PostsService.titles': () => service().titles(),
    'PostsService.titlesWithAuthors': () => service().titlesWithAuthors(),
    'PostsService.excluded': () => service().excluded(),
    'PostsService.filtered': () => service().filtered(),
    'PostsService.dynamic': () => service().dynamic({ authorId: 1 }),
    'PostsService.count': () => service().count(PostStatus.Draft),
    'PostsService.countByAuthor': () => service().countByAuthor('a@b.c'),
    'PostsService.countTagged': () => service().countTagged('x'),
    'PostsService.next': () => service().next('WzEwXQ'),
    'PostsService.firstPage': () => service().firstPage(),
    'PostsService.lockOne': () => service().lockOne(1),
    'PostsService.users': () => service().users(),
    'PostsService.userWithProfile': () => service().userWithProfile(1),
    'PostsService.userWithBiography': () => service().userWithBiography(1),
    'PostsService.userWithPosts': () => service().userWithPosts(1),
    'PostsService.someCommented': () => service().someCommented('x'),
    'PostsService.noneCommented': () => service().noneCommented(),
    'PostsService.everyPublished': () => service().everyPublished(),
    'PostsService.commentsOf': () => service().commentsOf(1),
    'PostsService.commentsByCategory': () => service().commentsByCategory('x'),
    'PostsService.categories': () => service().categories(),
    'PostsService.tags': () => service().tags(['a', 'b']),

    'PostsService.cursorByTwo': () => service().cursorByTwo('WzEsMV0'),
    'PostsService.pageWithComments': () => service().pageWithComments(),
    'PostsService.authorsWithComments': () => service().authorsWithComments(),
    'PostsService.balanced': () => service().balanced(),
    'PostsService.ordered': () => service().ordered(),
    'PostsService.byTagId': () => service().byTagId('a'),
    'PostsService.byAuthors': () => service().byAuthors([1, 2]),
    'PostsService.profileOf': () => service().profileOf('x'),
    'PostsService.pinned': () => service().pinned(),
    'PostsService.regex': () => service().regex('x'),
    'PostsService.tagsWithPosts': () => service().tagsWithPosts(),
    'PostsService.commentsWithPosts': () => service().commentsWithPosts(),
    'PostsService.loadedThenPopulated': () => service().loadedThenPopulated(1),
    'PostsService.postsInRange': () => service().postsInRange(day, day),
    'PostsService.orOfRelations': () => service().orOfRelations('x'),
    'PostsService.notRelation': () => service().notRelation('x'),
    'PostsService.emptyList': () => service().emptyList(),

    'Writes.insertTag': () => writes().insertTag('a', 'x'),
    'Writes.insertTags': () => writes().insertTags(['a', 'b']),
    'Writes.publish': () => writes().publish(1),
    'Writes.reassign': () => writes().reassign(1, 2),
    'Writes.removeDrafts': () => writes().removeDrafts(1),
    'Writes.removeOne': () => writes().removeOne('1'),
    'Writes.upsertTag': () => writes().upsertTag('a', 'x'),
    'Writes.upsertByName': () => writes().upsertByName('a', 'x'),
    'Writes.upsertTags': () => writes().upsertTags('a', 'b'),
    'Writes.raw': () => writes().raw(1),
    'Writes.deactivate': () => writes().deactivate('x'),

    'Writes.insertPost': () => writes().insertPost('x', 1),
    'Writes.upsertUser': () => writes().upsertUser('a@b.c'),
    'Writes.upsertIgnore': () => writes().upsertIgnore('a', 'x'),
    'Writes.updateByAuthor': () => writes().updateByAuthor('x'),
    'Writes.create': () => writes().create('x'),

    builderAll: () => builder.builderAll(em()),
    builderWhere: () => builder.builderWhere(em(), PostStatus.Draft, 10),
    builderJoin: () => builder.builderJoin(em(), 'a@b.c'),
    builderJoinAndSelect: () => builder.builderJoinAndSelect(em()),
    builderCount: () => builder.builderCount(em(), 1),
    builderGetCount: () => builder.builderGetCount(em()),
    builderGroup: () => builder.builderGroup(em()),
    builderInsert: () => builder.builderInsert(em()),
    builderUpdate: () => builder.builderUpdate(em(), 1),
    builderDelete: () => builder.builderDelete(em(), 'x'),
    builderRaw: () => builder.builderRaw(em(), 'x'),
    builderNested: () => builder.builderNested(em(), 'Bern'),
    builderOrder: () => builder.builderOrder(em()),
    builderUpdateMany: () => builder.builderUpdateMany(em(), 1),
    builderSingle: () => builder.builderSingle(em(), 1),
  };
}
