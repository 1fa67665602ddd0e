/** The tables of `kubectl get` for what is no Pod (pkg/printers/internalversion/printers.go AddHandlers). */
import type { ApiObject } from '../../core/status/api-object.ts';
import type { ObjectKind } from '../../core/naming/kinds.ts';
import { objectName } from '../../core/naming/kinds.ts';
import { alignColumns, headerRow } from './columns.ts';
import { labelColumn, labelsText } from './label-columns.ts';
import { objectColumns } from './object-columns.ts';

export interface ObjectTableOptions {
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns?: readonly string[];
  /** `deployment.apps/web`: several kinds are told. */
  readonly withKind: boolean;
  readonly nowMs: number;
}

/** The lines for objects of one kind; none without an object. */
export function objectTable(
  kind: Exclude<ObjectKind, 'Pod'>,
  objects: readonly ApiObject[],
  options: ObjectTableOptions,
): readonly string[] {
  if (objects.length === 0) return [];
  const { wide, allNamespaces, noHeaders, showLabels, withKind, nowMs } = options;
  const own = objectColumns(kind, nowMs).filter((column) => wide || column.isWide !== true);
  const columns = [
    ...(allNamespaces ? [{ name: 'Namespace', cell: ({ metadata }: ApiObject) => metadata.namespace }] : []),
    {
      name: 'Name',
      cell: ({ metadata }: ApiObject) => (withKind ? objectName(kind, metadata.name) : metadata.name),
    },
    ...own,
    ...(options.labelColumns ?? []).map(labelColumn),
    ...(showLabels ? [{ name: 'Labels', cell: labelsText }] : []),
  ];
  const rows = objects.map((object) => columns.map(({ cell }) => cell(object)));
  return alignColumns([...(noHeaders ? [] : [headerRow(columns.map(({ name }) => name))]), ...rows]);
}
