export * from './posts';
export * from './relations';
export * from './users';
