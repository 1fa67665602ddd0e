/** What users see of Pods: tables, objects, logs, and what up itself writes. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Terminal } from '../../output/terminal/terminal.ts';
import { makeProject } from '../support/harness.ts';
import { eventually, idle, idleAfter, killHard, onHost, onePod, shell, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { conditionOf, isReady, statusOf } from '../support/status.ts';

const talkers = onHost({
  web: {
    labels: { tier: 'front' },
    containers: {
      app: shell(idleAfter('for i in 1 2 3; do echo line $i; done')),
      side: shell(idleAfter('echo beside')),
    },
  },
  db: { containers: { store: shell(idleAfter('echo stored')) } },
});

const inShop = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'till', namespace: 'shop' },
  spec: { containers: [{ name: 'app', imagePullPolicy: 'IfNotPresent', ...shell(idle) }] },
});

/** A busy machine takes its time for a command: only its own end is to be told. */
const noDatabase = {
  exec: { command: ['sh', '-c', 'echo no database; exit 1'] },
  periodSeconds: 1,
  timeoutSeconds: 10,
};

const general = (text: string) => text.replaceAll(/\d+s$/gm, 'Ns');

describe('two Pods that run', () => {
  const shared = shareUp(() => ({ 'pods.yaml': talkers }));

  test('ps prints kubectl’s table, from a second terminal', async () => {
    const { project } = shared;
    const living = await project.run('ps');
    const wide = await project.run('-p', project.name, 'get', 'pods', '-o', 'wide', '--no-headers');

    const rows =
      'NAME   READY   STATUS    RESTARTS   AGE   PORTS\ndb     1/1     Running   0          Ns\nweb    2/2     Running   0          Ns\n';
    expect({ ...living, stdout: general(living.stdout) }).toMatchObject({ code: 0, stdout: rows, stderr: '' });
    expect(wide.stdout).toMatch(/^db +1\/1 +Running +0 +\d+s +[\d.]+ +\S+ +<none> +<none>\nweb +2\/2 /);
  });

  test('ps prints a v1 List of Pods with status as JSON and YAML, one Pod by itself, and names', async () => {
    const { project } = shared;

    const list = JSON.parse((await project.run('ps', '-o', 'json')).stdout) as Record<string, unknown>;
    const one = JSON.parse((await project.run('get', 'pod', 'web', '-o', 'json')).stdout) as unknown;
    const yaml = parse((await project.run('ps', 'pod/web', '-o', 'yaml')).stdout) as unknown;

    expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List' });
    const running = { phase: 'Running', podIP: expect.stringMatching(/^[\d.]+$/) as string, qosClass: 'BestEffort' };
    const web = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        namespace: 'default',
        labels: { tier: 'front' },
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
      spec: { restartPolicy: 'Always', containers: [{ name: 'app' }, { name: 'side' }] },
      status: { ...running, containerStatuses: [{ name: 'app', ready: true, restartCount: 0 }, { name: 'side' }] },
    };
    expect(list).toMatchObject({ items: [{ metadata: { name: 'db' }, status: running }, web] });
    expect(one).toMatchObject(web);
    expect(yaml).toEqual(one);
    expect((await project.run('ps', '-o', 'name')).stdout).toBe('pod/db\npod/web\n');
  });

  test('logs prints a container’s lines, the first one’s where none is named, and says so', async () => {
    const { project } = shared;

    const notice = 'Defaulted container "app" out of: app, side\n';
    expect(await project.run('logs', 'web')).toMatchObject({
      code: 0,
      stdout: 'line 1\nline 2\nline 3\n',
      stderr: notice,
    });
    expect(await project.run('logs', 'web', 'side')).toMatchObject({ code: 0, stdout: 'beside\n', stderr: '' });
    expect((await project.run('logs', 'pod/web', '-c', 'app', '--tail', '1')).stdout).toBe('line 3\n');
    expect((await project.run('logs', 'db', '--timestamps')).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d+Z stored\n$/);
    expect((await project.run('logs', 'web', '--all-containers', '--prefix')).stdout).toMatch(
      /^\[pod\/web\/app\] line 1\n(.*\n)*\[pod\/web\/side\] beside\n$/,
    );
    expect((await project.run('logs', '--tail', '1')).stdout).toBe(
      'db/store  | stored\nweb/app   | line 3\nweb/side  | beside\n',
    );
  });

  test('logs names what is not there, with 1', async () => {
    const { project } = shared;

    const errorOf = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await project.run('logs', ...args);
      expect([code, stdout]).toEqual([1, '']);
      return stderr;
    };

    expect(await errorOf('nope')).toBe('podrun: pods "nope" not found\n');
    expect(await errorOf('web', 'nope')).toBe('podrun: container nope is not valid for pod web out of: app, side\n');
    expect(await errorOf('db', '--previous')).toBe(
      'podrun: previous terminated container "store" in pod "db" not found\n',
    );
  });

  test('the output of up is plain where there is no terminal: logs on standard output, the rest on standard error', async () => {
    const { project, up } = shared;
    expect(up.output).toMatch(/^podrun: all 2 Pods ready in [\d.]+ s$/m);
    for (const word of ['beside', 'line 3', 'stored']) await eventually(word, () => up.output.includes(word));
    up.signal('SIGTERM');

    const { code, stdout, stderr } = await up.waitEnd();

    expect(code).toBe(143);
    expect(stdout + stderr).not.toMatch(/[\x1b\r]/);
    expect(stdout.trimEnd().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^db\/store {1,2}\| stored$/),
      expect.stringMatching(/^web\/app {1,3}\| line 1$/),
      expect.stringMatching(/^web\/app {1,3}\| line 2$/),
      expect.stringMatching(/^web\/app {1,3}\| line 3$/),
      expect.stringMatching(/^web\/side {1,2}\| beside$/),
    ]);
    expect(stderr).toMatch(/^db: ContainerCreating$/m);
    expect(stderr.match(/^web: .*$/gm)?.slice(-3)).toEqual(['web: Terminating', 'web: Completed', 'web: deleted']);
    expect(stderr).toMatch(new RegExp(`podrun: project ${project.name} is down\n$`));
  });
});

test('ps knows namespaces, and says what is not there', async () => {
  const project = await makeProject({ 'pods.yaml': inShop });
  await startUp(project);

  expect(await project.run('get', 'pods')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'No resources found in default namespace.\npodrun: there are 1 in shop: -n shop, or -A for all\n',
  });
  expect((await project.run('describe', 'till')).stderr).toBe(
    'podrun: pods "till" not found, but in namespace shop: -n shop\n',
  );
  expect((await project.run('delete', 'till')).stderr).toBe(
    'podrun: pods "till" not found, but in namespace shop: -n shop\n',
  );
  expect((await project.run('ps', '-n', 'shop')).stdout).toMatch(/^NAME .*\ntill +1\/1 +Running /);
  expect((await project.run('ps', '-A')).stdout).toMatch(/^NAMESPACE +NAME .*\nshop +till +1\/1 +Running /);
  expect(await project.run('ps', 'nope', '-o', 'json')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'podrun: pods "nope" not found\n',
  });
});

describe('Pods that come late, never get ready, or end', () => {
  const script = idleAfter(
    'lives=$(cat /data/lives 2>/dev/null)',
    'echo again >> /data/lives',
    'echo born $lives',
    'until [ -e /data/go ]; do sleep 0.1; done',
    'echo went',
  );
  const setup = shell('echo set up; until [ -e /tmp/go ]; do sleep 0.1; done');
  const pods = {
    early: { initContainers: { setup }, containers: { app: shell(idle) } },
    sick: { containers: { app: shell(idle, { readinessProbe: noDatabase }) } },
    web: { volumes: { data: { emptyDir: {} } }, containers: { app: shell(script, { volumeMounts: ['data:/data'] }) } },
  };
  const shared = shareUp(() => ({ 'pods.yaml': onHost(pods) }), { until: 'started' });
  /** The names are as wide as the widest that has spoken. */
  const said = (name: string, line: string) =>
    eventually(line, () => new RegExp(`^${name} +\\| ${line}$`, 'm').test(shared.up.output));

  test('logs --all-containers during init prints the init container’s log first', async () => {
    const { project } = shared;
    await said('early/setup', 'set up');
    expect((await project.run('logs', 'early', 'setup')).stdout).toBe('set up\n');
    expect(await project.run('logs', 'early', '--all-containers')).toMatchObject({
      code: 1,
      stdout: 'set up\n',
      stderr: 'podrun: container "app" in pod "early" is waiting to start: PodInitializing\n',
    });
    await project.engine.exec((await project.engine.container('early', 'setup')).Id, 'touch', '/tmp/go');
    await podWhen(project, 'early', isReady);
  });

  test('up without a terminal tells why a Pod is not ready, once', async () => {
    const { up } = shared;
    await up.waitFor(/^sick: Running 0\/1: readiness: no database$/);
    await up.waitFor(
      /^podrun: \d of 3 Pods ready after 30 s; not ready: .*sick \(readiness: no database\); look closer: podrun describe /,
    );
    expect(up.output.match(/no database/g)).toHaveLength(2);
  });

  test('ps knows after a kill what was not Ready, and logs, which follows and tells what the one before said, needs no supervisor', async () => {
    const { project, up } = shared;
    await said('web/app', 'born');
    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await said('web/app', 'born again');
    await podWhen(project, 'sick', (pod) => conditionOf(pod, 'Ready')?.reason === 'ContainersNotReady');
    await podWhen(project, 'web', (pod) => isReady(pod) && statusOf(pod, 'app').restartCount === 1);
    await killHard(up);

    const { code, stdout, stderr } = await project.run('ps');
    expect([code, stdout.replaceAll(/\d+s/g, 'Ns').split(/ *\n/)]).toEqual([
      0,
      [
        'NAME    READY   STATUS    RESTARTS     AGE   PORTS',
        'early   1/1     Running   0            Ns',
        'sick    0/1     Running   0            Ns',
        'web     1/1     Running   1 (Ns ago)   Ns',
        '',
      ],
    ]);
    expect(stderr).toContain(`no podrun supervises project ${project.name}`);
    expect(await project.run('logs', 'web', '-p')).toMatchObject({ code: 0, stdout: 'born\n' });
    const following = project.start('logs', 'web', '-f');
    await following.waitFor(/^born again$/);
    await project.engine.exec((await project.engine.container('web', 'app')).Id, 'touch', '/data/go');
    await following.waitFor(/^went$/);
    following.signal('SIGINT');
    expect((await following.waitEnd()).code).toBe(130);
  });
});

describe('over restarts and the project’s end', () => {
  const counting = idleAfter('n=$(cat /data/n 2>/dev/null || echo 0)', 'echo $((n+1)) >/data/n', 'echo life $n begins');
  const counter = onHost({
    web: { volumes: { data: {} }, containers: { app: shell(counting, { volumeMounts: ['data:/data'] }) } },
  });
  const shared = shareUp(() => ({ 'pods.yaml': counter }));
  test('ps -w prints a Pod again when it has changed, also one that is gone; logs -f goes on, each line once; -p is what ran before', async () => {
    const { project, up } = shared;
    const watch = project.start('ps', '-w', '--output-watch-events');
    await watch.waitFor(/^EVENT +NAME +READY +STATUS +RESTARTS +AGE +PORTS\nADDED +web +1\/1 +Running +0 +\d+s\n/);
    const follow = project.start('logs', '-f');
    await follow.waitFor(/^web\/app {2}\| life 0 begins$/);

    await project.engine.kill((await project.engine.container('web', 'app')).Id);
    await watch.waitFor(/^MODIFIED +web +1\/1 +Running +1 \(\d+s ago\) +\d+s\n/);
    await follow.waitFor(/^web\/app {2}\| life 1 begins$/);
    expect((await project.run('restart', 'web')).code).toBe(0);
    await follow.waitFor(/^web\/app {2}\| life 2 begins$/);
    expect(await project.run('logs', '-p')).toMatchObject({ code: 0, stdout: 'web/app  | life 1 begins\n' });

    await project.run('down');
    await watch.waitFor(/^MODIFIED +web +\d\/1 +Terminating +2 .*\n(?:MODIFIED.*\n)*DELETED +web /);
    await up.waitEnd();
    expect(await follow.waitEnd()).toMatchObject({
      code: 0,
      stdout: [0, 1, 2].map((life) => `web/app  | life ${life} begins\n`).join(''),
      stderr: '',
    });
    watch.signal('SIGINT');
    const { code, stdout } = await watch.waitEnd();
    expect(code).toBe(130);
    expect(stdout.match(/NAME/g)).toHaveLength(1);
  });
});

describe('up on a terminal', () => {
  test('is a clean screen on a terminal: the rows of the Pods go when they are ready, and leave nothing', async () => {
    const project = await makeProject({ 'pods.yaml': onePod({ command: ['sh', '-c', idleAfter('echo hello')] }) });
    const up = project.startOnTerminal('up');
    await up.waitFor(/podrun: 1 Pod ready in [\d.]+ s\r$/);
    await eventually('the log', () => up.output.includes('| hello'));
    up.type('\x03');
    const { code, stdout } = await up.waitEnd();

    const terminal = new Terminal();
    terminal.write(stdout.replaceAll('\r\n', '\n'));
    expect(code).toBe(130);
    expect(terminal.cursorVisible).toBe(true);
    expect(terminal.screen.map((line) => line.replace(/[\d.]+ s$/, 'N s'))).toEqual(
      expect.arrayContaining([
        'podrun: 1 Pod ready in N s',
        'web/app  | hello',
        `^Cpodrun: taking project ${project.name} down; a second Ctrl-C kills at once`,
        `podrun: project ${project.name} is down`,
      ]),
    );
    expect(terminal.screen).toHaveLength(4);
  });

  test('shows what a Pod writes that never gets ready, and why it does not', async () => {
    const project = await makeProject({
      'pods.yaml': onePod(shell(idleAfter('echo FATAL'), { readinessProbe: noDatabase })),
    });
    const up = project.startOnTerminal('up');
    await up.waitFor(/web\/app {2}\| FATAL\r$/);
    await up.waitFor(/web {2}0\/1 {2}Running {2}readiness: no database \(\d+ s\)\r$/);
    await up.waitFor(/podrun: 0 of 1 Pod ready \(\d+ s\); look closer: podrun describe web\r$/);
    up.type('\x03');
    expect((await up.waitEnd()).code).toBe(130);
  });
});
