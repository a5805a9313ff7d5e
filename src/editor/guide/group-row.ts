import * as vscode from 'vscode';
import { formatCount } from '../../plan/format';
import { GuideItem } from './guide-item';

interface Group {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  readonly count: number;
  /** Made when it is opened. */
  readonly rows: () => GuideItem[];
  readonly isOpen?: boolean;
}

/** A heading with the number of its rows. */
export function group({ id, label, icon, count, rows, isOpen }: Group): GuideItem {
  const said = count === 0 ? 'none' : formatCount(count);
  return new GuideItem({
    id,
    label,
    description: said,
    icon: new vscode.ThemeIcon(icon),
    spoken: `${label}: ${said}`,
    isOpen,
    ...(count > 0 && { children: rows }),
  });
}
