import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { checkExpressions } from '../pod/label-selector.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { hintForQuantity } from '../schema/quantity-hint.ts';
import { fieldsOf, isFields, listOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';

/** What the schema does not see of a claim (ValidatePersistentVolumeClaimSpec). */
export function checkClaimSpec(value: unknown, at: Cursor, report: Report): void {
  if (!isFields(value)) return;
  const modes = new Set(listOf(value['accessModes']));
  if (modes.has('ReadWriteOncePod') && modes.size > 1) {
    const message = 'Forbidden: may not use ReadWriteOncePod with other access modes';
    report(below(at, 'accessModes'), message, { on: 'key' });
  }
  checkExpressions(value['selector'], below(at, 'selector'), report);
  const { storage } = fieldsOf(fieldsOf(value['resources'])['requests']);
  const storageAt = below(at, 'resources', 'requests', 'storage');
  if (storage === undefined) {
    if (value['resources'] !== undefined)
      report(storageAt, 'Required value', { on: 'key', hint: 'for example storage: 1Gi' });
  } else if (typeof storage === 'string' || typeof storage === 'number') {
    const milli = parseQuantity(String(storage));
    if (milli === undefined)
      report(storageAt, invalid(storage, 'must be a quantity'), { hint: hintForQuantity('memory', String(storage)) });
    else if (milli <= 0n) report(storageAt, invalid(storage, 'must be greater than zero'));
  }
  const { dataSource, dataSourceRef } = value;
  if (dataSource !== undefined && dataSourceRef !== undefined && show(dataSource) !== show(dataSourceRef))
    report(below(at, 'dataSource'), 'Invalid value: must match dataSourceRef', {
      on: 'key',
      hint: 'remove one of them',
    });
  for (const field of ['dataSource', 'dataSourceRef'])
    if (isFields(value[field]))
      for (const name of ['kind', 'name'])
        if (fieldsOf(value[field])[name] === undefined) report(below(at, field, name), 'Required value', { on: 'key' });
}
