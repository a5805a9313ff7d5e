import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client/client';
import { RecordingPool } from './recorder';

const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient };

export const adapter = new PrismaPg(new RecordingPool());

export const prisma = globalForPrisma.prisma ?? new PrismaClient({ adapter });

if (process.env.NODE_ENV !== 'production') globalForPrisma.prisma = prisma;

export default prisma;
