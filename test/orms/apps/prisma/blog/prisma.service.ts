import { PrismaClient } from '../generated/client/client';
import { adapter } from '../client';

export class PrismaService extends PrismaClient {
  constructor() {
    super({ adapter });
  }

  async onModuleInit() {
    await this.$connect();
  }

  /** Its own queries go through `this`. */
  async newestUser() {
    return this.user.findFirst({ orderBy: { createdAt: 'desc' } });
  }
}
