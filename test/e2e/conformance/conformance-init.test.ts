/**
 * What Kubernetes' end-to-end tests ask of init containers and sidecars
 * (kubernetes/kubernetes test/e2e/common/node/init_container.go, test/e2e_node/container_lifecycle_test.go).
 */
import { describe, expect, test } from 'vitest';
import { at, exec, isAllowed, mark, shareProject, sidecar, step, until, waitFor } from '../support/conformance.ts';
import { allowance, idle, shortForm } from '../support/look.ts';
import { conditionOf, hasRestarts, isPhase, isReady, statusOf } from '../support/status.ts';

const often = { periodSeconds: 1, failureThreshold: 1 };
/** Fails the first time that it runs in its Pod. */
const failsOnce = (name: string) =>
  `${mark(name)}; [ -e /out/$(hostname)-${name} ] || { touch /out/$(hostname)-${name}; exit 1; }`;

const init = {
  'never-ok': {
    restartPolicy: 'Never',
    initContainers: { one: step(`sleep 1; ${mark('one')}`), two: step(mark('two')) },
    containers: { app: step(mark('app')) },
  },
  progress: {
    initContainers: { one: step(waitFor('one')), two: step(waitFor('two')) },
    containers: { app: step(idle, { lifecycle: { postStart: exec(waitFor('app')) } }), last: step(idle) },
  },
  retry: {
    restartPolicy: 'OnFailure',
    initContainers: { one: step(mark('one')), two: step(failsOnce('two')) },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  again: {
    initContainers: { one: step(mark('one')), side: sidecar(`${mark('side')}; ${idle}`) },
    containers: { app: step(`${failsOnce('app')}; ${idle}`) },
  },
};

const sidecars = {
  between: {
    initContainers: {
      one: step(mark('one')),
      side: sidecar(`${mark('side')}; sleep 1; touch /tmp/up; ${idle}`, {
        startupProbe: {
          ...exec(`[ -e /tmp/up ] && { ${mark('side started')}; }`),
          ...{ periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 30 },
        },
      }),
      two: step(mark('two')),
      hooked: sidecar(idle, { lifecycle: { postStart: exec(`sleep 1; ${mark('hooked')}`) } }),
    },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  early: {
    restartPolicy: 'Never',
    initContainers: {
      side: sidecar(`until grep -q long /out/early; do sleep 0.1; done; ${failsOnce('side')}; ${idle}`),
      long: step(`${mark('long')}; until [ $(grep -c side /out/early) = 2 ]; do sleep 0.1; done; ${mark('done')}`),
    },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  sick: {
    restartPolicy: 'OnFailure',
    initContainers: {
      one: step(mark('one')),
      side: sidecar(idle, {
        livenessProbe: {
          ...exec(`! ${isAllowed('sicken')} || [ -e /out/healed ] || { touch /out/healed; false; }`),
          ...often,
        },
      }),
    },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  stuck: {
    initContainers: {
      gate: sidecar(idle, { startupProbe: { ...exec('false'), periodSeconds: 1, failureThreshold: 2 } }),
    },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  unready: {
    initContainers: { side: sidecar(idle, { readinessProbe: { ...exec('false'), ...often } }) },
    containers: { app: step(idle) },
  },
  job: {
    restartPolicy: 'OnFailure',
    initContainers: {
      side: sidecar(until(`${mark('side ends')}; exit 3`), { readinessProbe: { ...exec('false'), ...often } }),
    },
    containers: { main: step(`sleep 1; ${mark('main ends')}`) },
  },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm({ ...init, ...sidecars }) }));

describe('init containers', () => {
  test('of a Pod that never restarts run once each, in order, before its container, and the Pod succeeds', async () => {
    const pod = await shared.podWhen('never-ok', isPhase('Succeeded'));

    expect(await shared.texts('never-ok')).toEqual(['one', 'two', 'app']);
    expect(
      pod.status?.initContainerStatuses?.map(({ name, ready, restartCount, state }) => [
        name,
        ready,
        restartCount,
        state?.terminated?.reason,
        state?.terminated?.exitCode,
      ]),
    ).toEqual([
      ['one', true, 0, 'Completed', 0],
      ['two', true, 0, 'Completed', 0],
    ]);
    expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'True', reason: 'PodCompleted' });
  });

  test('are counted in the status while they run, then the Pod is initializing, then Running', async () => {
    const ps = async () => /^progress +(\S+) +(\S+)/m.exec((await shared.project.run('ps')).stdout)?.slice(1);
    const isRunning = (name: string) =>
      shared.podWhen('progress', (pod) => statusOf(pod, name).state?.running !== undefined);
    const isIncomplete = (names: string) => ({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: `containers with incomplete status: [${names}]`,
    });

    const first = await isRunning('one');
    expect([first.status?.phase, await ps()]).toEqual(['Pending', ['0/2', 'Init:0/2']]);
    expect(conditionOf(first, 'Initialized')).toMatchObject(isIncomplete('one two'));
    expect(statusOf(first, 'two').state?.waiting?.reason).toBe('PodInitializing');
    expect(statusOf(first, 'app').state?.waiting?.reason).toBe('PodInitializing');

    await shared.allow('one');
    const second = await isRunning('two');
    expect([second.status?.phase, await ps()]).toEqual(['Pending', ['0/2', 'Init:1/2']]);
    expect(conditionOf(second, 'Initialized')).toMatchObject(isIncomplete('two'));

    await shared.allow('two');
    const third = await shared.podWhen('progress', (pod) => conditionOf(pod, 'Initialized')?.status === 'True');
    expect([third.status?.phase, (await ps())?.[1]]).toEqual(['Pending', 'PodInitializing']);

    await shared.allow('app');
    expect((await shared.podWhen('progress', isReady)).status?.phase).toBe('Running');
    expect(await ps()).toEqual(['2/2', 'Running']);
  });

  test('that fail are tried again by themselves: those before them do not run again', async () => {
    const pod = await shared.podWhen('retry', isReady);

    expect(await shared.texts('retry')).toEqual(['one', 'two', 'two', 'app']);
    expect(['one', 'two', 'app'].map((name) => statusOf(pod, name).restartCount)).toEqual([0, 1, 0]);
  });

  test('and sidecars do not run again when a container of the Pod does', async () => {
    const pod = await shared.podWhen('again', (now) => hasRestarts('app', 1)(now) && isReady(now));

    expect(await shared.texts('again', 4)).toEqual(['one', 'side', 'app', 'app']);
    expect(['one', 'side'].map((name) => statusOf(pod, name).restartCount)).toEqual([0, 0]);
  });
});

describe('sidecars', () => {
  test('start in their place among init containers; what follows waits for startup probe and postStart hook', async () => {
    await shared.podWhen('between', isReady);

    expect(await shared.texts('between')).toEqual(['one', 'side', 'side started', 'two', 'hooked', 'app']);
  });

  test('are restarted while the Pod still initializes, even if it never restarts its containers', async () => {
    const pod = await shared.podWhen('early', isReady);

    expect(await shared.texts('early')).toEqual(['long', 'side', 'side', 'done', 'app']);
    expect(['side', 'long', 'app'].map((name) => statusOf(pod, name).restartCount)).toEqual([1, 0, 0]);
    expect(statusOf(pod, 'side')).toMatchObject({ ready: true, started: true });
  });

  test('that fail their liveness probe are restarted alone, and the Pod stays initialized', async () => {
    const before = conditionOf(await shared.podWhen('sick', isReady), 'Initialized');
    await shared.allow('sicken');

    const pod = await shared.podWhen('sick', (now) => hasRestarts('side', 1)(now) && isReady(now));

    expect(await shared.texts('sick', 2)).toEqual(['one', 'app']);
    expect(conditionOf(pod, 'Initialized')).toEqual(before);
    expect(await shared.events('sick', 'Killing')).toEqual([
      'Init container side failed liveness probe, will be restarted',
    ]);
  });

  test('that fail their startup probe are restarted, and nothing that follows starts', async () => {
    const pod = await shared.podWhen('stuck', hasRestarts('gate', 1));

    expect(pod.status?.phase).toBe('Pending');
    expect(conditionOf(pod, 'Initialized')).toMatchObject({ status: 'False', reason: 'ContainersNotInitialized' });
    expect(await shared.texts('stuck')).toEqual([]);
    expect((await shared.events('stuck', 'Killing'))[0]).toBe(
      'Init container gate failed startup probe, will be restarted',
    );
  });

  test('need not be ready for the others to start, but for the Pod to be', async () => {
    const pod = await shared.podWhen('unready', (now) => statusOf(now, 'app').ready);

    expect(pod.status?.phase).toBe('Running');
    expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
    expect(conditionOf(pod, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [side]',
    });
    expect((await shared.project.run('ps')).stdout).toMatch(/^unready +1\/2 +Running +0 /m);
  });

  test('end after the last container, and neither keep the Pod nor decide whether it has succeeded', async () => {
    const pod = await shared.podWhen('job', isPhase('Succeeded'));

    const marks = await shared.marks('job');
    expect(marks.map(({ text }) => text)).toEqual(['main ends', 'side ends']);
    expect(at(marks, 'side ends') - at(marks, 'main ends')).toBeLessThan(allowance);
    expect(statusOf(pod, 'side')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 3 } } });
  });
});
