/** Variables: their order, their sources, and what happens where a source is missing (docs/pod-lifecycle.md#environment). */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { expectSaid, onceEach, type Once } from '../support/inside.ts';
import { footprint, idle, listPods, readPod, shell, shortForm } from '../support/look.ts';
import { statusOf } from '../support/status.ts';

const objects = {
  configMaps: {
    cfg: { data: { LOG: 'debug', MODE: 'a', 'dotted.key-1': 'kept' } },
    over: { data: { MODE: 'b' } },
  },
  secrets: { account: { data: { password: 'hun$(A)ter2', user: 'admin' } } },
};

const fromMap = (key: string, more: object = {}) => ({ valueFrom: { configMapKeyRef: { name: 'cfg', key, ...more } } });
const fromSecret = (key: string, more: object = {}) => ({
  valueFrom: { secretKeyRef: { name: 'account', key, ...more } },
});
const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
const amount = (resource: string, divisor?: string) => ({ valueFrom: { resourceFieldRef: { resource, divisor } } });
const list = (env: Readonly<Record<string, object>>) => Object.entries(env).map(([name, from]) => ({ name, ...from }));
const print = (...names: readonly string[]) => names.map((name) => `echo "${name}=\${${name}-is absent}"`).join('; ');

const cases: Readonly<Record<string, Once>> = {
  expansion: {
    container: { env: { A: '1', B: '$(A)2', C: '$(D)', D: 'x', E: '$$(A)', F: '$A ${A} $(A', G: '$(B)$(B)', H: '$' } },
    script: print('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'),
    says: ['A=1', 'B=12', 'C=$(D)', 'D=x', 'E=$(A)', 'F=$A ${A} $(A', 'G=1212', 'H=$'],
  },
  'command-and-args': {
    container: {
      env: { A: '1', ...{ PW: fromSecret('user') } },
      command: ['sh', '-c', 'echo "$0" "$1" "$2" "$3"', '$(A)'],
      args: ['$$(A)', '$(NONE)', '$(PW)-$(LOG)'],
      envFrom: [{ configMapRef: { name: 'cfg' } }],
    },
    script: '',
    says: ['1 $(A) $(NONE) admin-debug'],
  },
  order: {
    container: {
      envFrom: [{ configMapRef: { name: 'cfg' } }, { configMapRef: { name: 'over' } }],
      env: list({ LOG: { value: 'info' }, BOTH: { value: '$(LOG)-$(MODE)' } }),
    },
    script: print('LOG', 'MODE', 'BOTH'),
    says: ['LOG=info', 'MODE=b', 'BOTH=info-b'],
  },
  'all-of-an-object': {
    container: {
      command: ['env'],
      envFrom: [{ configMapRef: { name: 'cfg' } }, { prefix: 'P_', secretRef: { name: 'account' } }],
    },
    script: '',
    says: /^(?=[^]*^LOG=debug$)(?=[^]*^dotted\.key-1=kept$)(?=[^]*^P_user=admin$)(?=[^]*^P_password=hun\$\(A\)ter2$)(?![^]*^user=)/m,
  },
  keys: {
    container: {
      env: list({
        A: { value: '1' },
        LOG: fromMap('LOG'),
        PW: fromSecret('password'),
        URL: { value: 'pg://$(PW)@db' },
      }),
    },
    script: print('LOG', 'PW', 'URL'),
    says: ['LOG=debug', 'PW=hun$(A)ter2', 'URL=pg://hun$(A)ter2@db'],
  },
  optional: {
    container: {
      env: list({
        NO_KEY: fromMap('none', { optional: true }),
        NO_MAP: fromMap('LOG', { name: 'none', optional: true }),
        NO_SECRET: fromSecret('user', { name: 'none', optional: true }),
      }),
      envFrom: [{ configMapRef: { name: 'none', optional: true } }, { secretRef: { name: 'none', optional: true } }],
    },
    script: print('NO_KEY', 'NO_MAP', 'NO_SECRET'),
    says: ['NO_KEY=is absent', 'NO_MAP=is absent', 'NO_SECRET=is absent'],
  },
  fields: {
    pod: { labels: { tier: 'front' }, annotations: { note: 'two words' } },
    container: {
      env: list({
        NAME: field('metadata.name'),
        SPACE: field('metadata.namespace'),
        TIER: field("metadata.labels['tier']"),
        NOTE: field("metadata.annotations['note']"),
        NONE: field("metadata.annotations['none']"),
        ACCOUNT: field('spec.serviceAccountName'),
        IP: field('status.podIP'),
        IPS: field('status.podIPs'),
        HOST: field('status.hostIP'),
        UID_: field('metadata.uid'),
        NODE: field('spec.nodeName'),
      }),
    },
    script:
      `${print('NAME', 'SPACE', 'TIER', 'NOTE', 'NONE', 'ACCOUNT', 'HOSTNAME')}; ` +
      '[ "$IP" = "$(hostname -i)" ] && [ "$IPS" = "$IP" ] && echo its own address; ' +
      '[ "$HOST" = "$(ip route | sed -n "s/^default via \\([^ ]*\\).*/\\1/p")" ] && echo its gateway; echo $UID_ $NODE',
    says: [
      'NAME=fields',
      'SPACE=default',
      'TIER=front',
      'NOTE=two words',
      'NONE=',
      'ACCOUNT=default',
      'HOSTNAME=fields',
      'its own address',
      'its gateway',
      expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \S+$/) as string,
    ],
  },
  amounts: {
    container: {
      resources: { requests: { memory: '32Mi' }, limits: { cpu: '250m', memory: '64Mi' } },
      env: list({
        CPU: amount('limits.cpu'),
        CPU_1: amount('limits.cpu', '1'),
        CPU_M: amount('limits.cpu', '1m'),
        CPU_REQUEST: amount('requests.cpu', '1m'),
        MEMORY: amount('limits.memory'),
        MEMORY_MI: amount('limits.memory', '1Mi'),
        MEMORY_REQUEST: amount('requests.memory', '1Mi'),
      }),
    },
    script: print('CPU', 'CPU_1', 'CPU_M', 'CPU_REQUEST', 'MEMORY', 'MEMORY_MI', 'MEMORY_REQUEST'),
    says: ['CPU=1', 'CPU_1=1', 'CPU_M=250', 'CPU_REQUEST=250', 'MEMORY=67108864', 'MEMORY_MI=64', 'MEMORY_REQUEST=32'],
  },
  'amounts-of-the-node': {
    container: {
      env: list({
        CPU: amount('limits.cpu'),
        MEMORY: amount('limits.memory', '1Ki'),
        ASKED: amount('requests.memory'),
      }),
    },
    script:
      '[ $CPU = $(grep -c ^processor /proc/cpuinfo) ] && ' +
      '[ $MEMORY = $(sed -n "s/^MemTotal: *\\([0-9]*\\) kB/\\1/p" /proc/meminfo) ] && echo $ASKED',
    says: ['0'],
  },
  'from-a-file': {
    container: { envFile: ['own.env'], env: { OVER: 'env' } },
    script: print('PLAIN', 'QUOTED', 'OVER'),
    says: ['PLAIN=a$(OVER)', 'QUOTED=two words', 'OVER=env'],
  },
};

test('what a container finds in its environment', async () => {
  const project = await makeProject({
    'pods.yaml': onceEach(cases, objects, shortForm),
    'own.env': "# ours\nPLAIN=a$(OVER)\nQUOTED='two words'\nOVER=file\n",
  });

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, cases);
  const fields = (await listPods(project)).find(({ metadata }) => metadata?.name === 'fields');
  expect(stdout).toMatch(new RegExp(`\\| ${fields?.metadata?.uid} ${fields?.spec?.nodeName}$`, 'm'));
});

test('a source that is missing keeps that container alone back, in Kubernetes’ words, until an edit brings it', async () => {
  const missing = {
    'no-map': [{ env: [{ name: 'A', ...fromMap('LOG') }] }, 'configmap "cfg" not found'],
    'no-secret': [{ env: [{ name: 'A', ...fromSecret('user') }] }, 'secret "account" not found'],
    'no-map-key': [
      { env: [{ name: 'A', ...fromMap('LOG', { name: 'other' }) }] },
      "couldn't find key LOG in ConfigMap default/other",
    ],
    'no-secret-key': [
      { env: [{ name: 'A', ...fromSecret('user', { name: 'other' }) }] },
      "couldn't find key user in Secret default/other",
    ],
    'all-of-no-map': [{ envFrom: [{ configMapRef: { name: 'cfg' } }] }, 'configmap "cfg" not found'],
    'all-of-no-secret': [{ envFrom: [{ secretRef: { name: 'account' } }] }, 'secret "account" not found'],
  } as const;
  const containers = Object.entries(missing).map(([name, [container]]) => [name, shell(idle, container)] as const);
  const pods = { web: { containers: { ...Object.fromEntries(containers), other: shell(idle) } } };
  const file = (more: Readonly<Record<string, unknown>>) => shortForm(pods, more);
  const empty = { configMaps: { other: { data: {} } }, secrets: { other: { data: {} } } };
  const project = await makeProject({ 'pods.yaml': file(empty) });
  const up = project.start('up');
  await up.waitFor(/^podrun: 0 of 1 Pod ready/);

  const { stdout } = await project.run('events');
  const pod = await readPod(project, 'web');
  for (const [name, [, message]] of Object.entries(missing)) {
    expect(statusOf(pod, name).state?.waiting).toEqual({ reason: 'CreateContainerConfigError', message });
    expect(stdout).toMatch(new RegExp(`Warning +Failed +pod/web +Error: ${message}`));
  }
  expect(statusOf(pod, 'other').ready).toBe(true);
  expect((await project.run('ps')).stdout).toMatch(/^web +1\/7 +CreateContainerConfigError +0 +\d+s$/m);
  const others = await footprint(project.engine);

  await project.write({
    'pods.yaml': file({
      configMaps: { ...objects.configMaps, other: { data: { LOG: 'x' } } },
      secrets: { ...objects.secrets, other: { data: { user: 'x' } } },
    }),
  });
  await up.waitFor(/^podrun: reloaded: 1 Pod ready/);

  expect(await footprint(project.engine)).toEqual(expect.arrayContaining(others));
});
