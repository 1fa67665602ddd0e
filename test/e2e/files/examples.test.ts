/** Each example, and what it is to become. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { makeExample } from '../support/example.ts';
import { fetchText, type Project } from '../support/harness.ts';
import { refusalOfPrivileged, saidBy } from '../support/inside.ts';
import { eventually, footprint, listPods, readPod, readyLine, reloadedLine, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { statusOf } from '../support/status.ts';

describe('file-puller', () => {
  test('serves a page that is pulled anew; an edit replaces the puller alone; the volume outlives the Pod', async () => {
    const project = await makeExample('file-puller');
    const page = () => fetchText(`http://127.0.0.1:${project.port}/`);
    const up = await startUp(project);
    expect(await page()).toMatch(/^<h1>pull \d+<\/h1><p>.*, every 2 s<\/p>$/m);
    const first = await page();
    await eventually('a fresh page', async () => (await page()) !== first);
    const server = (await project.engine.container('file-puller', 'server')).State.StartedAt;

    const edited = project.files['pods.yaml']?.replace("INTERVAL: '2'", "INTERVAL: '1'") ?? '';
    await project.write({ 'pods.yaml': edited });
    await up.waitFor(/^file-puller: stopping container puller \(SIGTERM\): containers\.puller\.env\.INTERVAL: 2 -> 1$/);
    await up.waitFor(reloadedLine);

    await eventually('the new interval', async () => (await page()).includes('every 1 s'));
    expect((await project.engine.container('file-puller', 'server')).State.StartedAt).toBe(server);
    await project.write({
      'pods.yaml': edited.replace(
        'terminationGracePeriodSeconds: 5',
        'terminationGracePeriodSeconds: 5\n    hostname: other',
      ),
    });
    await up.waitFor(/^file-puller: deleting the Pod: hostname: other$/);
    await up.waitFor(reloadedLine);
    expect(await page()).toContain('every 1 s');
    expect((await project.run('down')).code).toBe(0);
    expect(await project.engine.volumes()).toEqual([`${project.name}_site`]);
  });
});

describe('two-dialects', () => {
  test('mean the same Pods', async () => {
    const project = await makeExample('two-dialects');
    const up = project.start('-f', 'short.yaml', 'up');
    await up.waitFor(readyLine);
    const short = await listPods(project, '-f', 'short.yaml');
    await up.waitFor(/^asker\/client {2}\| hello$/);
    expect(await fetchText(`http://127.0.0.1:${project.port}/`)).toBe('hello\n');
    const before = await footprint(project.engine);
    up.signal('SIGKILL');
    await up.ended;

    const other = project.start('-f', 'kubernetes.yaml', 'up');
    await other.waitFor(/^podrun: all 2 Pods ready, nothing to do$/);

    const kubernetes = await listPods(project, '-f', 'kubernetes.yaml');
    const described = (pods: typeof short) =>
      pods.map(({ metadata, spec }) => ({ name: metadata?.name, labels: metadata?.labels, spec }));
    expect(described(kubernetes)).toEqual(described(short));
    expect(await footprint(project.engine)).toEqual(before);
  });
});

const brokenWhen = async (project: Project, message: string) => {
  const isSo = (pod: Pod) => statusOf(pod, 'broken').state?.waiting?.message?.startsWith(message) === true;
  return statusOf(await podWhen(project, 'crash-loop', isSo, 40_000), 'broken');
};

/** They wait for back-offs and thresholds most of the time. */
describe.concurrent('beside one another', () => {
  test('crash-loop: is started anew, then waits; the other container runs on', async ({ onTestFinished }) => {
    const project = await makeExample('crash-loop', onTestFinished);
    const up = project.start('up');
    for (let end = 1; end <= 2; end += 1) await up.waitFor(/^crash-loop\/broken: ended with exit code 3 after 0s$/);
    const first = await brokenWhen(project, 'back-off 10s ');
    const steady = (await project.engine.container('crash-loop', 'steady')).State.StartedAt;

    expect((await project.run('ps')).stdout).toMatch(/^crash-loop +1\/2 +CrashLoopBackOff +1 \(\d+s ago\) +\d+s$/m);
    expect((await project.run('logs', '--previous', 'crash-loop', 'broken')).stdout).toBe(
      'cannot open /etc/app.conf\n',
    );
    expect(first).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    await up.waitFor(/^crash-loop: creating container broken: it ended with exit code 3$/);

    expect(await brokenWhen(project, 'back-off 20s ')).toMatchObject({ restartCount: 2 });
    // The moment in which it first runs may be seen.
    const troubled = up.output.slice(up.output.indexOf('broken: ended with exit code 3'));
    expect(troubled).not.toMatch(/^podrun: 1 Pod ready/m);
    expect((await project.engine.container('crash-loop', 'steady')).State.StartedAt).toBe(steady);
  });

  test('probes: the liveness probe restarts the container, and the events tell of it', async ({ onTestFinished }) => {
    const project = await makeExample('probes', onTestFinished);
    const up = await startUp(project);

    await up.waitFor(/^web: creating container app: it ended with exit code 0$/);
    await up.waitFor(/^web\/app: is ready$/);

    const { stdout } = await project.run('events');
    expect(stdout).toMatch(
      /Warning +Unhealthy +pod\/web +Liveness probe failed: HTTP probe failed with statuscode: 404/,
    );
    expect(stdout).toMatch(/Normal +Killing +pod\/web +Container app failed liveness probe, will be restarted/);
  });

  test('resources-and-oom: OOMKilled until the limit is raised; a child alone; a resize in place', async ({
    onTestFinished,
  }) => {
    const project = await makeExample('resources-and-oom', onTestFinished);
    const up = project.start('up');
    await up.waitFor(/^greedy\/app: ended with exit code 137 \(OOMKilled\)/);
    const isBackedOff = (pod: Pod) => statusOf(pod, 'app').state?.waiting?.reason === 'CrashLoopBackOff';
    const greedy = statusOf(await podWhen(project, 'greedy', isBackedOff), 'app');
    expect(greedy.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    await eventually('the event', async () => /OOMKilling +pod\/careful/.test((await project.run('events')).stdout));
    expect(statusOf(await readPod(project, 'careful'), 'app')).toMatchObject({ ready: true, restartCount: 0 });
    const spare = await project.engine.container('spare', 'app');

    const edited = (project.files['pods.yaml'] ?? '')
      .replace('memory: 16Mi}', 'memory: 256Mi}')
      .replace('250m', '500m');
    await project.write({ 'pods.yaml': edited });
    await up.waitFor(/^greedy\/app +\| has all that it wants$/);

    const resized = await project.engine.container('spare', 'app');
    expect([resized.Id, resized.HostConfig['CpuQuota']]).toEqual([spare.Id, 50_000]);
  });
});

describe('shared-namespaces', () => {
  test('a Pod’s containers share hostname, IPC, localhost and its ports; two Pods share none of them', async () => {
    const project = await makeExample('shared-namespaces');
    const up = await startUp(project);
    for (const pod of ['left', 'right'])
      await eventually(`what ${pod}/guest found`, async () =>
        (await project.run('logs', pod, 'guest')).stdout.includes('port 8080 is taken'),
      );

    const ipc: string[] = [];
    for (const pod of ['left', 'right']) {
      const said = async (container: string) => (await project.run('logs', pod, container)).stdout.split('\n');
      const [owner, guest] = [await said('owner'), await said('guest')];
      expect(guest).toEqual([
        owner[0],
        `in /dev/shm: written by owner of ${pod}`,
        `on localhost: served by owner of ${pod}`,
        expect.stringMatching(/Address already in use/),
        'port 8080 is taken',
        '',
      ]);
      expect(owner[0]).toMatch(new RegExp(`^hostname ${pod}, ipc namespace ipc:\\[\\d+\\]$`));
      ipc.push(owner[0]?.replace(/^.*namespace /, '') ?? '');
    }
    expect(ipc[0]).not.toBe(ipc[1]);
    expect(up.output).not.toMatch(/ended with/);
  });
});

test('init-and-sidecar: the job finds what init prepared and the sidecar serves, and the Pod is Succeeded', async () => {
  const project = await makeExample('init-and-sidecar');

  const { code, stdout } = await project.run('up');

  expect(code).toBe(0);
  const said = stdout.split('\n').flatMap((line) => /\| (.+)$/.exec(line)?.[1] ?? []);
  expect(said).toEqual(['prepared', 'line one', 'done', 'pages: TERM']);
  expect((await readPod(project, 'report')).status?.phase).toBe('Succeeded');
});

test('graceful-shutdown: postStart, then preStop, TERM and the last word, in the grace', async () => {
  const project = await makeExample('graceful-shutdown');
  const up = await startUp(project);

  expect((await project.run('down')).code).toBe(0);

  const said = (await up.waitEnd()).stdout.split('\n').flatMap((line) => /\| (.+)$/.exec(line)?.[1] ?? []);
  expect(said.toSorted().slice(-2)).toEqual(['preStop: leaving the load balancer', 'started']);
  expect(said.slice(-3)).toEqual(['preStop: leaving the load balancer', 'TERM: finishing what is under way', 'bye']);
});

test('readiness-gate: Ready when the condition is set', async () => {
  const project = await makeExample('readiness-gate');
  const up = project.start('up');
  await up.waitFor(/^web: Running 1\/1: corresponding condition of pod readiness gate ".*" does not exist\.$/);

  expect((await project.run('condition', 'web', 'example.com/registered=True')).code).toBe(0);

  await up.waitFor(readyLine);
});

test('config-and-secrets: an edit is seen in the mounted files at once, and nothing restarts', async () => {
  const project = await makeExample('config-and-secrets');
  const page = () => fetchText(`http://127.0.0.1:${project.port}/`);
  const up = await startUp(project);
  expect(await page()).toBe('<h1>first edition</h1>\n');
  const said = () => up.output.split('\n').flatMap((line) => /^web\/client +\| (.+)$/.exec(line)?.[1] ?? []);
  await eventually('the first edition is read', () => said().length === 2);
  const before = await footprint(project.engine);

  await project.write({ 'pods.yaml': (project.files['pods.yaml'] ?? '').replaceAll('first', 'second') });
  await up.waitFor(reloadedLine);

  await eventually('the second edition is read', () => said().length === 3);
  expect(await page()).toBe('<h1>second edition</h1>\n');
  expect(said()).toEqual([
    'logged in as admin with 13 characters of password',
    'admin reads the first edition',
    'admin reads the second edition',
  ]);
  expect(await footprint(project.engine)).toEqual(before);
});

test('privileged: each container may do what its security context says', async () => {
  const project = await makeExample('privileged');
  const refusal = await refusalOfPrivileged(project);
  const up = project.start('up');
  await up.waitFor(/warning: pods\.tools\.containers\.privileged\.securityContext\.privileged: /);
  await eventually(
    'the ordinary ones',
    () => (up.output.match(/^ordinary\/\w+ +\| capabilities/gm)?.length ?? 0) === 2,
  );

  const said = saidBy(up.output);
  expect(said['ordinary/plain']).toEqual(['mount: permission denied (are you root?)', 'capabilities 00000000a80425fb']);
  expect(said['ordinary/restricted']).toEqual([
    "mkdir: can't create directory '/tmp/mine': Read-only file system",
    'capabilities 0000000000000000',
  ]);
  if (refusal === undefined) expect(saidBy((await up.waitEnd()).stdout)['tools/privileged']).toContain('may mount');
  else await up.waitFor(/^tools: RunContainerError: /);
});

test('lamp: built here, its containers meet on localhost and in a volume; an edit builds one image anew', async () => {
  const project = await makeExample('lamp');
  const page = () => fetchText(`http://127.0.0.1:${project.port}/`);
  const up = await startUp(project);
  expect(await page()).toBe('<h1>lamp</h1><p>hit 1</p>\n');
  expect(await page()).toBe('<h1>lamp</h1><p>hit 2</p>\n');
  await up.waitFor(/^lamp\/log +\| .* hit 2$/);
  const db = (await project.engine.container('lamp', 'db')).State.StartedAt;

  await project.write({
    'web/index.cgi': project.files['web/index.cgi']?.replace('<p>hit', '<p>visit') ?? '',
    'pods.yaml': project.files['pods.yaml']?.replace('TITLE: lamp', 'TITLE: LAMP') ?? '',
  });
  await up.waitFor(/^lamp: stopping container web \(SIGTERM\): containers\.web\.build: \w{8} -> \w{8}$/);
  await up.waitFor(reloadedLine);

  expect(await page()).toBe('<h1>LAMP</h1><p>visit 3</p>\n');
  expect((await project.engine.container('lamp', 'db')).State.StartedAt).toBe(db);
});
