import { MAX_MADE_PODS } from '../../model/workload.ts';
import type { ControllerKind } from '../../model/controller.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { PodScope, ReadPod } from '../pod/pod.ts';
import { readPod } from '../pod/pod.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';

/** An object that makes Pods of a template. */
export interface Controller {
  readonly kind: ControllerKind;
  readonly name: string;
  readonly namespace: string;
  readonly nameAt: Cursor;
  /** Of a CronJob, its Jobs'. */
  readonly spec: Fields;
  readonly specAt: Cursor;
  readonly room: PodRoom;
}

/** How many Pods more the project's controllers may make; it is counted down. */
export interface PodRoom {
  left: number;
}

/** Reads a controller's template as one Pod with the controller's name. */
export function readTemplate(
  { name, namespace, nameAt, spec, specAt }: Controller,
  change: (podSpec: Fields) => Fields,
  scope: PodScope,
  report: Report,
): ReadPod {
  const template = fieldsOf(spec['template']);
  const at = below(specAt, 'template');
  const meta = { ...fieldsOf(template['metadata']), namespace };
  const [metaAt, podSpecAt] = [below(at, 'metadata'), below(at, 'spec')];
  const podSpec = change(fieldsOf(template['spec']));
  return readPod({ name, nameAt, meta, metaAt, spec: podSpec, specAt: podSpecAt, isShort: false }, scope, report);
}

/** How many Pods a field asks for, as far as there is room. */
export function podCount(field: 'replicas' | 'completions' | 'parallelism', of: Controller, report: Report): number {
  const wanted = Math.max(0, integerOf(of.spec[field]) ?? 1);
  const count = Math.min(wanted, of.room.left);
  of.room.left -= count;
  if (count < wanted) {
    const message = `one machine has no room for more than ${MAX_MADE_PODS} Pods: ${wanted - count} of these are left out`;
    report(below(of.specAt, field), message, { severity: 'warning', approximates: true });
  }
  return count;
}
