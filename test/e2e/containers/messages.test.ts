/** Termination messages (docs/pod-lifecycle.md#termination-messages). */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { saidBy, sh, type Once } from '../support/inside.ts';
import { idle, listPods, readPod, readyLine, shell, shortForm } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { hasRestarts, statusOf } from '../support/status.ts';

const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' };
const bytes = (count: number, letter: string) => `head -c ${count} /dev/zero | tr '\\0' ${letter}`;

type Case = Omit<Once, 'says'> & { readonly message: string | undefined };

const cases: Readonly<Record<string, Case>> = {
  plain: { script: 'printf done > /dev/termination-log', message: 'done' },
  'on-failure': { script: 'printf why > /dev/termination-log; exit 3', message: 'why' },
  silent: { script: 'echo in the log; exit 3', message: undefined },
  long: {
    script: `{ ${bytes(904, 'x')}; ${bytes(4096, 'a')}; } > /dev/termination-log`,
    message: 'a'.repeat(4096),
  },
  'own-path-as-non-root': {
    pod: { securityContext: { runAsUser: 1000 } },
    container: { terminationMessagePath: '/dev/termination-custom-log' },
    script: 'printf "from $(id -u)" > /dev/termination-custom-log',
    message: 'from 1000',
  },
  'read-only-root': {
    container: { securityContext: { readOnlyRootFilesystem: true } },
    script: 'touch /x || printf "root is read-only" > /dev/termination-log',
    message: 'root is read-only',
  },
  'read-only-root-own-path': {
    container: { securityContext: { readOnlyRootFilesystem: true }, terminationMessagePath: '/tmp/end/message' },
    script: 'printf yes > /tmp/end/message',
    message: 'yes',
  },
  'log-on-failure': { container: fallback, script: 'echo one; sleep 0.2; echo two >&2; exit 1', message: 'one\ntwo\n' },
  'log-without-a-line-end': { container: fallback, script: 'printf DONE; exit 1', message: 'DONE' },
  'log-on-success': { container: fallback, script: 'echo in the log', message: undefined },
  'file-on-success': {
    container: fallback,
    script: 'echo in the log; printf OK > /dev/termination-log',
    message: 'OK',
  },
  'file-before-log': {
    container: fallback,
    script: 'echo in the log; printf why > /dev/termination-log; exit 1',
    message: 'why',
  },
  'last-lines-of-the-log': {
    container: fallback,
    script: 'i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo line $i; done; exit 1',
    message: Array.from({ length: 80 }, (_, i) => `line ${i + 21}\n`).join(''),
  },
  'last-bytes-of-the-log': {
    container: fallback,
    script: `for letter in a b c d; do ${bytes(999, '$letter')}; echo; done; exit 1`,
    message: `${'b'.repeat(47)}\n${'c'.repeat(999)}\n${'d'.repeat(999)}\n`,
  },
};

/** Three in a Pod have room for a whole message each; what asks for a Pod of its own has one. */
function podsOf(all: readonly (readonly [string, Case])[]): Readonly<Record<string, object>> {
  const pods: Record<string, { containers: Record<string, object> }> = {};
  for (const [index, [name, { script, container, pod }]] of all.entries()) {
    const key = pod === undefined ? `pod-${index % 4}` : name;
    const made = (pods[key] ??= { restartPolicy: 'Never', ...pod, containers: {} } as {
      containers: Record<string, object>;
    });
    made.containers[name] = shell(script, container);
  }
  return pods;
}

test('what a container leaves behind is its message', async () => {
  const project = await makeProject({ 'pods.yaml': shortForm(podsOf(Object.entries(cases))) });

  const { stdout } = await project.run('up');

  const said = Object.entries(saidBy(stdout)).find(([key]) => key.endsWith('/silent'));
  expect(said?.[1]).toEqual(['in the log']);
  const statuses = (await listPods(project)).flatMap(({ status }) => status?.containerStatuses ?? []);
  const messages = statuses.map(({ name, state }) => [name, state?.terminated?.message]);
  const wanted = Object.entries(cases).map(([name, { message }]) => [name, message]);
  expect(Object.fromEntries(messages)).toEqual(Object.fromEntries(wanted));
  expect((await project.run('describe')).stdout).toMatch(/^ +Message: +why$/m);
});

test('the containers of a Pod share 12 KiB of messages', async () => {
  const app = shell(`${bytes(5000, 'a')} > /dev/termination-log`);
  const containers = { one: app, two: app, three: app, four: app };
  const project = await makeProject({ 'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers } }) });

  expect((await project.run('up')).code).toBe(0);

  const { status } = await readPod(project, 'web');
  const lengths = status?.containerStatuses?.map(({ state }) => state?.terminated?.message?.length);
  expect(lengths).toEqual([3072, 3072, 3072, 3072]);
});

test('after a restart the message is the last state’s, and the next instance’s file is empty', async () => {
  const first = 'touch /data/run; printf first > /dev/termination-log; exit 3';
  const app = shell(`[ -e /data/run ] || { ${first}; }; ${idle}`, { volumeMounts: ['data:/data'] });
  const project = await makeProject({
    'pods.yaml': shortForm({ web: { volumes: { data: { emptyDir: {} } }, containers: { app } } }),
  });
  const up = project.start('up');
  await up.waitFor(readyLine);
  const { lastState } = statusOf(await podWhen(project, 'web', hasRestarts('app', 1)), 'app');
  expect(lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'first' });
  expect(await sh(project, 'web', 'app', 'cat /dev/termination-log; stat -c %a:%s /dev/termination-log')).toBe('666:0');
});
