import type { TreeRepository } from 'typeorm';
import { AppDataSource } from '../data-source';
import { Folder, Region, Topic } from '../entities/trees';

const folders = AppDataSource.getTreeRepository(Folder);

export class Topics {
  constructor(private readonly topics: TreeRepository<Topic>) {}

  all() {
    return this.topics.findTrees();
  }

  roots() {
    return this.topics.findRoots();
  }

  below(topic: Topic) {
    return this.topics.findDescendants(topic);
  }

  treeBelow(topic: Topic) {
    return this.topics.findDescendantsTree(topic);
  }

  above(topic: Topic) {
    return this.topics.findAncestors(topic);
  }

  countBelow(topic: Topic) {
    return this.topics.countDescendants(topic);
  }

  countAbove(topic: Topic) {
    return this.topics.countAncestors(topic);
  }

  labelled(label: string) {
    return this.topics.findBy({ label });
  }
}

export function folderTrees() {
  return folders.findTrees({ depth: 2 });
}

export function foldersIn(folder: Folder) {
  return folders.findDescendants(folder);
}

export function foldersAround(folder: Folder) {
  return folders.findAncestorsTree(folder);
}

export function countFolders(folder: Folder) {
  return folders.countDescendants(folder);
}

export function regionRoots() {
  return AppDataSource.manager.getTreeRepository(Region).findRoots();
}

export function regionsIn(region: Region) {
  return AppDataSource.manager.getTreeRepository(Region).findDescendants(region);
}

export function regionsAround(region: Region) {
  return AppDataSource.manager.getTreeRepository(Region).findAncestors(region);
}

export function countRegions(region: Region) {
  return AppDataSource.manager.getTreeRepository(Region).countDescendants(region);
}

const topic = Object.assign(new Topic(), { id: 1 });
const folder = Object.assign(new Folder(), { id: 1 });
const region = Object.assign(new Region(), { id: 1 });
const topics = new Topics(AppDataSource.getTreeRepository(Topic));

export const treeCases: Record<string, () => unknown> = {
  'Topics.all': () => topics.all(),
  'Topics.roots': () => topics.roots(),
  'Topics.below': () => topics.below(topic),
  'Topics.treeBelow': () => topics.treeBelow(topic),
  'Topics.above': () => topics.above(topic),
  'Topics.countBelow': () => topics.countBelow(topic),
  'Topics.countAbove': () => topics.countAbove(topic),
  'Topics.labelled': () => topics.labelled('x'),
  folderTrees: () => folderTrees(),
  foldersIn: () => foldersIn(folder),
  foldersAround: () => foldersAround(folder),
  countFolders: () => countFolders(folder),
  regionRoots: () => regionRoots(),
  regionsIn: () => regionsIn(region),
  regionsAround: () => regionsAround(region),
  countRegions: () => countRegions(region),
};
