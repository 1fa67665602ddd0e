/**
 * What Kubernetes' end-to-end tests ask of a Pod that ends, deleted or past its deadline
 * (kubernetes/kubernetes test/e2e/common/node/pods.go, test/e2e_node/container_lifecycle_test.go).
 */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  at,
  exec,
  isAllowed,
  mark,
  readMarks,
  shareProject,
  sidecar,
  step,
  until,
  waitFor,
} from '../support/conformance.ts';
import { makeProject } from '../support/harness.ts';
import { allowance, shortForm, startUp } from '../support/look.ts';
import { conditionOf, isPhase, isReady, statusOf } from '../support/status.ts';

/** The least that there is between TERM and KILL, whatever the grace (docs/pod-lifecycle.md#termination). */
const floor = 2;
/** How much later than a signal a script may note it: its trap waits for a short sleep, and for its turn on a busy machine. */
const tickSeconds = 1;
/** For probes that are to pass on a busy machine, too. */
const patient = { timeoutSeconds: 10 };
/** Notes TERM and goes on, so that its last mark tells when KILL came. */
const deaf = (name: string) =>
  `trap '${mark(`${name} TERM`)}' TERM; while :; do ${mark(`${name} lives`)}; sleep 0.1; done`;

const deadlinePods = (deadlines: Readonly<Record<string, number>>) => ({
  pending: {
    ...deadlineOf(deadlines['pending']),
    initContainers: { app: step(until(`${mark('TERM')}; exit 0`, mark('start'))) },
    containers: { never: step(mark('never')) },
  },
  running: {
    ...deadlineOf(deadlines['running']),
    containers: { app: step(until(`${mark('TERM')}; exit 0`, mark('start'))) },
  },
});
const deadlineOf = (seconds: number | undefined) => (seconds === undefined ? {} : { activeDeadlineSeconds: seconds });

const deletions = {
  shown: {
    terminationGracePeriodSeconds: 40,
    containers: {
      slow: step(until(`${mark('TERM')}; ${waitFor('end')}; exit 0`, 'touch /tmp/well'), {
        readinessProbe: { ...exec(`! ${isAllowed('unready')}`), periodSeconds: 1, failureThreshold: 1, ...patient },
        livenessProbe: { ...exec(mark('liveness')), periodSeconds: 1, ...patient },
      }),
      quick: step(until('exit 1', mark('quick starts'))),
    },
  },
  ordered: {
    initContainers: {
      first: sidecar(until(`${mark('first TERM')}; exit 1`), { lifecycle: { preStop: exec(mark('first preStop')) } }),
      second: sidecar(until(`${mark('second TERM')}; sleep 1; ${mark('second ends')}; exit 0`), {
        lifecycle: { preStop: exec(mark('second preStop')) },
      }),
    },
    containers: { main: step(until(`${mark('main TERM')}; sleep 8; ${mark('main ends')}; exit 0`)) },
  },
  overrun: {
    terminationGracePeriodSeconds: 3,
    initContainers: {
      quick: sidecar(until(`${mark('quick TERM')}; exit 0`)),
      side: sidecar(deaf('side')),
    },
    containers: { main: step(deaf('main')) },
  },
  parallel: {
    containers: Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, step(until(`${mark('TERM')}; sleep 2; ${mark('end')}; exit 0`))]),
    ),
  },
  crashing: { containers: { app: step('exit 1') } },
  initializing: {
    initContainers: { long: step(until(`${mark('long TERM')}; exit 0`)), next: step(mark('next')) },
    containers: { app: step(mark('app')) },
  },
  signalled: {
    containers: {
      app: step(until(`${mark('TERM')}; exit 0`, `trap '${mark('USR1')}; exit 0' USR1`), {
        lifecycle: { stopSignal: 'SIGUSR1' },
      }),
    },
  },
};

const shared = shareProject(() => ({ 'pods.yaml': file({}) }));
const file = (deadlines: Readonly<Record<string, number>>) => shortForm({ ...deadlinePods(deadlines), ...deletions });

describe('activeDeadlineSeconds', () => {
  const deadlines: Record<string, number> = {};
  const starts: Record<string, string | undefined> = {};

  beforeAll(async () => {
    await shared.podWhen('pending', (pod) => statusOf(pod, 'app').state?.running !== undefined);
    await shared.podWhen('running', isReady);
    for (const name of ['pending', 'running']) {
      starts[name] = (await shared.podWhen(name, () => true)).status?.startTime;
      deadlines[name] = Math.ceil((Date.now() - Date.parse(starts[name] ?? '')) / 1000) + 3;
    }
    await shared.project.write({ 'pods.yaml': file(deadlines) });
  });

  test.each([
    ['runs', 'running'],
    ['has not got past its init containers', 'pending'],
  ])('can be set on a Pod that %s: it restarts nothing, and then ends the Pod with its grace', async (_what, name) => {
    const { status } = await shared.podWhen(
      name,
      (pod) => isPhase('Failed')(pod) && statusOf(pod, 'app').state?.terminated !== undefined,
    );

    expect(status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
      startTime: starts[name],
    });
    expect(await shared.texts(name)).toEqual(['start', 'TERM']);
    expect(await shared.events(name, 'DeadlineExceeded')).toHaveLength(1);
    const { restartCount, state } = statusOf({ status: status ?? {} }, 'app');
    expect([restartCount, state?.terminated?.exitCode]).toEqual([0, 0]);
    // Kubernetes' times are whole seconds.
    const took = (Date.parse(state?.terminated?.finishedAt ?? '') - Date.parse(starts[name] ?? '')) / 1000;
    expect(took).toBeGreaterThanOrEqual((deadlines[name] ?? 0) - 1);
    expect(took).toBeLessThanOrEqual((deadlines[name] ?? 0) + 1 + allowance);
  });
});

describe('a Pod that is deleted', () => {
  beforeAll(async () => {
    for (const name of ['shown', 'ordered', 'overrun', 'parallel', 'signalled']) await shared.podWhen(name, isReady);
    await shared.podWhen('crashing', (pod) => statusOf(pod, 'app').state?.waiting?.reason === 'CrashLoopBackOff');
    await shared.podWhen('initializing', (pod) => statusOf(pod, 'long').state?.running !== undefined);
    shared.project.start('down');
  });

  test('is Terminating with its grace until its last container has ended; none of its containers starts again', async () => {
    const pod = await shared.podWhen('shown', (now) => statusOf(now, 'quick').state?.terminated !== undefined);

    expect(pod.metadata).toMatchObject({
      deletionGracePeriodSeconds: 40,
      deletionTimestamp: expect.any(String) as string,
    });
    expect(statusOf(pod, 'quick')).toMatchObject({
      restartCount: 0,
      state: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect((await shared.project.run('ps')).stdout).toMatch(/^shown +\d\/2 +Terminating +0 /m);
    expect((await shared.project.run('describe', 'shown')).stdout).toMatch(
      /^Status: +Terminating \(lasts \S+\)\nTermination Grace Period: +40s$/m,
    );
  });

  test('has its readiness probed until it ends, but not its liveness', async () => {
    await shared.allow('unready');
    const pod = await shared.podWhen('shown', (now) => !statusOf(now, 'slow').ready);
    const marks = await shared.marks('shown');

    expect(conditionOf(pod, 'Ready')?.status).toBe('False');
    const term = at(marks, 'TERM');
    // A check that was under way may leave its mark after that.
    expect(marks.filter(({ text, at: when }) => text === 'liveness' && when > term).length).toBeLessThanOrEqual(1);
    expect(statusOf(pod, 'slow')).toMatchObject({ restartCount: 0, state: { running: {} } });
  });

  test('ends its sidecars after its containers, the last one first; their preStop hooks begin at once', async () => {
    await gone('ordered');

    const marks = await shared.marks('ordered');
    const texts = marks.map(({ text }) => text);
    expect(texts.filter((text) => !text.endsWith('preStop'))).toEqual([
      'main TERM',
      'main ends',
      'second TERM',
      'second ends',
      'first TERM',
    ]);
    for (const hook of ['first preStop', 'second preStop'])
      expect(at(marks, hook)).toBeLessThan(at(marks, 'main ends'));
  });

  test('grants its sidecars two seconds when the grace is spent by its containers', async () => {
    await gone('overrun');

    const marks = await shared.marks('overrun');
    const began = at(marks, 'main TERM');
    for (const name of ['side TERM', 'quick TERM']) {
      expect(at(marks, name) - began).toBeGreaterThan(3 - tickSeconds);
      expect(at(marks, name) - began).toBeLessThan(3 + allowance);
    }
    expect(at(marks, 'side lives') - at(marks, 'side TERM')).toBeGreaterThan(floor - tickSeconds);
    expect(at(marks, 'side lives') - at(marks, 'side TERM')).toBeLessThan(floor + allowance);
    expect(at(marks, 'main lives') - began).toBeLessThan(3 + allowance);
  });

  test('ends its containers at the same time, not one after another', async () => {
    await gone('parallel');

    const marks = await shared.marks('parallel');
    expect(marks.filter(({ text }) => text === 'TERM')).toHaveLength(3);
    expect(at(marks, 'end') - (marks[0]?.at ?? 0)).toBeLessThan(2 + allowance);
  });

  test('while it crashes in a loop is gone without another start', async () => {
    await gone('crashing');

    expect((await shared.events('crashing', 'Created')).length).toBeLessThanOrEqual(2);
  });

  test('while it initializes ends its init container, and starts nothing more', async () => {
    await gone('initializing');

    expect(await shared.texts('initializing')).toEqual(['long TERM']);
  });

  test('sends the stop signal that its container asks for', async () => {
    await gone('signalled');

    expect(await shared.texts('signalled')).toEqual(['USR1']);
  });

  test('is gone from every list once it has ended', async () => {
    await shared.allow('end');
    await gone('shown');
    expect((await shared.up.waitEnd()).code).toBe(0);

    expect((await shared.project.run('ps')).stderr).toContain('No resources found');
    expect(await shared.project.engine.containers()).toEqual([]);
  });
});

async function gone(name: string): Promise<void> {
  const { code, stderr } = await shared.project.run('wait', name, '--for', 'delete');
  expect(code, stderr).toBe(0);
}

describe('a preStop hook', () => {
  test.each([
    ['that grants no grace', 0, []],
    ['that is deleted by force', 30, ['--force']],
  ])('of a Pod %s still has a second, before TERM', async (_what, terminationGracePeriodSeconds, options) => {
    const app = step(until(`${mark('TERM')}; exit 0`), { lifecycle: { preStop: exec(mark('preStop')) } });
    const file = shortForm({ web: { terminationGracePeriodSeconds, containers: { app } } });
    const project = await makeProject({ 'out/.keep': '', 'pods.yaml': file });
    await startUp(project);

    expect((await project.run('down', ...options)).code).toBe(0);

    expect((await readMarks(project, 'web')).map(({ text }) => text)).toEqual(['preStop', 'TERM']);
  });
});
