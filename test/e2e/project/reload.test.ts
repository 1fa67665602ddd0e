import { describe, expect, test } from 'vitest';
import { findFreePort, fetchText, makeProject, type Project } from '../support/harness.ts';
import {
  footprint,
  idle,
  killHard,
  listPods,
  readPod,
  reloadedLine,
  shell,
  shortForm,
  startUp,
} from '../support/look.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One Pod of two containers, an edit of which is an edit of `app` or of the Pod. */
const webPod = (app: Fields = {}, pod: Fields = {}, script = idle) =>
  shortForm({
    web: { terminationGracePeriodSeconds: 3, ...pod, containers: { app: shell(script, app), side: shell(idle) } },
  });

async function uidOf(project: Project): Promise<string | undefined> {
  return (await readPod(project, 'web')).metadata?.uid;
}

const restartsOf = async (project: Project) =>
  Object.fromEntries(
    ((await readPod(project, 'web')).status?.containerStatuses ?? []).map(({ name, restartCount }) => [
      name,
      restartCount,
    ]),
  );

/** The sandbox and `side`: what an edit of `app` alone must not touch. */
async function othersOf({ engine }: Project): Promise<string[]> {
  const [infra, side] = await Promise.all([engine.container('web'), engine.container('web', 'side')]);
  return [infra, side].map(({ Id, State }) => `${Id} ${State.StartedAt}`);
}

describe('an edit', () => {
  test('of comments, order and quoting does nothing', async () => {
    const project = await makeProject({
      'pods.yaml': 'pods:\n  web: {containers: {app: {image: busybox, args: [sleep, "3600"]}}}\n',
    });
    const up = await startUp(project);
    const before = await footprint(project.engine);

    await project.write({
      'pods.yaml': "# a word\npods:\n  'web':\n    containers: {app: {args: [sleep, '3600'], image: \"busybox\"}}\n",
    });
    await up.waitFor(/^podrun: the file was edited: nothing that matters has changed$/);

    expect(await footprint(project.engine)).toEqual(before);
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
    ['a port without hostPort', { ports: [{ containerPort: 80 }] }, {}, 'containers.app.ports.80/TCP'],
  ])('of %s is applied live, and written down', async (_what, app, pod, cause) => {
    const project = await makeProject({ 'pods.yaml': webPod() });
    const up = await startUp(project);
    const before = await footprint(project.engine);
    const uid = await uidOf(project);

    await project.write({ 'pods.yaml': webPod(app, pod) });
    const [line] = await up.waitFor(/^web: updating in place: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    expect(await footprint(project.engine)).toEqual(before);
    expect(await uidOf(project)).toBe(uid);
    expect((await project.engine.volumes()).filter((name) => name.includes('.record.'))).toHaveLength(1);
    await killHard(up);
    expect(await project.run('diff')).toMatchObject({ code: 0, stdout: `project ${project.name}: nothing to do\n` });
  });

  test.each([
    ['env', { env: { PORT: '81' } }, idle, 'containers.app.env.PORT: 81'],
    ['command', {}, `true; ${idle}`, 'containers.app.command: '],
    ['workingDir', { workingDir: '/tmp' }, idle, 'containers.app.workingDir: /tmp'],
    ['image', { image: 'busybox:latest' }, idle, 'containers.app.image: busybox -> busybox:latest'],
    ['mounts', { volumeMounts: ['scratch:/scratch'] }, idle, 'containers.app.volumeMounts./scratch'],
  ])('of a container’s %s replaces that container alone', async (_what, app, script, cause) => {
    const volumes = { scratch: { emptyDir: {} } };
    const project = await makeProject({ 'pods.yaml': webPod({}, { volumes }) });
    const up = await startUp(project);
    const [uid, others] = [await uidOf(project), await othersOf(project)];

    await project.write({ 'pods.yaml': webPod(app, { volumes }, script) });
    const [line] = await up.waitFor(/^web: stopping container app .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    expect([await uidOf(project), await othersOf(project)]).toEqual([uid, others]);
    expect(await restartsOf(project)).toEqual({ app: 1, side: 0 });
  });

  test.each([
    ['hostname', { hostname: 'front' }, 'hostname: front'],
    ['volumes', { volumes: { cache: { emptyDir: {} } } }, 'volumes.cache'],
    ['shareProcessNamespace', { shareProcessNamespace: true }, 'shareProcessNamespace: false -> true'],
  ])('of the Pod’s %s replaces the Pod', async (_what, pod, cause) => {
    const project = await makeProject({ 'pods.yaml': webPod() });
    const up = await startUp(project);
    const uid = await uidOf(project);

    await project.write({ 'pods.yaml': webPod({}, pod) });
    const [line] = await up.waitFor(/^web: deleting the Pod: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(cause);
    expect(await uidOf(project)).not.toBe(uid);
    expect(await restartsOf(project)).toEqual({ app: 0, side: 0 });
    expect(await project.engine.containers()).toHaveLength(3);
  });

  test('of a published port replaces the Pod, and the port moves', async () => {
    const [first, second] = [await findFreePort(), await findFreePort()];
    const serve = "trap 'exit 0' TERM; echo hi > /tmp/index.html; httpd -f -p 8080 -h /tmp & wait $!";
    const project = await makeProject({ 'pods.yaml': webPod({ ports: [`${first}:8080`] }, {}, serve) });
    const up = await startUp(project);

    await project.write({ 'pods.yaml': webPod({ ports: [`${second}:8080`] }, {}, serve) });
    const [line] = await up.waitFor(/^web: deleting the Pod: .*$/);
    await up.waitFor(reloadedLine);

    expect(line).toContain(`containers.app.hostPorts.8080/TCP.hostPort: ${first} -> ${second}`);
    expect(await fetchText(`http://127.0.0.1:${second}/`)).toBe('hi\n');
    await expect(fetchText(`http://127.0.0.1:${first}/`)).rejects.toThrow();
  });

  test('that replaces a Pod lets the old one end with its grace first', async () => {
    const lastWords = "trap 'sleep 1; echo gone > /data/note; exit 0' TERM; while :; do sleep 3600 & wait $!; done";
    const file = (hostname: string, script: string) =>
      shortForm(
        {
          web: {
            hostname,
            terminationGracePeriodSeconds: 10,
            containers: { app: shell(script, { volumeMounts: ['data:/data'] }) },
          },
        },
        { volumes: { data: {} } },
      );
    const project = await makeProject({ 'pods.yaml': file('one', lastWords) });
    const up = await startUp(project);

    await project.write({ 'pods.yaml': file('two', `cat /data/note; ${idle}`) });
    await up.waitFor(reloadedLine);

    expect((await project.run('logs', 'web')).stdout).toBe('gone\n');
  });

  test('adds and removes a container by replacing the Pod, and adds and removes a Pod', async () => {
    const pod = (...names: readonly string[]) => ({
      containers: Object.fromEntries(names.map((name) => [name, shell(idle)])),
    });
    const project = await makeProject({ 'pods.yaml': shortForm({ web: pod('app'), db: pod('store') }) });
    const up = await startUp(project);
    const uid = await uidOf(project);
    const db = (await project.engine.container('db', 'store')).Id;

    await project.write({ 'pods.yaml': shortForm({ web: pod('app', 'side'), db: pod('store') }) });
    await up.waitFor(reloadedLine);
    expect(Object.keys(await restartsOf(project))).toEqual(['app', 'side']);
    expect(await uidOf(project)).not.toBe(uid);
    await project.write({ 'pods.yaml': shortForm({ web: pod('app', 'side'), db: pod('store'), mail: pod('app') }) });
    await up.waitFor(/^podrun: reloaded: all 3 Pods ready/);
    expect((await project.engine.container('db', 'store')).Id).toBe(db);
    await project.write({ 'pods.yaml': shortForm({ db: pod('store') }) });
    await up.waitFor(/^podrun: reloaded: 1 Pod ready/);

    expect((await listPods(project)).map(({ metadata }) => metadata?.name)).toEqual(['db']);
    expect((await project.engine.container('db', 'store')).Id).toBe(db);
    expect(await project.engine.containers()).toHaveLength(2);
  });
});
