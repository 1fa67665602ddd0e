import { describe, expect, test } from 'vitest';
import type { PlainKind, Reason } from '../../../src/core/runtime/reason.ts';
import { causeOf } from '../../../src/output/reasons/cause.ts';
import type { Cause } from '../../../src/output/reasons/cause.ts';
import { causesText, causeText } from '../../../src/output/reasons/causes-text.ts';
import { edited } from '../../core/reasons.ts';

const sentences: Readonly<Record<PlainKind, string>> = {
  gateway: 'it serves the Services',
  gatewayImage: 'the image of what serves the Services',
  gatewayEnded: 'what serves the Services has ended',
  gatewayFailed: 'it cannot be started',
  gatewayCutOff: 'it is not on the Pods’ network',
  absent: 'it is not there',
  allEnded: 'all its containers have ended',
  askedToEnd: 'it was asked to end',
  edited: 'it was edited',
  heldDown: 'podrun down holds it down',
  downAsked: 'podrun down asks for it',
  upAsked: 'podrun up asks for it',
  beingEnded: 'podrun was ending it',
  deletionAsked: 'its deletion was asked for',
  deletionUnderWay: 'its deletion is under way',
  earlierSandbox: 'it runs in an earlier sandbox',
  finished: 'the Pod is finished',
  helperLeft: 'its podrun died',
  hookFailed: 'its postStart hook failed',
  infraCutOff: 'the infra container is cut off from the network',
  infraEnded: 'the infra container has ended',
  infraGone: 'the infra container is gone',
  infraHoldsPod: 'the infra container holds the Pod',
  infraImage: 'the image of every infra container',
  infraRestarted: 'the infra container was restarted by hand',
  lastEnded: 'the last ones have ended',
  laterEnded: 'a later instance has ended',
  laterInstance: 'a later instance is there',
  laterSandbox: 'a later sandbox is there',
  lowScoresFail: 'the engine may not lower oom_score_adj here',
  made: 'it is made',
  madeForEarlierSandbox: 'it was made for an earlier sandbox',
  newContainer: 'the container is new',
  newPod: 'the Pod is new',
  newVolumes: 'the volumes are new',
  objectGone: 'the object is gone',
  newerRecord: 'a newer record is there',
  noInfra: 'its infra container is gone',
  noPodLeft: 'no Pod is left on it',
  notInFile: 'the file does not name it',
  olderLife: 'an older life of the Pod is there',
  onlyVolumes: 'nothing but volumes is left of it',
  otherFilled: 'another podrun filled them',
  otherNetwork: 'another network of that name is there',
  otherSynced: 'another podrun synced them',
  paused: 'it is paused',
  podsNetwork: 'the Pods’ network',
  projectDown: 'the project is taken down',
  resources: 'its requests and limits changed',
  sandboxChanged: 'the Pod’s sandbox changed',
  sizeLimit: 'an emptyDir has a sizeLimit',
  unansweredStart: 'a start of it was not answered, and may come yet',
  unknownContent: 'what it holds is not known',
  unnamedContainer: 'the Pod has no container of that name',
  volumesAsked: '--volumes was given',
};

type Told = Exclude<Reason['kind'], PlainKind>;
type Data<K extends Told, R = Reason> = R extends Reason ? (K extends R['kind'] ? Omit<R, 'kind'> : never) : never;
type Row<K extends Told> = readonly [Data<K>, Cause];

const sentence = (text: string): Cause => ({ path: '', text });

/** By kind, so that none is forgotten. */
const rows: { readonly [K in Told]: readonly Row<K>[] } = {
  field: [
    [
      { path: ['hostname'], from: 'a', to: 'b' },
      { path: 'hostname', from: 'a', to: 'b' },
    ],
    [
      { path: ['labels', 'a.b/c'], to: 'd' },
      { path: 'labels.a.b/c', to: 'd' },
    ],
    [
      { path: ['containers', 'app', 'args'], from: ['x', 1] },
      { path: 'containers.app.args', from: '["x",1]' },
    ],
    [
      { path: ['a'], from: 30, to: true },
      { path: 'a', from: '30', to: 'true' },
    ],
    [
      { path: ['a'], from: { b: 1, a: 2 }, to: '' },
      { path: 'a', from: '{"a":2,"b":1}', to: '' },
    ],
  ],
  imageBuilt: [
    [
      { container: 'app', from: '0123456789', to: 'abcdef0123' },
      { path: 'containers.app.build', from: '01234567', to: 'abcdef01' },
    ],
  ],
  limitRemoved: [
    [
      { container: 'app', resource: 'cpu' },
      { path: 'containers.app.resources.limits.cpu', text: 'the limit is taken away' },
    ],
    [
      { container: 'app', resource: 'memory' },
      { path: 'containers.app.resources.limits.memory', text: 'the limit is taken away' },
    ],
  ],
  variableSource: [
    [
      { container: 'app', variable: 'A' },
      { path: 'containers.app.env.A', text: 'its source changed' },
    ],
  ],
  files: [
    [
      { container: 'app', file: 'src/a', what: 'is new', more: 0 },
      { path: 'containers.app.onChange', text: 'src/a is new' },
    ],
    [
      { container: 'app', file: 'a', what: 'was deleted', more: 2 },
      { path: 'containers.app.onChange', text: 'a was deleted, and 2 more' },
    ],
  ],
  generation: [
    [
      { from: 1, to: 2 },
      { path: 'metadata.generation', from: '1', to: '2' },
    ],
  ],
  folder: [
    [
      { from: '/a', to: '/b' },
      { path: 'folder', from: '/a', to: '/b' },
    ],
  ],
  condition: [
    [
      { type: 'x/y', to: 'True' },
      { path: 'status.conditions.x/y', to: 'True' },
    ],
    [
      { type: 'x', from: 'False', to: 'True' },
      { path: 'status.conditions.x', from: 'False', to: 'True' },
    ],
  ],
  qosClass: [
    [
      { from: 'Burstable', to: 'Guaranteed' },
      { path: 'qosClass', from: 'Burstable', to: 'Guaranteed' },
    ],
  ],
  restartAsked: [
    [{}, sentence('a restart was asked for')],
    [{ containers: ['app', 'log'] }, sentence('a restart of app, log was asked for')],
  ],
  objectRecord: [[{ object: 'Deployment web' }, sentence('Deployment web is recorded')]],
  surplus: [[{ bound: 3 }, sentence('more than 3 finished Pods that no file names')]],
  workload: [
    [{ workload: 'Deployment web', cause: 'updated' }, sentence('the template of Deployment web changed')],
    [
      { workload: 'Deployment web', cause: 'unhealthy' },
      sentence('the template of Deployment web changed, and it was not available'),
    ],
    [{ workload: 'StatefulSet db', cause: 'scaledDown' }, sentence('StatefulSet db is scaled down')],
    [{ workload: 'StatefulSet db', cause: 'failed' }, sentence('it has ended, and StatefulSet db makes it anew')],
    [{ workload: 'DaemonSet agent', cause: 'spare' }, sentence('DaemonSet agent runs one Pod')],
  ],
  jobReplaced: [[{ by: 'tick-7' }, sentence('Job tick-7 replaces its Job')]],
  historyLimit: [[{ field: 'failedJobsHistoryLimit', limit: 1 }, sentence('failedJobsHistoryLimit is 1')]],
  claim: [[{ volume: 'data' }, { path: 'volumes.data' }]],
  unfilled: [[{ volume: 'data' }, { path: 'volumes.data' }]],
  newVolume: [[{ volume: 'data' }, { path: 'volumes.data', text: 'the Pod is new' }]],
  content: [[{ volume: 'data' }, { path: 'volumes.data', text: 'its content changed' }]],
  contentFile: [
    [
      { volume: 'conf', file: 'a/b', what: 'added' },
      { path: 'volumes.conf.a/b', text: 'added' },
    ],
  ],
  hostPath: [
    [
      { volume: 'srv', path: '/srv' },
      { path: 'volumes.srv.hostPath', to: '/srv' },
    ],
  ],
  fsGroup: [[{ gid: 1000 }, { path: 'securityContext.fsGroup', to: '1000' }]],
  imagePolicy: [
    [
      { path: 'containers.app.image', image: 'busybox', policyField: 'imagePullPolicy', policy: 'Always' },
      { path: 'containers.app.image', to: 'busybox', text: 'imagePullPolicy is Always' },
    ],
  ],
  imageVolume: [
    [
      { volume: 'tools', image: 'busybox' },
      { path: 'volumes.tools.image', to: 'busybox' },
    ],
  ],
  build: [[{ container: 'app' }, { path: 'containers.app.build' }]],
  buildForced: [[{ container: 'app' }, { path: 'containers.app.build', text: '--build was given' }]],
  buildDiffers: [
    [{ container: 'app' }, { path: 'containers.app.build', text: 'the engine has no image of what its context holds' }],
  ],
  probeFailed: [
    [{ container: 'app', probe: 'liveness' }, sentence('Container app failed liveness probe, will be restarted')],
    [{ container: 'app', probe: 'startup' }, sentence('Container app failed startup probe, will be restarted')],
  ],
  exited: [[{ exitCode: 137 }, sentence('it ended with exit code 137')]],
  startFailed: [[{ error: 'no such port' }, sentence('its start failed: no such port')]],
  graceOver: [[{ graceMs: 90_000 }, sentence('its grace of 1m30s is over')]],
  deadline: [[{ seconds: 60 }, sentence('activeDeadlineSeconds is 60')]],
  evicted: [
    [
      { message: 'Usage of EmptyDir volume "a" exceeds the limit "1Mi". ' },
      sentence('Usage of EmptyDir volume "a" exceeds the limit "1Mi".'),
    ],
  ],
};

const told = Object.entries(rows).flatMap(([kind, ofKind]) =>
  ofKind.map(([data, cause]): readonly [Reason, Cause] => [{ kind, ...data } as Reason, cause]),
);

describe('the words of', () => {
  test.each(Object.entries(sentences))('%s: %s', (kind, text) => {
    expect(causeOf({ kind: kind as PlainKind })).toEqual(sentence(text));
  });

  test.each(told)('%o', (reason, cause) => {
    expect(causeOf(reason)).toEqual(cause);
  });
});

test.each([
  [edited('a.b', 'x', 'y'), 'a.b: x -> y'],
  [{ kind: 'claim', volume: 'data' }, 'volumes.data'],
  [{ kind: 'content', volume: 'data' }, 'volumes.data: its content changed'],
  [
    { kind: 'imagePolicy', path: 'p', image: 'i', policyField: 'pullPolicy', policy: 'Never' },
    'p: i (pullPolicy is Never)',
  ],
  [{ kind: 'startFailed', error: '1\n2' }, 'its start failed: 1\\n2'],
] satisfies readonly (readonly [Reason, string])[])('on a terminal %o', (reason, line) => {
  expect(causeText(causeOf(reason))).toBe(line);
});

test.each([
  [edited('a', 'x', 'y'), 'a: x -> y'],
  [edited('a', 'x'), 'a: x -> (none)'],
  [edited('a', undefined, 5), 'a: 5'],
  [edited('containers.app.env.A', 'secret', 'other'), 'containers.app.env.A changed'],
  [edited('containers.app.env.A', undefined, 'secret'), 'containers.app.env.A added'],
  [edited('containers.app.args', ['secret']), 'containers.app.args removed'],
  [edited('annotations.a', '{"password":"secret"}', ''), 'annotations.a changed'],
  [{ kind: 'exited', exitCode: 1 }, 'it ended with exit code 1'],
  [{ kind: 'content', volume: 'data' }, 'volumes.data: its content changed'],
] satisfies readonly (readonly [Reason, string])[])('in an event, which is kept on the disk, %o', (reason, line) => {
  expect(causesText([reason])).toBe(line);
});
