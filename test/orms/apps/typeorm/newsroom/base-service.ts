import type { FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';

export abstract class BaseService<T extends ObjectLiteral & { id: string }> {
  protected constructor(protected readonly repository: Repository<T>) {}

  count() {
    return this.repository.count();
  }

  byId(id: string) {
    return this.repository.findOneBy({ id } as FindOptionsWhere<T>);
  }
}
