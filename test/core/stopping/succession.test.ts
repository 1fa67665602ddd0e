/** What podrun ends for another to follow is followed, under every restartPolicy that Kubernetes follows it under, and is nobody's end. */
import { snapshotOf } from '../../../src/core/state/state.ts';
import { describe, expect, test } from 'vitest';
import { ON_CONFIG_CHANGE } from '../../../src/model/annotations.ts';
import type { Container, RestartPolicy } from '../../../src/model/container.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { observe } from '../../../src/core/runtime/observed.ts';
import { drive, statusOf } from '../drive.ts';
import type { Drive } from '../drive.ts';
import { makeContainer, makePod, makeProbe, makeProject } from '../make.ts';

const policies = ['Always', 'OnFailure', 'Never'] as const;

const podOf = (restartPolicy: RestartPolicy, over: Partial<Container> = {}): Pod =>
  makePod('web', { restartPolicy, containers: [makeContainer('app', over)] });

const begin = (pod: Pod, objects: Parameters<typeof drive>[1] = []): Drive => {
  const d = drive(pod, objects);
  d.deaf.add('app');
  d.said();
  return d;
};

const editImage = (d: Drive, restartPolicy: RestartPolicy): void =>
  d.feed({ kind: 'project', project: makeProject(podOf(restartPolicy, { image: 'app:2' })) });

const uids = (d: Drive): readonly string[] => observe(snapshotOf(d.state())).pods.map(({ uid }) => uid);

describe.each([0, 143])('a container that ends with %i', (exitCode) => {
  test.each(policies)('is replaced in its Pod by an edit of its image under %s', (policy) => {
    const d = begin(podOf(policy));
    const before = uids(d);
    editImage(d, policy);
    expect(d.said()).toEqual(['SIGTERM app']);
    d.end('app', exitCode);
    expect([d.said(), statusOf(d)[0], uids(d)]).toEqual([['start app'], 'Running', before]);
  });

  test.each(policies)('is replaced under %s also by the next podrun, where the first died in between', (policy) => {
    const d = begin(podOf(policy));
    const before = uids(d);
    editImage(d, policy);
    d.restart();
    editImage(d, policy);
    d.said();
    d.end('app', exitCode);
    expect([d.said(), statusOf(d)[0], uids(d)]).toEqual([['start app'], 'Running', before]);
  });

  test.each(policies)(
    'is followed under %s by one as the file says, when the edit is taken back in its grace',
    (policy) => {
      const d = begin(podOf(policy));
      editImage(d, policy);
      d.feed({ kind: 'project', project: makeProject(podOf(policy)) });
      d.said();
      d.end('app', exitCode);
      d.wait(10_000);
      expect([d.said(), statusOf(d)[0]]).toEqual([['start app'], 'Running']);
    },
  );

  test.each(policies)('is replaced under %s for what it took from a ConfigMap', (policy) => {
    const env = [
      { name: 'LOG', value: '', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'log', optional: false } } },
    ];
    const pod = podOf(policy, { env });
    const annotated = { ...pod, metadata: { ...pod.metadata, annotations: { [ON_CONFIG_CHANGE]: 'restart' } } };
    const cfg = (log: string) =>
      ({ kind: 'ConfigMap', name: 'cfg', namespace: 'default', data: { log }, binaryData: {} }) as const;
    const d = begin(annotated, [cfg('a')]);
    const before = uids(d);
    d.edit({ objects: [cfg('b')] });
    d.end('app', exitCode);
    expect([d.said(), statusOf(d)[0], uids(d)]).toEqual([['SIGTERM app', 'start app'], 'Running', before]);
  });

  test.each([
    ['Always', ['start app'], 'Running'],
    ['OnFailure', ['start app'], 'Running'],
    ['Never', ['SIGKILL infra'], exitCode === 0 ? 'Succeeded' : 'Failed'],
  ] as const)('for its liveness, under %s, also when podrun dies before: %j', (policy, expected, phase) => {
    for (const dies of [false, true]) {
      const d = begin(podOf(policy, { livenessProbe: makeProbe({ failureThreshold: 1 }) }));
      d.wait(1_000);
      d.checked('liveness', 'failure');
      if (dies) d.restart();
      d.said();
      d.end('app', exitCode);
      const said = d.said().filter((line) => !line.startsWith('check'));
      expect([dies, said, statusOf(d)[0]]).toEqual([dies, expected, phase]);
    }
  });
});

test('what is written down to be ended is ended by the next podrun, also where the edit was taken back', () => {
  const d = begin(podOf('Never'));
  editImage(d, 'Never');
  d.restart();
  d.wait(0);
  expect(d.said()).toEqual(['SIGTERM app']);
});

test('an engine that cannot write that down does not keep the container running', () => {
  const d = begin(podOf('Never'));
  d.full = true;
  editImage(d, 'Never');
  d.wait(1_000);
  expect(d.said()).toEqual(['SIGTERM app']);
});
