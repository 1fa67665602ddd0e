/** The records of objects that are no Pods, on the engine: written as they are to be, the one before removed after that. */
import { isSame } from '../runtime/same.ts';
import { label, projectLabels, supervisorLabel } from '../runtime/labels.ts';
import type { ObjectRecord } from '../runtime/labels.ts';
import { objectLabel, objectVolumeName } from '../runtime/object-record.ts';
import type { KeptObject } from '../runtime/object-record.ts';
import { reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import type { Planner } from '../state/planner.ts';
import { isKept } from './note-objects.ts';

export function planRecords(p: Planner): void {
  for (const [key, record] of p.shared.records) writeRecord(p, key, record, p.observed.objects.get(key));
  for (const [key, { record, volumes }] of p.observed.objects) {
    const isGone = !p.shared.records.has(key) && !isKept(p.state, p.turn.lives(), record);
    for (const { name } of isGone ? volumes : volumes.slice(1)) {
      const because = reason(isGone ? 'objectGone' : 'newerRecord');
      want(p, { action: { verb: 'removeVolume', target: name, name }, because });
    }
  }
}

function writeRecord(p: Planner, key: string, record: ObjectRecord, kept: KeptObject | undefined): void {
  if (kept !== undefined && isSame(kept.record, record)) return;
  const name = objectVolumeName(p.self.project, key, (kept?.volumes[0]?.sequence ?? 0) + 1);
  const labels = {
    ...projectLabels(p.self, 'object', name),
    [label.supervisor]: supervisorLabel(p.self),
    [label.dir]: p.self.dir,
    [label.attempt]: String((kept?.volumes[0]?.sequence ?? 0) + 1),
    [label.object]: JSON.stringify(record),
  };
  const because = [{ kind: 'objectRecord', object: objectLabel(key) } as const];
  want(p, { action: { verb: 'createVolume', target: name, name, labels }, because });
}
