/** Termination messages (docs/pod-lifecycle.md#termination-messages). */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { saidBy, sh, type Once } from '../support/inside.ts';
import { idle, listPods, onHost, readyLine, shell } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { hasRestarts, statusOf } from '../support/status.ts';

const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' };
const bytes = (count: number, letter: string) => `head -c ${count} /dev/zero | tr '\\0' ${letter}`;

interface Case extends Pick<Once, 'script' | 'container'> {
  readonly message: string | undefined;
  /** Whether its message needs the room that few in a Pod have. */
  readonly isLong?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  plain: { script: 'printf done > /dev/termination-log', message: 'done' },
  'on-failure': { script: 'printf why > /dev/termination-log; exit 3', message: 'why' },
  silent: { script: 'echo in the log; exit 3', message: undefined },
  long: {
    script: `{ ${bytes(904, 'x')}; ${bytes(4096, 'a')}; } > /dev/termination-log`,
    message: 'a'.repeat(4096),
    isLong: true,
  },
  'own-path-as-non-root': {
    container: { securityContext: { runAsUser: 1000 }, terminationMessagePath: '/dev/termination-custom-log' },
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
    isLong: true,
  },
};

const containersOf = (all: readonly (readonly [string, Case])[]) =>
  Object.fromEntries(all.map(([name, { script, container }]) => [name, shell(script, container)]));
const all = Object.entries(cases);
const brief = all.filter(([, { isLong }]) => isLong !== true);
const tooMuch = shell(`${bytes(5000, 'a')} > /dev/termination-log`);
const ended = { restartPolicy: 'Never' };

test('what a container leaves behind is its message; the containers of a Pod share 12 KiB of messages', async () => {
  const pods = {
    brief: { ...ended, containers: containersOf(brief.slice(0, 6)) },
    briefer: { ...ended, containers: containersOf(brief.slice(6)) },
    long: { ...ended, containers: containersOf(all.filter(([, { isLong }]) => isLong)) },
    shared: { ...ended, containers: { one: tooMuch, two: tooMuch, three: tooMuch, four: tooMuch } },
  };
  const project = await makeProject({ 'pods.yaml': onHost(pods) });

  const { stdout } = await project.run('up');

  expect(saidBy(stdout)['brief/silent']).toEqual(['in the log']);
  const listed = await listPods(project);
  const messagesOf = (...names: readonly string[]) =>
    listed
      .filter(({ metadata }) => names.includes(metadata?.name ?? ''))
      .flatMap(({ status }) => status?.containerStatuses ?? [])
      .map(({ name, state }) => [name, state?.terminated?.message] as const);
  const wanted = all.map(([name, { message }]) => [name, message]);
  expect(Object.fromEntries(messagesOf('brief', 'briefer', 'long'))).toEqual(Object.fromEntries(wanted));
  expect(messagesOf('shared').map(([, message]) => message?.length)).toEqual([3072, 3072, 3072, 3072]);
  expect((await project.run('describe', 'brief')).stdout).toMatch(/^ +Message: +why$/m);
});

test('after a restart the message is the last state’s, and the next instance’s file is empty', async () => {
  const first = 'touch /data/run; printf first > /dev/termination-log; exit 3';
  const app = shell(`[ -e /data/run ] || { ${first}; }; ${idle}`, { volumeMounts: ['data:/data'] });
  const project = await makeProject({
    'pods.yaml': onHost({ web: { volumes: { data: { emptyDir: {} } }, containers: { app } } }),
  });
  const up = project.start('up');
  await up.waitFor(readyLine);
  const { lastState } = statusOf(await podWhen(project, 'web', hasRestarts('app', 1)), 'app');
  expect(lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'first' });
  expect(await sh(project, 'web', 'app', 'cat /dev/termination-log; stat -c %a:%s /dev/termination-log')).toBe('666:0');
});
