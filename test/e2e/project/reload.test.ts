/** What edits do to Pods that run: one project, edited from test to test; each edit keeps what the ones before it brought. */
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { fetchText, findFreePort, type Project } from '../support/harness.ts';
import { footprint, idle, killHard, reloadedLine, shell, shortForm, startUp } from '../support/look.ts';
import { podWhen, podsWhen } from '../support/pod-watch.ts';
import { shareUp } from '../support/shared-up.ts';
import { isReady } from '../support/status.ts';

type Fields = Readonly<Record<string, unknown>>;

const [firstPort, secondPort] = [await findFreePort(), await findFreePort()];
const serve = "trap 'exit 0' TERM; echo hi > /tmp/index.html; httpd -f -p 8080 -h /tmp & wait $!";

/** What the edits come to so far: of the Pod, of its container `app`, and of what that runs. */
let pod: Fields = { terminationGracePeriodSeconds: 3 };
let app: Fields = { ports: [`${firstPort}:8080`] };
let script = serve;
let volumes: Fields = { scratch: { emptyDir: {} } };

/** One Pod of two containers, an edit of which is an edit of `app` or of the Pod. */
const web = () => ({ ...pod, volumes, containers: { app: shell(script, app), side: shell(idle) } });
const file = () => shortForm({ web: web() });

const shared = shareUp(() => ({ 'pods.yaml': file() }));

/** The Pod as it is once its status is as asked for, or at once. */
const webWhen = (is: Parameters<typeof podWhen>[2] = () => true) => podWhen(shared.project, 'web', is);
const uidOf = async () => (await webWhen()).metadata?.uid;
const restartsOf = (wanted: Readonly<Record<string, number>>) =>
  webWhen(({ status }) => {
    const counts = (status?.containerStatuses ?? []).map(({ name, restartCount }) => [name, restartCount]);
    return JSON.stringify(Object.fromEntries(counts)) === JSON.stringify(wanted);
  });

/** The sandbox and `side`: what an edit of `app` alone must not touch. */
async function othersOf({ engine }: Project): Promise<string[]> {
  const [infra, side] = await Promise.all([engine.container('web'), engine.container('web', 'side')]);
  return [infra, side].map(({ Id, State }) => `${Id} ${State.StartedAt}`);
}

/** The same map, the last of it first. */
const turned = (map: object): object => Object.fromEntries(Object.entries(map).toReversed());

describe('an edit', () => {
  test('of comments, order and quoting does nothing', async () => {
    const before = await footprint(shared.project.engine);
    const { app: first, side } = web().containers;
    const other = stringify({ pods: { web: turned({ ...web(), containers: { app: turned(first), side } }) } });
    expect(parse(other)).toEqual(parse(file()));

    await shared.project.write({ 'pods.yaml': `# a word\n${other}` });
    await shared.up.waitFor(/^podrun: the file was edited: nothing that matters has changed$/);

    expect(await footprint(shared.project.engine)).toEqual(before);
  });

  test.each([
    ['labels', {}, { labels: { tier: 'front' } }, 'labels.tier: front'],
    ['annotations', {}, { annotations: { 'example.org/note': 'x' } }, 'annotations.example.org/note: x'],
    ['restartPolicy', {}, { restartPolicy: 'OnFailure' }, 'restartPolicy: Always -> OnFailure'],
    ['the grace period', {}, { terminationGracePeriodSeconds: 4 }, 'terminationGracePeriodSeconds: 3 -> 4'],
    [
      'a probe',
      { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1, timeoutSeconds: 10 } },
      {},
      'containers.app.readinessProbe: ',
    ],
    ['the pull policy', { imagePullPolicy: 'Never' }, {}, 'containers.app.imagePullPolicy: IfNotPresent -> Never'],
    [
      'a port without hostPort',
      { ports: [`${firstPort}:8080`, { containerPort: 80 }] },
      {},
      'containers.app.ports.80/TCP',
    ],
  ])('of %s is applied live, and written down', async (_what, ofApp, ofPod, cause) => {
    const { project, up } = shared;
    const before = await footprint(project.engine);
    const uid = await uidOf();

    [app, pod] = [
      { ...app, ...ofApp },
      { ...pod, ...ofPod },
    ];
    await project.write({ 'pods.yaml': file() });
    const [line] = await up.waitFor(/^web: updating in place: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    expect(await footprint(project.engine)).toEqual(before);
    expect(await uidOf()).toBe(uid);
    expect((await project.engine.volumes()).filter((name) => name.includes('.record.'))).toHaveLength(1);
  });

  test('that was applied live is known to whoever supervises next', async () => {
    const { project, up } = shared;
    await killHard(up);
    expect(await project.run('diff')).toMatchObject({ code: 0, stdout: `project ${project.name}: nothing to do\n` });
    shared.up = await startUp(project);
  });

  test.each([
    ['env', { env: { PORT: '81' } }, serve, 'containers.app.env.PORT: 81'],
    ['command', {}, `true; ${serve}`, 'containers.app.command: '],
    ['workingDir', { workingDir: '/tmp' }, undefined, 'containers.app.workingDir: /tmp'],
    ['image', { image: 'busybox:latest' }, undefined, 'containers.app.image: busybox -> busybox:latest'],
    ['mounts', { volumeMounts: ['scratch:/scratch'] }, undefined, 'containers.app.volumeMounts./scratch'],
  ])('of a container’s %s replaces that container alone', async (_what, ofApp, newScript, cause) => {
    const { project, up } = shared;
    const [uid, others] = [await uidOf(), await othersOf(project)];
    const { status } = await webWhen();
    const count = status?.containerStatuses?.find(({ name }) => name === 'app')?.restartCount ?? 0;

    [app, script] = [{ ...app, ...ofApp }, newScript ?? script];
    await project.write({ 'pods.yaml': file() });
    const [line] = await up.waitFor(/^web: stopping container app .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    await restartsOf({ app: count + 1, side: 0 });
    expect([await uidOf(), await othersOf(project)]).toEqual([uid, others]);
  });

  test.each([
    ['hostname', { hostname: 'front' }, {}, 'hostname: front'],
    ['volumes', {}, { cache: { emptyDir: {} } }, 'volumes.cache'],
    ['shareProcessNamespace', { shareProcessNamespace: true }, {}, 'shareProcessNamespace: false -> true'],
  ])('of the Pod’s %s replaces the Pod', async (_what, ofPod, more, cause) => {
    const { project, up } = shared;
    const uid = await uidOf();

    [pod, volumes] = [
      { ...pod, ...ofPod },
      { ...volumes, ...more },
    ];
    await project.write({ 'pods.yaml': file() });
    const [line] = await up.waitFor(/^web: deleting the Pod: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    await webWhen((now) => now.metadata?.uid !== uid && isReady(now));
    await restartsOf({ app: 0, side: 0 });
    expect(await project.engine.containers()).toHaveLength(3);
  });

  test('of a published port replaces the Pod, and the port moves', async () => {
    const { project, up } = shared;
    expect(await fetchText(`http://127.0.0.1:${firstPort}/`)).toBe('hi\n');

    app = { ...app, ports: [`${secondPort}:8080`, { containerPort: 80 }] };
    await project.write({ 'pods.yaml': file() });
    const [line] = await up.waitFor(/^web: deleting the Pod: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(`containers.app.hostPorts.8080/TCP.hostPort: ${firstPort} -> ${secondPort}`);
    expect(await fetchText(`http://127.0.0.1:${secondPort}/`)).toBe('hi\n');
    await expect(fetchText(`http://127.0.0.1:${firstPort}/`)).rejects.toThrow();
  });
});

describe('an edit of several Pods', () => {
  const several = (...names: readonly string[]) => ({
    containers: Object.fromEntries(names.map((name) => [name, shell(idle)])),
  });
  const lastWords = "trap 'sleep 1; echo gone > /data/note; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
  const ending = (hostname: string, words: string) => ({
    hostname,
    terminationGracePeriodSeconds: 10,
    containers: { app: shell(words, { volumeMounts: ['data:/data'] }) },
  });
  const db = several('store');
  const files = (pods: Fields) => ({ 'pods.yaml': shortForm(pods, { volumes: { data: {} } }) });
  const both = shareUp(() => files({ web: ending('one', lastWords), db }));
  const storeId = async () => (await both.project.engine.container('db', 'store')).Id;
  let store = '';

  test('that replaces a Pod lets the old one end with its grace first', async () => {
    const { project, up } = both;
    store = await storeId();
    await project.write(files({ web: ending('two', `cat /data/note; ${idle}`), db }));
    await up.waitFor(reloadedLine);

    expect((await project.run('logs', 'web')).stdout).toBe('gone\n');
  });

  test('adds a container by replacing the Pod, and adds and removes a Pod', async () => {
    const { project, up } = both;
    const { metadata } = await podWhen(project, 'web', isReady);

    await project.write(files({ web: several('app', 'side'), db }));
    await up.waitFor(reloadedLine);
    const web = await podWhen(project, 'web', (now) => now.metadata?.uid !== metadata?.uid && isReady(now));
    expect(web.status?.containerStatuses?.map(({ name }) => name)).toEqual(['app', 'side']);
    await project.write(files({ web: several('app', 'side'), db, mail: several('app') }));
    await up.waitFor(/^podrun: reloaded: all 3 Pods ready/);
    expect(await storeId()).toBe(store);
    await project.write(files({ db }));
    await up.waitFor(/^podrun: reloaded: 1 Pod ready/);

    await podsWhen(project, (pods) => pods.map(({ metadata: of }) => of?.name).join() === 'db');
    expect(await storeId()).toBe(store);
    expect(await project.engine.containers()).toHaveLength(2);
  });
});
