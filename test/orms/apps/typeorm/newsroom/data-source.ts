import { DataSource, type DataSourceOptions } from 'typeorm';
import { Article, Desk, Label, Reply, Team, User } from './entities';
import { SnakeNamingStrategy } from './snake-naming-strategy';

export const options: DataSourceOptions = {
  type: 'postgres',
  entities: [Article, Desk, Label, Reply, Team, User],
  namingStrategy: new SnakeNamingStrategy(),
  entityPrefix: 'nr_',
};

export const AppDataSource = new DataSource(options);
