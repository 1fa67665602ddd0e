/** What edits of ConfigMaps, Secrets and labels do to Pods that run (docs/pod-lifecycle.md#config-volumes). */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { sh } from '../support/inside.ts';
import { eventually, footprint, idle, killHard, onHost, shell, startUp } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { statusOf } from '../support/status.ts';

/**
 * Reads both keys of one version again and again, as uid 1000, and prints each value that it had not seen before. What
 * is not of one version is MIXED; a version that is removed while it is read is read anew.
 */
const watcher = `
trap 'exit 0' TERM
last=
while :; do
  data=$(readlink /v/..data) || { echo GONE; continue; }
  read -r one < "/v/$data/one" || continue
  read -r two < "/v/$data/two" || continue
  [ "$one" = "$two" ] || echo "MIXED $one $two"
  [ "$one" = "$last" ] || echo "saw $one"
  last=$one
done 2>/dev/null`;

/** The short form's own default is a restart. */
const ignore = { 'podrun.dev/on-config-change': 'ignore' };

interface Edit {
  readonly value: string;
  /** Further keys of the configMap. */
  readonly more?: Readonly<Record<string, string>>;
}

/** One Pod for each way in which a value reaches a container. */
function everyWay({ value, more = {} }: Edit): string {
  const source = { name: 'cfg' };
  const keep = { items: [{ key: 'one', path: 'one' }] };
  const label = { path: 'label', fieldRef: { fieldPath: "metadata.labels['value']" } };
  const note = { path: 'note', fieldRef: { fieldPath: "metadata.annotations['note']" } };
  const mount = (...volumeMounts: readonly unknown[]) => ({ app: shell(idle, { volumeMounts }) });
  const downward = { items: [label, note] };
  const projected = {
    sources: [{ configMap: { ...source, ...keep } }, { secret: { name: 'key' } }, { downwardAPI: { items: [label] } }],
  };
  return onHost(
    {
      watcher: {
        annotations: ignore,
        securityContext: { runAsUser: 1000 },
        volumes: { v: { configMap: source } },
        containers: { app: shell(watcher, { volumeMounts: ['v:/v'] }) },
      },
      files: {
        annotations: ignore,
        volumes: { map: { configMap: source }, secret: { secret: { secretName: 'key' } } },
        containers: mount('map:/map', 'secret:/secret', { name: 'map', mountPath: '/copy', subPath: 'one' }),
      },
      fields: {
        labels: { value },
        annotations: { ...ignore, note: value },
        volumes: { down: { downwardAPI: downward }, all: { projected } },
        containers: mount('down:/down', 'all:/all'),
      },
      variables: {
        annotations: ignore,
        containers: {
          app: shell(idle, {
            env: [{ name: 'ONE', valueFrom: { configMapKeyRef: { ...source, key: 'one' } } }],
            envFrom: [{ secretRef: { name: 'key' } }],
          }),
        },
      },
    },
    {
      configMaps: { cfg: { data: { one: `${value}\n`, two: `${value}\n`, ...more } } },
      secrets: { key: { data: { token: value } } },
    },
  );
}

test('a live edit is seen everywhere, all of it at once, and restarts nothing; variables and subPath copies stay', async () => {
  const project = await makeProject({ 'pods.yaml': everyWay({ value: 'v0', more: { gone: 'x' } }) });
  const up = await startUp(project);
  await eventually('the first value', () => up.output.includes('| saw v0\n'));
  expect(await sh(project, 'files', 'app', 'ls -1 /map; cat /copy')).toBe('gone\none\ntwo\nv0');
  const before = await footprint(project.engine);

  for (let edit = 1; edit <= 8; edit += 1) {
    await project.write({ 'pods.yaml': everyWay({ value: `v${edit}`, more: { added: 'x' } }) });
    await up.waitFor(new RegExp(`^watcher/app +\\| saw v${edit}$`));
  }

  const saw = up.output.split('\n').flatMap((line) => /^watcher\/app +\| (.+)$/.exec(line)?.[1] ?? []);
  expect(saw).toEqual(Array.from({ length: 9 }, (_, edit) => `saw v${edit}`));
  const fieldsNow = 'cat /down/label /down/note /all/one /all/token /all/label';
  await eventually('the last label', async () => (await sh(project, 'fields', 'app', 'cat /all/label')) === 'v8');
  expect(await sh(project, 'fields', 'app', fieldsNow)).toBe('v8v8v8\nv8v8');
  expect(await sh(project, 'files', 'app', 'ls -1 /map; cat /map/one /secret/token /copy')).toBe(
    'added\none\ntwo\nv8\nv8v0',
  );
  expect(await sh(project, 'files', 'app', 'ls -A1 /map | grep "^[.][.]" | sed "s/[0-9].*/N/"')).toBe('..N\n..data');
  const { Config } = await project.engine.container('variables', 'app');
  expect(Config.Env).toEqual(expect.arrayContaining(['ONE=v0\n', 'token=v0']));
  expect(await footprint(project.engine)).toEqual(before);

  // An edit that podrun does not live to see is the next podrun's.
  await killHard(up);
  await project.write({ 'pods.yaml': everyWay({ value: 'v9' }) });
  const next = await startUp(project);
  await eventually('the next value', async () => (await sh(project, 'files', 'app', 'cat /map/one')) === 'v9');
  await eventually('the next label', async () => (await sh(project, 'fields', 'app', 'cat /down/label')) === 'v9');
  expect(await sh(project, 'files', 'app', 'ls -1 /map; cat /secret/token /copy')).toBe('one\ntwo\nv9v0');
  expect(await footprint(project.engine)).toEqual(before);

  // A restart takes all that is new.
  for (const pod of ['files', 'variables']) {
    await project.engine.kill((await project.engine.container(pod, 'app')).Id);
    await next.waitFor(new RegExp(`^${pod}: creating container app: it ended with exit code 137$`));
    await podWhen(project, pod, (one) => statusOf(one, 'app').restartCount > 0 && statusOf(one, 'app').ready);
  }
  expect(await sh(project, 'files', 'app', 'cat /copy')).toBe('v9');
  const again = await project.engine.container('variables', 'app');
  expect(again.Config.Env).toEqual(expect.arrayContaining(['ONE=v9\n', 'token=v9']));
});

test('podrun.dev/on-config-change decides on restart and signal; unsaid, the short form restarts', async () => {
  const said = "trap 'echo HUP $(cat /v/log)' HUP; trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done";
  const wishes = { ignore: 'ignore', restart: 'restart', signal: 'signal:HUP', unsaid: undefined };
  const web = (wish: string | undefined) => ({
    annotations: wish === undefined ? {} : { 'podrun.dev/on-config-change': wish },
    volumes: { v: { configMap: { name: 'cfg' } } },
    containers: { app: shell(said, { volumeMounts: ['v:/v'] }), other: shell(idle) },
  });
  const pods = Object.fromEntries(Object.entries(wishes).map(([name, wish]) => [name, web(wish)]));
  const file = (log: string) => onHost(pods, { configMaps: { cfg: { data: { log } } } });
  const project = await makeProject({ 'pods.yaml': file('one') });
  const up = await startUp(project);
  const before = await footprint(project.engine);

  await project.write({ 'pods.yaml': file('two') });
  await up.waitFor(/^signal\/app +\| HUP two$/);
  for (const pod of ['restart', 'unsaid'])
    await podWhen(project, pod, (one) => statusOf(one, 'app').restartCount === 1 && statusOf(one, 'app').ready);

  const isRestarted = (line: string) => /\.(restart|unsaid)\.app\./.test(line);
  const now = await footprint(project.engine);
  expect(now.filter((line) => !isRestarted(line))).toEqual(before.filter((line) => !isRestarted(line)));
  for (const pod of Object.keys(wishes)) expect(await sh(project, pod, 'app', 'cat /v/log')).toBe('two');
  expect(up.output.match(/\| HUP/g)).toHaveLength(1);
});

test('an optional source that comes is seen, key by key, and one that goes leaves an empty folder', async () => {
  const optional = {
    map: { configMap: { name: 'cfg', optional: true } },
    secret: { secret: { secretName: 'key', optional: true, items: [{ key: 'token', path: 'token' }] } },
    all: {
      projected: {
        sources: [{ configMap: { name: 'cfg', optional: true } }, { secret: { name: 'key', optional: true } }],
      },
    },
  };
  const app = shell(idle, { volumeMounts: Object.keys(optional).map((name) => `${name}:/v/${name}`) });
  const file = (more: object) =>
    onHost({ web: { annotations: ignore, volumes: optional, containers: { app } } }, { ...more });
  const project = await makeProject({ 'pods.yaml': file({}) });
  await startUp(project);
  const before = await footprint(project.engine);
  const seen = () => sh(project, 'web', 'app', 'cd /v; for f in */*; do [ -f $f ] && echo "$f=$(cat $f)"; done');
  const becomes = async (more: object, files: readonly string[]) => {
    await project.write({ 'pods.yaml': file(more) });
    const isIt = async () => (await seen()) === files.join('\n');
    await eventually(files.join(), isIt);
  };

  await becomes({}, []);
  await becomes({ configMaps: { cfg: { data: { a: '1' } } }, secrets: { key: { data: { other: 'x' } } } }, [
    'all/a=1',
    'all/other=x',
    'map/a=1',
  ]);
  await becomes({ configMaps: { cfg: { data: { b: '2' } } }, secrets: { key: { data: { token: 'y' } } } }, [
    'all/b=2',
    'all/token=y',
    'map/b=2',
    'secret/token=y',
  ]);
  await becomes({}, []);

  expect(await footprint(project.engine)).toEqual(before);
});

test('an immutable ConfigMap or Secret keeps what it holds: an edit of its data is refused, and nothing changes', async () => {
  const volumes = [
    { name: 'map', configMap: { name: 'cfg' } },
    { name: 'secret', secret: { secretName: 'key' } },
  ];
  const app = {
    name: 'app',
    ...shell(idle),
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/${name}` })),
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { volumes, containers: [app] } };
  const object = (kind: string, name: string, fields: object) => ({
    ...{ apiVersion: 'v1', kind, metadata: { name } },
    ...fields,
  });
  const file = (log: string, token: string, immutable = true) =>
    [
      object('ConfigMap', 'cfg', { immutable: true, data: { log } }),
      object('Secret', 'key', { immutable, stringData: { token } }),
      pod,
    ]
      .map((each) => JSON.stringify(each))
      .join('\n---\n');
  const project = await makeProject({ 'pods.yaml': file('one', 'x') });
  const up = await startUp(project);

  const refused = (what: string) => new RegExp(`${what}: Forbidden: field is immutable when \`immutable\` is set`);
  await project.write({ 'pods.yaml': file('two', 'x') });
  await up.waitFor(refused('ConfigMap cfg'));
  await project.write({ 'pods.yaml': file('one', 'y') });
  await up.waitFor(refused('Secret key'));
  await project.write({ 'pods.yaml': file('one', 'x', false) });
  await up.waitFor(refused('Secret key'));

  expect(await sh(project, 'web', 'app', 'cat /map/log /secret/token')).toBe('onex');
});
