import * as app from './articles.service';
import { ArticlesService } from './articles.service';
import { AppDataSource } from './data-source';
import { Article } from './entities';

const service = new ArticlesService(AppDataSource.getRepository(Article));
const { manager } = AppDataSource;
const day = new Date(0);

export const cases: Record<string, () => unknown> = {
  'ArticlesService.listVisible': () => service.listVisible(),
  'ArticlesService.countVisible': () => service.countVisible('x'),
  'ArticlesService.list': () => service.list({ search: 'x', sort: 'read' }),
  'ArticlesService.findAll': () => service.findAll({ search: 'x' }),
  'ArticlesService.embargoed': () => service.embargoed(),
  'ArticlesService.page': () => service.page(10, 10),
  'ArticlesService.withReplies': () => service.withReplies('x'),
  'ArticlesService.muchDiscussed': () => service.muchDiscussed(),
  'ArticlesService.none': () => service.none(),
  'ArticlesService.separately': () => service.separately('x'),
  'ArticlesService.rename': () => service.rename('x', 'y'),
  'ArticlesService.setReviewer': () => service.setReviewer('x', 'y'),
  'ArticlesService.publish': () => service.publish({ headline: 'x', urlSlug: 'x', authorId: 'x' }),
  'ArticlesService.byLabels': () => service.byLabels(['a', 'b']),
  'ArticlesService.withCounts': () => service.withCounts(),
  'ArticlesService.latestReplies': () => service.latestReplies(),
  'ArticlesService.unread': () => service.unread(),
  'ArticlesService.notBy': () => service.notBy(['a']),
  'ArticlesService.byObjects': () => service.byObjects('x'),
  'ArticlesService.random': () => service.random(),
  'ArticlesService.longest': () => service.longest(),
  'ArticlesService.deletedWithAuthor': () => service.deletedWithAuthor(),
  'ArticlesService.perAuthor': () => service.perAuthor(),
  'ArticlesService.incrementReads': () => service.incrementReads(['a', 'b']),
  'ArticlesService.expire': () => service.expire(day),
  'ArticlesService.addLabels': () => service.addLabels('x'),
  'ArticlesService.removeLoaded': () => service.removeLoaded('x'),
  followers: () => app.followers(manager, 'x'),
  managers: () => app.managers(manager),
  desks: () => app.desks(manager),
  repliesOf: () => app.repliesOf(manager, 'x'),
  labelNames: () => app.labelNames(manager, ['x']),
  fromTable: () => app.fromTable(manager),
  fromSubQuery: () => app.fromSubQuery(manager),
  insertFrom: () => app.insertFrom(manager, [{ code: 'a', displayText: 'b' }]),
  deleteReplies: () => app.deleteReplies(manager, 'x'),
  lockNext: () => app.lockNext(manager),
  rawSql: () => app.rawSql(manager, 'x'),
};
