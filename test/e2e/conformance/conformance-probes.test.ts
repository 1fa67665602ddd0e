/** What Kubernetes' end-to-end tests ask of exec probes (kubernetes/kubernetes test/e2e/common/node/container_probe.go). */
import { describe, expect, test } from 'vitest';
import { at, exec, mark, secondsOf, shareProject, step, until, uptimeAt, waitFor } from '../support/conformance.ts';
import { allowance, idle, shortForm } from '../support/look.ts';
import { conditionOf, hasRestarts, isPhase, isReady, statusOf } from '../support/status.ts';

const often = { periodSeconds: 1, failureThreshold: 1 };
/** For probes that are to pass on a busy machine, too. */
const patient = { timeoutSeconds: 10 };
const rarely = { periodSeconds: 60 };
/** Once it was asked for the second time. */
const startsUp =
  'until [ $(grep -c startup /out/startup-passes) -ge 2 ]; do sleep 0.1; done 2> /dev/null; touch /tmp/started';
const pods = {
  expanded: {
    containers: {
      app: step(idle, {
        env: { WORD: 'hello' },
        readinessProbe: { exec: { command: ['test', '$(WORD)', '=', 'hello'] }, periodSeconds: 1, ...patient },
      }),
    },
  },
  timed: {
    containers: {
      app: step(until(`${mark('TERM')}; exit 143`, mark('well'), 'sleep 2', mark('sick'), 'touch /tmp/sick'), {
        livenessProbe: { ...exec('[ ! -e /tmp/sick ]'), periodSeconds: 1, failureThreshold: 3, timeoutSeconds: 2 },
      }),
    },
  },
  slow: {
    containers: { app: step(idle, { livenessProbe: { ...exec('sleep 30'), ...often, timeoutSeconds: 1 } }) },
  },
  'never-again': {
    restartPolicy: 'Never',
    containers: { app: step(until('exit 143'), { livenessProbe: { ...exec('false'), ...often } }) },
  },
  unready: {
    containers: {
      fails: step(idle, { readinessProbe: { ...exec('false'), periodSeconds: 3 } }),
      hangs: step(idle, { readinessProbe: { ...exec('sleep 30'), periodSeconds: 3 } }),
    },
  },
  delayed: {
    containers: {
      app: step(idle, {
        readinessProbe: { ...exec(mark('asked')), periodSeconds: 2, initialDelaySeconds: 4, ...patient },
      }),
    },
  },
  twice: {
    containers: {
      app: step(idle, {
        // Every second check fails, until the sixth.
        readinessProbe: {
          ...exec(`${mark('check')}; n=$(wc -l < /out/twice); [ $n -ge 6 ] || [ $((n % 2)) = 1 ]`),
          ...often,
          successThreshold: 2,
          ...patient,
        },
      }),
    },
  },
  'startup-fails': {
    terminationGracePeriodSeconds: 60,
    containers: {
      app: step(`${mark('start')}; trap '${mark('TERM')}' TERM; while :; do ${mark('lives')}; sleep 0.1; done`, {
        startupProbe: { ...exec('false'), periodSeconds: 1, failureThreshold: 2, terminationGracePeriodSeconds: 3 },
        livenessProbe: { ...exec('true'), ...often, ...patient },
      }),
    },
  },
  'startup-passes': {
    containers: {
      // Its second run starts up when it is allowed to.
      app: step(until('exit 0', `[ ! -e /out/ran ] || ${waitFor('again')}`, 'touch /out/ran', startsUp), {
        startupProbe: {
          ...exec(`${mark('startup')}; [ -e /tmp/started ]`),
          periodSeconds: 1,
          failureThreshold: 30,
          ...patient,
        },
        livenessProbe: { ...exec(mark('liveness')), periodSeconds: 2, ...patient },
        readinessProbe: { ...exec(`${mark('readiness')}; true`), ...rarely, ...patient },
      }),
    },
  },
};

const shared = shareProject(() => ({ 'pods.yaml': shortForm(pods) }));

describe('liveness', () => {
  test('that fails restarts its container no earlier than the threshold allows, and soon after', async () => {
    const pod = await shared.podWhen('timed', hasRestarts('app', 1));

    const marks = (await shared.marks('timed')).slice(0, 3);
    expect(marks.map(({ text }) => text)).toEqual(['well', 'sick', 'TERM']);
    const took = at(marks, 'TERM') - at(marks, 'sick');
    // Three failures are two periods apart; the first one comes within a period, and the last takes its timeout at most.
    expect(took).toBeGreaterThanOrEqual(2 - 0.02);
    expect(took).toBeLessThan(3 + 2 + allowance);
    expect(statusOf(pod, 'app').lastState?.terminated).toMatchObject({ exitCode: 143, reason: 'Error' });
    expect(await shared.events('timed', 'Killing')).toEqual(['Container app failed liveness probe, will be restarted']);
  });

  test('that hangs has failed when its time is over', async () => {
    await shared.podWhen('slow', hasRestarts('app', 1));

    expect((await shared.events('slow', 'Unhealthy'))[0]).toMatch(/^Liveness probe failed: .*timed out/);
  });

  test('under Never ends its container for good: the Pod has failed', async () => {
    const pod = await shared.podWhen('never-again', isPhase('Failed'));

    expect(statusOf(pod, 'app')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 143 } } });
  });
});

describe('readiness', () => {
  test('that fails or hangs keeps its container from being ready, and never restarts it', async () => {
    const pod = await shared.podWhen(
      'unready',
      (now) => now.status?.containerStatuses?.every(({ started }) => started === true) === true,
    );

    expect(pod.status?.phase).toBe('Running');
    await expect.poll(async () => (await shared.events('unready', 'Unhealthy')).length).toBeGreaterThanOrEqual(2);
    const { status } = await shared.podWhen('unready', () => true);
    expect(status?.containerStatuses?.map(({ ready, restartCount }) => [ready, restartCount])).toEqual([
      [false, 0],
      [false, 0],
    ]);
  });

  test('is not asked for before its initial delay', async () => {
    const pod = await shared.podWhen('delayed', isReady);

    const [instance] = await shared.instances('delayed', 'app');
    const [first] = await shared.marks('delayed');
    const waited = (first?.at ?? 0) - uptimeAt(instance?.State.StartedAt);
    expect(waited).toBeGreaterThanOrEqual(4 - 0.02);
    // The first check comes within a period of the delay.
    expect(waited).toBeLessThan(4 + 2 + allowance);
    expect(statusOf(pod, 'app').restartCount).toBe(0);
  });

  test('needs as many successes in a row as its threshold says', async () => {
    const pod = await shared.podWhen('twice', isReady);

    const marks = await shared.marks('twice');
    expect(marks.length).toBeGreaterThanOrEqual(6);
    // Kubernetes' times are whole seconds.
    expect(uptimeAt(conditionOf(pod, 'Ready')?.lastTransitionTime)).toBeGreaterThan((marks[5]?.at ?? 0) - 1.1);
  });
});

test('an exec probe is given the variables of its container that its command names', async () => {
  await shared.podWhen('expanded', isReady);

  expect(await shared.events('expanded', 'Unhealthy')).toEqual([]);
});

describe('startup', () => {
  test('that fails restarts its container, however well that would be otherwise, with the probe’s own grace', async () => {
    // Of two that have ended one after the other the older is not kept until the next has begun.
    const pod = await shared.podWhen(
      'startup-fails',
      (now) => hasRestarts('app', 1)(now) && statusOf(now, 'app').lastState?.terminated !== undefined,
    );

    expect(await shared.events('startup-fails', 'Killing')).toContain(
      'Container app failed startup probe, will be restarted',
    );
    const asked = await shared.firstEventS('startup-fails', 'Killing');
    expect(statusOf(pod, 'app').lastState?.terminated?.exitCode).toBe(137);
    const marks = await shared.marks('startup-fails');
    const again = marks.findIndex(({ text }, index) => index > 0 && text === 'start');
    const first = marks.slice(0, again < 0 ? undefined : again);
    // A busy machine may run the trap late, and the probe that failed is told before TERM is sent.
    const granted = secondsOf(statusOf(pod, 'app').lastState?.terminated?.finishedAt) - asked;
    expect(granted).toBeGreaterThanOrEqual(3);
    // The Pod would grant it 60 s.
    expect(granted).toBeLessThan(60);
    expect(at(first, 'lives')).toBeGreaterThanOrEqual(at(first, 'TERM'));
  });

  test('that passes lets the others begin at once, and must pass again after a restart', async () => {
    const order = async () => {
      const marks = await shared.marks('startup-passes');
      const texts = marks.map(({ text }) => text);
      return { marks, texts, passed: texts.findLastIndex((text) => text === 'startup') };
    };
    await shared.podWhen('startup-passes', isReady);
    const first = await order();
    expect(first.passed).toBeGreaterThanOrEqual(1);
    expect(first.texts.slice(0, first.passed + 1).every((text) => text === 'startup')).toBe(true);
    // The readiness probe has a period of a minute.
    const asked = first.marks.find(({ text }) => text === 'readiness')?.at ?? 0;
    expect(asked - (first.marks[first.passed]?.at ?? 0)).toBeLessThan(allowance);

    await shared.project.engine.kill((await shared.project.engine.container('startup-passes', 'app')).Id);
    const now = await shared.podWhen(
      'startup-passes',
      (pod) => hasRestarts('app', 1)(pod) && statusOf(pod, 'app').state?.running !== undefined,
    );
    expect(statusOf(now, 'app')).toMatchObject({ started: false, ready: false });
    await shared.allow('again');
    await shared.podWhen('startup-passes', (pod) => hasRestarts('app', 1)(pod) && isReady(pod));

    const { texts, passed } = await order();
    const again = texts.indexOf('startup', first.texts.length);
    expect(again).toBeGreaterThan(first.passed);
    expect(texts.slice(again, passed + 1).every((text) => text === 'startup')).toBe(true);
  });
});
