import { templateHash } from '../../model/made-name.ts';
import { fenceposts } from '../../model/workload.ts';
import type {
  DaemonSet,
  Declared,
  Deployment,
  IntOrPercent,
  Rolling,
  StatefulSet,
  Workload,
} from '../../model/workload.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, integerOf, textMapOf, wordOf } from '../yaml/read.ts';
import type { Pod } from '../../model/pod.ts';
import type { Cursor } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import type { Controller } from './pod-template.ts';
import { PROGRESS_DEADLINE_SECONDS } from './rollout.ts';
import { statefulRevision } from './stateful-set.ts';

/**
 * What a workload's controller goes by (SetDefaults_Deployment and its like); undefined for a kind without one here.
 * @param replicas how many Pods there is room for
 */
export function readWorkload(
  { kind, name, namespace, spec }: Controller,
  meta: Fields,
  replicas: number,
): Workload | undefined {
  const minReadySeconds = integerOf(spec['minReadySeconds']) ?? 0;
  const declared = readDeclared(meta, spec);
  const common = { name, namespace, replicas, minReadySeconds, revision: templateHash(spec['template']), declared };
  switch (kind) {
    case 'Deployment':
      return {
        ...{ ...common, kind, paused: spec['paused'] === true, strategy: strategyOf(fieldsOf(spec['strategy'])) },
        progressDeadlineSeconds: integerOf(spec['progressDeadlineSeconds']) ?? PROGRESS_DEADLINE_SECONDS,
      };
    case 'StatefulSet':
      return {
        ...common,
        kind,
        revision: statefulRevision({ name, spec }),
        podManagementPolicy: spec['podManagementPolicy'] === 'Parallel' ? 'Parallel' : 'OrderedReady',
        updateStrategy: statefulStrategy(fieldsOf(spec['updateStrategy'])),
      };
    case 'DaemonSet':
      return { ...common, kind, updateStrategy: daemonStrategy(fieldsOf(spec['updateStrategy'])) };
    case 'ReplicaSet':
      return { ...common, kind };
    case 'ReplicationController': {
      const labels = textMapOf(fieldsOf(fieldsOf(spec['template'])['metadata'])['labels']);
      const isUnset = Object.keys(declared.selector).length === 0;
      return { ...common, kind, declared: isUnset ? { ...declared, selector: labels } : declared };
    }
    case 'Job':
    case 'CronJob':
      return undefined;
  }
}

/** SetDefaults_Deployment and its like. */
const REVISION_HISTORY_LIMIT = 10;

function readDeclared(meta: Fields, spec: Fields): Declared {
  const serviceName = wordOf(spec['serviceName']);
  return {
    labels: textMapOf(meta['labels']),
    annotations: textMapOf(meta['annotations']),
    selector: fieldsOf(spec['selector']),
    revisionHistoryLimit: integerOf(spec['revisionHistoryLimit']) ?? REVISION_HISTORY_LIMIT,
    ...(serviceName === undefined ? {} : { serviceName }),
  };
}

const strategyOf = ({ type, rollingUpdate }: Fields): Deployment['strategy'] =>
  type === 'Recreate' ? { type } : rollingOf(rollingUpdate, { maxSurge: '25%', maxUnavailable: '25%' });

const daemonStrategy = ({ type, rollingUpdate }: Fields): DaemonSet['updateStrategy'] =>
  type === 'OnDelete' ? { type } : rollingOf(rollingUpdate, { maxSurge: 0, maxUnavailable: 1 });

function statefulStrategy({ type, rollingUpdate }: Fields): StatefulSet['updateStrategy'] {
  if (type === 'OnDelete') return { type };
  const fields = fieldsOf(rollingUpdate);
  const maxUnavailable = shareOf(fields['maxUnavailable']);
  const partition = integerOf(fields['partition']) ?? 0;
  return { type: 'RollingUpdate', partition, ...(maxUnavailable === undefined ? {} : { maxUnavailable }) };
}

function rollingOf(value: unknown, defaults: Omit<Rolling, 'type'>): Rolling {
  const fields = fieldsOf(value);
  return {
    type: 'RollingUpdate',
    maxSurge: shareOf(fields['maxSurge']) ?? defaults.maxSurge,
    maxUnavailable: shareOf(fields['maxUnavailable']) ?? defaults.maxUnavailable,
  };
}

const shareOf = (value: unknown): IntOrPercent | undefined => (typeof value === 'string' ? value : integerOf(value));

/** On one machine a new Pod waits for a host port until an old one has ended, and an old one may wait for a new one. */
export function checkHostPorts(workload: Workload, { spec }: Pod, at: Cursor, report: Report): void {
  const { kind, replicas } = workload;
  if (kind !== 'Deployment' || replicas === 0 || workload.strategy.type === 'Recreate') return;
  const port = spec.containers.flatMap(({ ports }) => ports).find(({ hostPort }) => hostPort !== undefined);
  if (port === undefined || fenceposts(workload.strategy, replicas).maxUnavailable > 0) return;
  const message = `an edit cannot roll out: its new Pod waits for host port ${port.hostPort}, which an old Pod holds, and maxUnavailable lets no old Pod end first`;
  report(at, message, {
    severity: 'warning',
    on: 'key',
    hint: 'write strategy: {type: Recreate}, or maxUnavailable: 1',
  });
}
