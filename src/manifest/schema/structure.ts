import type { Cursor, Step } from '../yaml/cursor.ts';
import { below, pathText, placeOf } from '../yaml/cursor.ts';
import { explainBreach } from './breach-words.ts';
import { readOwner } from '../pod/owner.ts';
import { fieldsOf, listOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import type { Breach, Shape } from './schema.ts';
import { breachesOf } from './schema.ts';
import { tellLeftOut } from './left-out.ts';
import { suggest } from './suggest.ts';
import { sourceOf } from '../yaml/written.ts';

/** Reports all that is wrong with the structure of the value at a place. */
export function checkStructure(shape: Shape, value: unknown, at: Cursor, report: Report): void {
  const told = new Set<string>();
  const serverMade: Cursor[] = [];
  for (const breach of withoutEchoes(breachesOf(shape, value))) {
    const where = below(at, ...stepsOf(breach.instancePath, value));
    const field = fieldOf(breach);
    const place = field === undefined ? where : below(where, field);
    if (breach.keyword === 'x-podrun' && breach.params['mark'] === 'server') {
      if (shape !== 'Pod' || field !== 'ownerReferences' || readOwner(breach.data) === undefined)
        serverMade.push(place);
      continue;
    }
    const words = explainBreach(breach, field, sourceOf(place));
    // One rule a place: what follows a first breach there repeats it in other words.
    const key = place.path.map(String).join('\0');
    if (words === undefined || told.has(key)) continue;
    told.add(key);
    report(place, words.message, { on: breach.propertyName === undefined ? 'value' : 'key', ...words.finding });
  }
  const inOrder = serverMade.toSorted(byPlace);
  const [first] = inOrder;
  if (first === undefined) return;
  const leftOut = inOrder.map(({ path }) => pathText(path.slice(at.path.length)));
  report(first, tellLeftOut(leftOut), { on: 'key', severity: 'warning', leftOut });
}

/** The schema's order is not the file's. */
function byPlace(a: Cursor, b: Cursor): number {
  const [left, right] = [placeOf(a, 'key'), placeOf(b, 'key')];
  return left.line - right.line || left.col - right.col;
}

/** The steps of a JSON pointer through a value; a list's steps are numbers. */
export function stepsOf(pointer: string, value: unknown): readonly Step[] {
  const steps: Step[] = [];
  let current = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const isList = Array.isArray(current);
    steps.push(isList ? Number(name) : name);
    current = isList ? listOf(current)[Number(name)] : fieldsOf(current)[name];
  }
  return steps;
}

/** Without the absences that a misspelt field beside them explains. */
function withoutEchoes(breaches: readonly Breach[]): readonly Breach[] {
  const meant = breaches.flatMap(({ keyword, instancePath, params, parentSchema }) => {
    if (keyword !== 'additionalProperties') return [];
    const field = String(params['additionalProperty']);
    const near =
      field === 'spec' ? 'containers' : suggest(field, Object.keys(fieldsOf(fieldsOf(parentSchema)['properties'])));
    return near === undefined ? [] : [`${instancePath} ${near}`];
  });
  return breaches.filter(
    ({ keyword, instancePath, params }) =>
      keyword !== 'required' || !meant.includes(`${instancePath} ${String(params['missingProperty'])}`),
  );
}

/** The field below the breach's own place that it is about. */
function fieldOf(breach: Breach): string | undefined {
  if (breach.propertyName !== undefined) return breach.propertyName;
  const { missingProperty, additionalProperty, field } = breach.params;
  return [missingProperty, additionalProperty, field].find((each) => typeof each === 'string');
}
