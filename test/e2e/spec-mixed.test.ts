/** Corners of several sections of POD-SEMANTICS, and what up tells of configuration that is missing. */
import { describe, expect, test } from 'vitest';
import { makeProject } from './harness.ts';
import { expectSaid, onceEach, saidBy, sh, type Once } from './inside.ts';
import { eventually, idle, listPods, readPod, shell, shortForm, startUp } from './look.ts';
import { statusOf } from './status.ts';

describe('what up and ps tell', () => {
  test('a Pod that is new is never “deleted”, and is listed from the first to the last', async () => {
    const names = Array.from({ length: 12 }, (_, number) => `web-${number}`);
    const pods = Object.fromEntries(names.map((name) => [name, { containers: { app: shell(idle) } }]));
    const project = await makeProject({ 'pods.yaml': shortForm(pods) });
    const up = await startUp(project);

    expect(up.output.match(/^.*: deleted$/gm) ?? []).toEqual([]);
  });

  test.each([
    ['a variable', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }] }, {}],
    ['a volume', { volumeMounts: ['v:/v'] }, { volumes: { v: { configMap: { name: 'cfg' } } } }],
  ])(
    'an edit after which %s has no source is answered: what is missing, and that the edit is through',
    async (_what, container, pod) => {
      const file = (more: object) => shortForm({ keeper: { containers: { app: shell(idle) } }, ...more });
      const project = await makeProject({ 'pods.yaml': file({}) });
      const up = await startUp(project);

      await project.write({ 'pods.yaml': file({ web: { ...pod, containers: { app: shell(idle, container) } } }) });
      await up.waitFor(/^podrun: the file was edited$/);

      await up.waitFor(/^web: .*configmap "cfg" not found/, 10_000);
      await up.waitFor(/^podrun: reloaded: 1 of 2 Pods ready/, 10_000);
    },
  );

  test('an edit that takes away what a running Pod’s volume shows is answered, too', async () => {
    const web = {
      volumes: { v: { configMap: { name: 'cfg' } } },
      containers: { app: shell(idle, { volumeMounts: ['v:/v'] }) },
    };
    const project = await makeProject({
      'pods.yaml': shortForm({ web }, { configMaps: { cfg: { data: { a: 'x' } } } }),
    });
    const up = await startUp(project);

    await project.write({ 'pods.yaml': shortForm({ web }) });

    await up.waitFor(/configmap "cfg" not found/, 10_000);
  });

  test('the last line of a container that ends at once is shown, also without a line end', async () => {
    const containers = Object.fromEntries(
      Array.from({ length: 30 }, (_, number) => [`c${number}`, shell('echo one; printf two')]),
    );
    const project = await makeProject({ 'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers } }) });

    const said = saidBy((await project.run('up')).stdout);

    const wanted = Object.keys(containers).map((name) => [`web/${name}`, ['one', 'two']]);
    expect(said).toEqual(Object.fromEntries(wanted));
  });

  test('what a container with a terminal prints', async () => {
    const app = shell('[ -t 0 ] && [ -t 1 ] && echo a terminal; echo end', { tty: true, stdin: true });
    const project = await makeProject({
      'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers: { app } } }),
    });

    const { code, stdout } = await project.run('up');

    expect(code).toBe(0);
    expect(saidBy(stdout)['web/app']).toEqual(['a terminal', 'end']);
    expect((await project.run('logs', 'web')).stdout).toBe('a terminal\nend\n');
  });
});

const cases: Readonly<Record<string, Once>> = {
  'secret-folder': {
    pod: {
      volumes: {
        s: { secret: { secretName: 'key' } },
        d: { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
        p: { projected: { sources: [{ secret: { name: 'key' } }] } },
      },
    },
    container: { volumeMounts: ['s:/s', 'd:/d', 'p:/p'] },
    script: 'stat -c %a /s /d /p',
    says: ['1777', '1777', '1777'],
  },
  'hosts-of-aliases': {
    pod: { hostAliases: [{ ip: '127.0.0.9', hostnames: ['foo', 'bar'] }] },
    script: 'grep "^127.0.0.9" /etc/hosts',
    says: ['127.0.0.9\tfoo\tbar'],
  },
};

test('what Kubernetes gives in folders and hosts files (POD-SEMANTICS 8.4.13, 10.4)', async () => {
  const project = await makeProject({ 'pods.yaml': onceEach(cases, { secrets: { key: { data: { a: 'x' } } } }) });

  const { stdout } = await project.run('up');

  expectSaid(stdout, cases);
});

test('a Guaranteed Pod runs, also where the engine may not lower a process’s oom_score_adj', async () => {
  const app = shell(idle, { resources: { limits: { cpu: '50m', memory: '32Mi' } } });
  const project = await makeProject({ 'pods.yaml': shortForm({ web: { containers: { app } } }) });
  project.start('up');
  const begun = async () => {
    const state = (await listPods(project))[0]?.status?.containerStatuses?.[0]?.state;
    return state?.running !== undefined || state?.waiting?.reason === 'RunContainerError';
  };
  await eventually('it is begun', begun);

  const { state } = statusOf(await readPod(project, 'web'), 'app');
  expect(state?.waiting).toBeUndefined();
});

test('an immutable ConfigMap keeps what it holds: an edit of its data is refused, and nothing changes', async () => {
  const volume = { name: 'v', configMap: { name: 'cfg' } };
  const app = {
    name: 'app',
    ...shell(idle),
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
  };
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } },
    spec: { volumes: [volume], containers: [app] },
  };
  const map = (log: string) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' } },
    ...{ immutable: true, data: { log } },
  });
  const file = (log: string) => [map(log), pod].map((each) => JSON.stringify(each)).join('\n---\n');
  const project = await makeProject({ 'pods.yaml': file('one') });
  const up = await startUp(project);

  await project.write({ 'pods.yaml': file('two') });

  await up.waitFor(/field is immutable when `?immutable`? is set/, 10_000);
  expect(await sh(project, 'web', 'app', 'cat /v/log')).toBe('one');
});
