import { podsOf } from './controller-pods.ts';
import { readCronTimes } from './cron-job.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { NAMESPACE } from '../defaults.ts';
import type { Identity } from '../pod/identity.ts';
import { checkJob } from './job.ts';
import { readJob } from './read-job.ts';
import type { Job } from '../../model/job.ts';
import { checkExpressions, hasLabels, selects } from '../pod/label-selector.ts';
import { checkAnnotations } from '../pod/object-meta.ts';
import type { PodScope, ReadPod } from '../pod/pod.ts';
import type { Controller, PodRoom } from './pod-template.ts';
import type { ControllerKind } from '../../model/controller.ts';
import { readTemplate } from './pod-template.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, isFields, textMapOf, textOf, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show, unsupported } from '../yaml/report.ts';
import { checkRollout } from './rollout.ts';
import { checkHostPorts, readWorkload } from './workload.ts';
import type { Workload } from '../../model/workload.ts';
import { withClaims } from './stateful-set.ts';
import { checkStructure } from '../schema/structure.ts';

/** A controller's Pods, and what it is known by itself. */
export interface ReadController {
  readonly identity: Identity;
  readonly pods: readonly ReadPod[];
  /** Of a kind whose Pods come and go by its rules. */
  readonly workload?: Workload;
  readonly job?: Job;
}

/** What the plainest form of each kind leaves out. */
const LEFT_OUT: Readonly<Partial<Record<ControllerKind, string>>> = {
  StatefulSet: 'its Pods run and are updated in order; a Pod that is made anew is always of the newest template',
  DaemonSet: 'its one Pod runs and rolls out; one that has failed is replaced at once, without a back-off',
  CronJob: 'its Jobs begin while podrun runs, and no time that passes without it is made up for',
};

/** Reads one controller and makes its Pods; for a CronJob what those of its Jobs are made of. */
export function readController(
  kind: ControllerKind,
  fields: Fields,
  at: Cursor,
  scope: PodScope & { readonly room: PodRoom },
  report: Report,
): ReadController {
  checkStructure(kind, fields, at, report);
  const meta = fieldsOf(fields['metadata']);
  const [name, namespace] = [textOf(meta['name']) ?? '', wordOf(meta['namespace']) ?? NAMESPACE];
  const steps = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec'] : ['spec'];
  const spec = steps.reduce((within, step) => fieldsOf(within[step]), fields);
  const nameAt = below(at, 'metadata', 'name');
  const specAt = below(at, ...steps);
  const controller = { kind, name, namespace, nameAt, spec, specAt, room: scope.room };
  const left = LEFT_OUT[kind];
  if (name !== '' && left !== undefined)
    report(below(at, 'kind'), `${kind} ${name}: ${left}`, { severity: 'warning', approximates: true });
  const identity = { kind, name, namespace, nameAt };
  checkAnnotations(meta, below(at, 'metadata'), report);
  checkName(controller, report);
  if (!isFields(spec['template'])) return { identity, pods: [] };
  const template = readTemplate(controller, (podSpec) => withClaims(podSpec, spec), scope, report);
  checkTemplate(controller, report);
  checkRollout(kind, spec, specAt, report);
  if (kind === 'Job' || kind === 'CronJob') checkJob(controller, wordOf(meta['uid']), report);
  else checkSelector(controller, report);
  const job = kind === 'Job' || kind === 'CronJob' ? readJob(controller, report) : undefined;
  if (kind !== 'CronJob' || job === undefined) {
    if (name === '') return { identity, pods: [] };
    const pods = podsOf(controller, job, template, report);
    if (job !== undefined) return { identity, pods, job };
    const workload = readWorkload(controller, meta, pods.length);
    if (workload !== undefined) checkHostPorts(workload, template.pod, below(specAt, 'strategy'), report);
    if (workload === undefined) return { identity, pods };
    return { identity, pods: pods.length === 0 ? samples(controller, template, report) : pods, workload };
  }
  const times = readCronTimes(fieldsOf(fields['spec']), below(at, 'spec'), report);
  const cron = { ...times, job };
  return { identity, pods: name === '' ? [] : [{ ...template, cron }] };
}

/** Of a workload that is to have no Pod now: what one would be. */
export function samples(controller: Controller, template: ReadPod, report: Report): readonly ReadPod[] {
  const one = { ...controller, spec: { ...controller.spec, replicas: 1 }, room: { left: 1 } };
  return podsOf(one, undefined, template, report).map((pod) => ({ ...pod, isSample: true as const }));
}

/** A Job's name is a label of its Pods. */
function checkName({ kind, name, nameAt }: Controller, report: Report): void {
  if (kind === 'Job' && name.length > 63) report(nameAt, invalid(name, 'must be no more than 63 characters'));
}

/** What a template may say of the Pods' end (ValidatePodTemplateSpecForReplicaSet, validateJobSpec and the like). */
function checkTemplate({ kind, spec, specAt }: Controller, report: Report): void {
  const podSpec = fieldsOf(spec['template'])['spec'];
  if (!isFields(podSpec)) return;
  const at = below(specAt, 'template', 'spec');
  const policyAt = below(at, 'restartPolicy');
  const policy = podSpec['restartPolicy'];
  if (kind === 'Job' || kind === 'CronJob') {
    if (policy === 'Always') report(policyAt, unsupported(policy, ['OnFailure', 'Never']));
    if (policy === undefined) {
      const hint = 'for example restartPolicy: Never';
      report(policyAt, 'Required value: valid values: "OnFailure", "Never"', { on: 'key', hint });
    }
    return;
  }
  if (policy === 'OnFailure' || policy === 'Never')
    report(policyAt, unsupported(policy, ['Always']), { hint: 'Pods that run to their end are a Job' });
  if (podSpec['activeDeadlineSeconds'] !== undefined) {
    const maker = kind === 'Deployment' ? 'ReplicaSet' : kind;
    const message = `Forbidden: activeDeadlineSeconds in ${maker} is not Supported`;
    report(below(at, 'activeDeadlineSeconds'), message, { on: 'key', hint: 'remove it' });
  }
}

/** A selector must match the Pods that the controller makes; a ReplicationController's is by default their labels. */
function checkSelector({ kind, spec, specAt }: Controller, report: Report): void {
  const { selector, template } = spec;
  const labels = textMapOf(fieldsOf(fieldsOf(template)['metadata'])['labels']);
  const at = below(specAt, 'selector');
  const isPlain = kind === 'ReplicationController';
  const isEmpty = Object.keys(fieldsOf(selector)).length === 0;
  if (isPlain && isEmpty) {
    if (Object.keys(labels).length === 0)
      report(at, 'Required value', { on: 'key', hint: 'for example selector: {app: web}' });
    return;
  }
  if (!isFields(selector)) return;
  if (isEmpty) {
    report(at, `Invalid value: {}: empty selector is invalid for ${kind.toLowerCase()}`, { on: 'key' });
    return;
  }
  checkExpressions(selector, at, report);
  if (isPlain ? hasLabels(labels, textMapOf(selector)) : selects(selector, labels)) return;
  const wrong = `Invalid value: ${show(labels)}: \`selector\` does not match template \`labels\``;
  const wanted = Object.entries(textMapOf(isPlain ? selector : selector['matchLabels']));
  const asked = wanted.map(([key, value]) => `${key}: ${value}`).join(', ');
  const hint = asked === '' ? undefined : `the selector asks for ${asked}`;
  report(below(specAt, 'template', 'metadata', 'labels'), wrong, { on: 'key', hint });
}
