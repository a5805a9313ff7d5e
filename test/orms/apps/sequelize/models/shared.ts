import { DataTypes, type FindOptions } from 'sequelize';

/** What several models have. */
export const owned = { ownerId: { type: DataTypes.INTEGER, field: 'owner' }, tenant: DataTypes.STRING };

export const newestFirst: FindOptions = { order: [['createdAt', 'DESC']], limit: 20 };

export const onlyOpen = { status: 'open' };

export const paging = (page: number) => ({ limit: 10, offset: page * 10 });

export const withPeople = [{ association: 'author' }, { association: 'editor' }];
