import type { JudgedCheck } from '../../analysis/guide/guide';
import type { Check } from '../../guide/check';
import type { PointId } from '../../guide/points';
import { unknown } from '../../guide/support/results';
import type { GuideFix } from '../../nouns/check';

/** A fix of a row that no check proposes: a person chose it. */
export interface RowFix {
  readonly point: PointId;
  readonly fix: GuideFix;
}

export function isRowFix(argument: unknown): argument is RowFix {
  const { point, fix } = (argument ?? {}) as Partial<RowFix>;
  return typeof point === 'string' && typeof fix?.title === 'string';
}

const mark = 'row ';

/** Of what `judgedRow` made. */
export function isOfRow(checkId: string): boolean {
  return checkId.includes(`/${mark}`);
}

/** As if a check had proposed it, so that it is applied and measured as all others are; on no list. */
export function judgedRow({ point, fix }: RowFix, judgedAt: string): JudgedCheck {
  const check: Check = {
    id: `${point}/${mark}${fix.title}`,
    point,
    title: fix.title,
    needs: isAboutIndexes(fix) ? ['health', 'code', 'advice'] : ['health'],
    judge: () => unknown('It was chosen in a list.', ['No check proposed it.']),
  };
  return { check, result: unknown('It was chosen in a list.', []), judgedAt };
}

/** What the search says holds no longer then. */
function isAboutIndexes(fix: GuideFix): boolean {
  return fix.kind === 'index' || (fix.kind === 'maintenance' && fix.task.kind === 'drop index');
}
