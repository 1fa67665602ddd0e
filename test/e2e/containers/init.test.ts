/** Init containers and sidecars (docs/pod-lifecycle.md#init-containers, docs/pod-lifecycle.md#sidecars). */
import { describe, expect, test } from 'vitest';
import { isAllowed, mark, shareProject, sidecar, step, until } from '../support/conformance.ts';
import { idle, shortForm } from '../support/look.ts';
import { conditionOf, hasRestarts, isPhase, isReady, statusOf } from '../support/status.ts';

const traced = (name: string) => until(`${mark(`${name}-`)}; exit 0`, mark(`${name}+`));

const pods = {
  anew: {
    initContainers: { one: step(`sleep 1; ${mark('one')}`), two: step(mark('two')) },
    containers: { app: step(`${mark('app')}; ${idle}`) },
  },
  never: { restartPolicy: 'Never', initContainers: { check: step('exit 3') }, containers: { app: step(idle) } },
  always: { initContainers: { check: step('exit 1') }, containers: { app: step(idle) } },
  ordered: {
    restartPolicy: 'Never',
    initContainers: {
      first: sidecar(`touch /tmp/up; ${traced('first')}`, {
        startupProbe: { exec: { command: ['test', '-f', '/tmp/up'] }, periodSeconds: 1, timeoutSeconds: 10 },
      }),
      second: sidecar(traced('second')),
    },
    containers: { job: step(`${mark('job+')}; until ${isAllowed('end')}; do sleep 0.1; done; ${mark('job-')}`) },
  },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods) }));
const row = async (pod: string) =>
  (await shared.project.run('ps', '--no-headers')).stdout.split('\n').find((line) => line.startsWith(`${pod} `));

describe('init containers', () => {
  test('run one after another before the others, once, and again in a new sandbox', async () => {
    await shared.podWhen('anew', isReady);
    expect(await shared.texts('anew', 3)).toEqual(['one', 'two', 'app']);
    expect(shared.up.output).toMatch(/^anew: Init:0\/2$/m);

    await shared.project.engine.kill((await shared.project.engine.container('anew')).Id);
    const pod = await shared.podWhen('anew', (now) => hasRestarts('app', 1)(now) && isReady(now));

    expect(await shared.texts('anew', 6)).toEqual(['one', 'two', 'app', 'one', 'two', 'app']);
    const inits = pod.status?.initContainerStatuses;
    expect(inits?.map(({ name, ready, state }) => [name, ready, state?.terminated?.reason])).toEqual([
      ['one', true, 'Completed'],
      ['two', true, 'Completed'],
    ]);
    expect(conditionOf(pod, 'Initialized')?.status).toBe('True');
  });

  test('that fails under Never ends the Pod; the others never start', async () => {
    const pod = await shared.podWhen('never', isPhase('Failed'));

    expect(statusOf(pod, 'check').state?.terminated?.exitCode).toBe(3);
    expect(await row('never')).toMatch(/^never +0\/1 +Init:Error +0 /);
    expect(await shared.instances('never', 'app')).toEqual([]);
  });

  test('that fails under Always is tried again with back-off, and the Pod stays Pending', async () => {
    const pod = await shared.podWhen(
      'always',
      (now) => statusOf(now, 'check').state?.waiting?.reason === 'CrashLoopBackOff',
    );

    expect(pod.status?.phase).toBe('Pending');
    expect(statusOf(pod, 'check').restartCount).toBeGreaterThanOrEqual(1);
    expect(statusOf(pod, 'app').state?.waiting?.reason).toBe('PodInitializing');
    expect(conditionOf(pod, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [check]',
    });
    expect(await row('always')).toMatch(/^always +0\/1 +Init:(CrashLoopBackOff|Error) +\d/);
  });
});

test('sidecars start in order, each when the one before has started, restart under Never, and end in reverse order', async () => {
  await shared.podWhen('ordered', isReady);
  // Its script has begun: its end is noted.
  expect(await shared.texts('ordered', 3)).toEqual(['first+', 'second+', 'job+']);
  await shared.project.engine.kill((await shared.project.engine.container('ordered', 'second')).Id);
  await shared.podWhen('ordered', hasRestarts('second', 1));
  await shared.texts('ordered', 4);
  await shared.allow('end');

  const pod = await shared.podWhen('ordered', isPhase('Succeeded'));

  expect(pod.status?.initContainerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 1]);
  const order = ['first+', 'second+', 'job+', 'second+', 'job-', 'second-', 'first-'];
  expect(await shared.texts('ordered', order.length)).toEqual(order);
});
