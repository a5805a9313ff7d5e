import { relative } from 'node:path';
import type { Finding } from '../../nouns/finding';
import type { Fix, IndexDefinition, ModelPlace } from '../../nouns/fix';
import type { Judgement } from '../judgement';
import type { CodeService } from './code-service';

/** The models that can declare an index, for a query in the file of that path; places are as people know the files. */
export async function modelPlaces(
  code: CodeService,
  index: IndexDefinition,
  near: string,
): Promise<readonly ModelPlace[]> {
  const found = await code.indexesInCode(index, near);
  return found.map(({ model, path, line }) => ({ model, place: `${relative('', path)}:${line}` }));
}

/** Its index fixes with the models that can declare them. */
export async function withModelPlaces(judgement: Judgement, code: CodeService, near: string): Promise<Judgement> {
  const placed = async (fix: Fix): Promise<Fix> => {
    if (fix.kind !== 'index') return fix;
    const models = await modelPlaces(code, fix.index, near);
    return models.length === 0 ? fix : { ...fix, models };
  };
  const withPlaces = async (finding: Finding): Promise<Finding> => ({
    ...finding,
    fixes: await Promise.all(finding.fixes.map(placed)),
  });
  const proposes = judgement.findings.some(({ fixes }) => fixes.some(({ kind }) => kind === 'index'));
  return proposes ? { ...judgement, findings: await Promise.all(judgement.findings.map(withPlaces)) } : judgement;
}
