/** What Kubernetes' end-to-end tests ask of restarts and their back-off (kubernetes/kubernetes test/e2e/common/node/runtime.go). */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { exec, mark, shareProject, sidecar, step, until } from '../support/conformance.ts';
import { allowance, idle, shortForm } from '../support/look.ts';
import { hasRestarts, isPhase, isReady, statusOf } from '../support/status.ts';

/** Leaves a mark when it starts and when it ends. */
const attempt = (code: number) => `${mark('start')}; ${mark('end')}; exit ${code}`;

const pods = {
  zero: { containers: { app: step(attempt(0)) } },
  sidecar: { initContainers: { side: sidecar(attempt(1)) }, containers: { app: step(idle) } },
  init: { restartPolicy: 'OnFailure', initContainers: { one: step(attempt(1)) }, containers: { app: step(idle) } },
  hooked: {
    containers: {
      app: step(until(`${mark('end')}; exit 0`, mark('start')), {
        lifecycle: { postStart: exec('exit 1') },
      }),
    },
  },
  probed: {
    containers: {
      app: step(until(`${mark('end')}; exit 0`, mark('start')), {
        livenessProbe: { ...exec('false'), periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 1 },
      }),
    },
  },
  'one-of-two': {
    restartPolicy: 'OnFailure',
    containers: {
      done: step(`${mark('done')}; exit 0`),
      flaky: step(`${mark('flaky')}; [ -e /out/flaked ] || { touch /out/flaked; exit 1; }; ${idle}`),
    },
  },
  'sandbox-on-failure': {
    restartPolicy: 'OnFailure',
    containers: { done: step('exit 0'), runs: step(idle) },
  },
  'own-policies': {
    containers: {
      again: step(`${mark('again')}; [ -e /out/once ] && exit 7; touch /out/once; exit 42`, {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      }),
      once: step(`${mark('once')}; exit 1`, { restartPolicy: 'Never' }),
    },
  },
  'sandbox-never': { restartPolicy: 'Never', containers: { app: step(until('exit 4', mark('start'))) } },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods) }));

describe('a restart', () => {
  test('under OnFailure is for the container that failed, not for the one that is done', async () => {
    const pod = await shared.podWhen(
      'one-of-two',
      (now) => hasRestarts('flaky', 1)(now) && statusOf(now, 'flaky').ready,
    );

    expect((await shared.texts('one-of-two', 3)).toSorted()).toEqual(['done', 'flaky', 'flaky']);
    expect(pod.status?.phase).toBe('Running');
    expect(statusOf(pod, 'done')).toMatchObject({ restartCount: 0, state: { terminated: { reason: 'Completed' } } });
    expect(statusOf(pod, 'flaky')).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
  });

  test('by the rules and the policies of the containers themselves comes before the Pod’s', async () => {
    const pod = await shared.podWhen('own-policies', isPhase('Failed'));

    expect((await shared.texts('own-policies')).toSorted()).toEqual(['again', 'again', 'once']);
    expect(statusOf(pod, 'again')).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 7 } } });
    expect(statusOf(pod, 'once')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 1 } } });
  });

  test('of the sandbox under OnFailure leaves the container alone that is done', async () => {
    await shared.podWhen('sandbox-on-failure', (pod) => statusOf(pod, 'runs').ready);
    await shared.project.engine.kill((await shared.project.engine.container('sandbox-on-failure')).Id);

    const pod = await shared.podWhen(
      'sandbox-on-failure',
      (now) => hasRestarts('runs', 1)(now) && statusOf(now, 'runs').ready,
    );

    expect(statusOf(pod, 'done')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 0 } } });
    expect(await shared.events('sandbox-on-failure', 'SandboxChanged')).toHaveLength(1);
  });

  test('of the sandbox under Never is not made: the Pod has failed', async () => {
    await shared.podWhen('sandbox-never', isReady);
    await shared.project.engine.kill((await shared.project.engine.container('sandbox-never')).Id);

    const pod = await shared.podWhen('sandbox-never', isPhase('Failed'));

    expect(await shared.texts('sandbox-never')).toEqual(['start']);
    expect(statusOf(pod, 'app').restartCount).toBe(0);
    expect(await shared.events('sandbox-never', 'SandboxChanged')).toEqual([]);
  });
});

describe('back-off', () => {
  test.each([
    ['a container that ends well', 'zero'],
    ['a sidecar', 'sidecar'],
    ['an init container', 'init'],
    ['a container whose postStart hook fails', 'hooked'],
    ['a container whose liveness probe fails', 'probed'],
  ])('of %s is nothing the first time, then 10 s from its end', async (_what, name) => {
    const counts: number[] = [];
    const isThird = ({ status }: Pod) => {
      const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
      counts.push(Math.max(...all.map(({ restartCount }) => restartCount)));
      return (counts.at(-1) ?? 0) >= 2;
    };
    await shared.podWhen(name, isThird);
    expect(counts, 'the count only rises').toEqual(counts.toSorted((one, other) => one - other));

    const marks = (await shared.marks(name, 5)).slice(0, 5);
    expect(marks.map(({ text }) => text)).toEqual(['start', 'end', 'start', 'end', 'start']);
    const [, firstEnd = 0, secondStart = 0, secondEnd = 0, thirdStart = 0] = marks.map(({ at }) => at);
    // Later than due on a busy machine; what each step of the back-off is to the second, test/core/pod/restart.test.ts says.
    expect(secondStart - firstEnd).toBeLessThan(allowance);
    expect(thirdStart - secondEnd).toBeGreaterThanOrEqual(10);
    expect(thirdStart - secondEnd).toBeLessThan(10 + allowance);
  });
});
