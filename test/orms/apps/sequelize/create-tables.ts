import type { Model, ModelStatic } from 'sequelize';
import { sequelize } from './models';

/** Creates the models' tables, without foreign keys: some models reference each other. */
async function main(): Promise<void> {
  for (const model of Object.values(sequelize.models) as ModelStatic<Model>[]) {
    for (const attribute of Object.values(model.rawAttributes)) delete attribute.references;
    model.refreshAttributes();
    await model.sync();
  }
  await sequelize.close();
}

main();
