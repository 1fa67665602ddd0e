/**
 * Pods that look at files with ConfigMaps, Secrets and fields of the Pod, and what they are to find
 * (docs/pod-lifecycle.md#config-volumes, docs/pod-lifecycle.md#subpath).
 */
import { expect } from 'vitest';
import { togetherName, type Once } from './inside.ts';

/** What a cluster's own documents can say and the short form need not; another namespace's of the same name are nobody's. */
export const objects = `
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {log: debug, mode: a}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bytes}
data: {text: grüße}
binaryData: {blob: AP/+CgAB}
immutable: true
---
apiVersion: v1
kind: Secret
metadata: {name: account}
data: {user: YWRtaW4=, password: b2xk}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Secret
metadata: {name: account, namespace: other}
stringData: {user: somebody, password: else}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plain, namespace: other}
data: {log: other}
`;

export const mounted = (volumes: Readonly<Record<string, unknown>>, ...mounts: readonly unknown[]) => ({
  pod: { volumes },
  container: { volumeMounts: mounts.length > 0 ? mounts : Object.keys(volumes).map((name) => `${name}:/${name}`) },
});

const plain = (more: Readonly<Record<string, unknown>> = {}) => ({ configMap: { name: 'plain', ...more } });
const field = (path: string, fieldPath: string) => ({ path, fieldRef: { fieldPath } });
const resource = (path: string, name: string, divisor?: string) => ({
  path,
  resourceFieldRef: { containerName: 'app', resource: name, divisor },
});
const modes = 'stat -L -c "%a %n" *';

export const files: Readonly<Record<string, Once>> = {
  'every-key': {
    ...mounted({ v: plain() }),
    script: `cd /v; ${modes}; cat log; echo; readlink log; readlink ..data | sed "s/[0-9]/N/g"; stat -c %a /v`,
    says: ['644 log', '644 mode', 'debug', '..data/log', expect.stringMatching(/^\.\.N{4}/), '777'],
  },
  'folders-in-memory': {
    ...mounted({
      s: { secret: { secretName: 'account' } },
      d: { downwardAPI: { items: [field('name', 'metadata.name')] } },
      p: { projected: { sources: [{ secret: { name: 'account' } }] } },
    }),
    script: 'stat -c %a /s /d /p',
    says: ['1777', '1777', '1777'],
  },
  'default-mode': {
    ...mounted({ v: plain({ defaultMode: 0o400 }) }),
    script: `cd /v; ${modes}`,
    says: ['400 log', '400 mode'],
  },
  items: {
    ...mounted({ v: plain({ items: [{ key: 'log', path: 'deep/er/level', mode: 0o400 }] }) }),
    script: 'cd /v; ls; stat -L -c "%a %n" deep/er/level; cat deep/er/level; echo',
    says: ['deep', '400 deep/er/level', 'debug'],
  },
  'item-default-mode': {
    ...mounted({ v: plain({ items: [{ key: 'log', path: 'level' }], defaultMode: 0o440 }) }),
    script: `cd /v; ${modes}`,
    says: ['440 level'],
  },
  binary: {
    ...mounted({ v: { configMap: { name: 'bytes' } } }),
    script: 'base64 /v/blob; cat /v/text; echo',
    says: ['AP/+CgAB', 'grüße'],
  },
  secret: {
    ...mounted({ v: { secret: { secretName: 'account', defaultMode: 0o400 } } }),
    script: `cd /v; ${modes}; cat user; echo; cat password; echo; grep " /v " /proc/mounts | cut -d" " -f1`,
    says: ['400 password', '400 user', 'admin', 'hunter2', 'tmpfs'],
  },
  'secret-items': {
    ...mounted({ v: { secret: { secretName: 'account', items: [{ key: 'user', path: 'name', mode: 0o440 }] } } }),
    script: `cd /v; ${modes}; cat name; echo`,
    says: ['440 name', 'admin'],
  },
  optional: {
    ...mounted({
      none: { configMap: { name: 'none', optional: true } },
      secret: { secret: { secretName: 'none', optional: true } },
      key: plain({
        optional: true,
        items: [
          { key: 'gone', path: 'gone' },
          { key: 'log', path: 'log' },
        ],
      }),
    }),
    script: 'ls /none /secret /key',
    says: ['/key:', 'log', '', '/none:', '', '/secret:'],
  },
  several: {
    ...mounted({ one: plain(), two: plain() }, 'one:/one', 'two:/two', 'one:/three'),
    script: 'cat /one/log /two/log /three/log; echo',
    says: ['debugdebugdebug'],
  },
  'read-only': {
    ...mounted({
      map: plain(),
      secret: { secret: { secretName: 'account' } },
      down: { downwardAPI: { items: [field('name', 'metadata.name')] } },
      all: { projected: { sources: [{ configMap: { name: 'plain' } }] } },
    }),
    script: 'for v in map secret down all; do touch /$v/x 2>&1 || true; done',
    says: ['map', 'secret', 'down', 'all'].map((name) => `touch: /${name}/x: Read-only file system`),
  },
  'non-root': {
    pod: {
      volumes: { v: plain({ defaultMode: 0o400 }), s: { secret: { secretName: 'account', defaultMode: 0o400 } } },
      securityContext: { runAsUser: 1000, fsGroup: 2001 },
    },
    container: { volumeMounts: ['v:/v', 's:/s'] },
    script: 'cd /v; stat -L -c "%a %u %g %n" *; cat log; echo; cd /s; stat -L -c "%a %u %g %n" user; cat user; echo',
    says: ['440 0 2001 log', '440 0 2001 mode', 'debug', '440 0 2001 user', 'admin'],
  },
  'non-root-no-group': {
    ...mounted({ v: plain() }),
    pod: { volumes: { v: plain() }, securityContext: { runAsUser: 1000 } },
    script: 'cat /v/log; id -u',
    says: ['debug1000'],
  },
  downward: {
    pod: {
      labels: { tier: 'front', 'a/b': 'x-y' },
      annotations: { note: 'all is well', 'a/quote': 'say "hi"' },
      volumes: {
        v: {
          downwardAPI: {
            defaultMode: 0o440,
            items: [
              field('name', 'metadata.name'),
              { ...field('labels', 'metadata.labels'), mode: 0o400 },
              field('annotations', 'metadata.annotations'),
              field('deep/note', "metadata.annotations['note']"),
              resource('cpu-limit', 'limits.cpu', '1m'),
              resource('cpu-request', 'requests.cpu', '1m'),
              resource('memory-limit', 'limits.memory', '1Mi'),
              resource('memory-request', 'requests.memory'),
            ],
          },
        },
      },
    },
    container: {
      volumeMounts: ['v:/v'],
      resources: { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '250m', memory: '64Mi' } },
    },
    script:
      'cd /v; stat -L -c "%a %n" name labels; ' +
      'for f in labels annotations name deep/note cpu-* memory-*; do cat $f; echo; done',
    says: [
      '440 name',
      '400 labels',
      'a/b="x-y"',
      'tier="front"',
      'a/quote="say \\"hi\\""',
      'note="all is well"',
      'downward',
      'all is well',
      '250',
      '100',
      '64',
      '33554432',
    ],
  },
  'whole-node': {
    ...mounted({
      v: { downwardAPI: { items: [resource('cpu', 'limits.cpu'), resource('memory', 'limits.memory', '1Mi')] } },
    }),
    script:
      "cpus=$(grep -c ^processor /proc/cpuinfo); total=$(awk '/MemTotal/ {print int(($2 + 1023) / 1024)}' /proc/meminfo); " +
      '[ $(cat /v/cpu) = $cpus ] && [ $(cat /v/memory) = $total ] && echo whole',
    says: ['whole'],
  },
  projected: {
    ...mounted({
      v: {
        projected: {
          defaultMode: 0o440,
          sources: [
            { configMap: { name: 'plain', items: [{ key: 'log', path: 'conf/level' }] } },
            { secret: { name: 'account', items: [{ key: 'password', path: 'password', mode: 0o400 }] } },
            { downwardAPI: { items: [field('name', 'metadata.name')] } },
            { configMap: { name: 'none', optional: true } },
          ],
        },
      },
    }),
    script:
      'cd /v; ls; stat -L -c "%a %n" conf/level name password; cat conf/level name password; echo; ' +
      'grep " /v " /proc/mounts | cut -d" " -f1',
    says: [
      'conf',
      'name',
      'password',
      '440 conf/level',
      '440 name',
      '400 password',
      `debug${togetherName}hunter2`,
      'tmpfs',
    ],
  },
  'sub-path': {
    ...mounted(
      {
        v: plain({ items: [{ key: 'log', path: 'deep/level' }] }),
        s: { secret: { secretName: 'account' } },
        d: { downwardAPI: { items: [field('name', 'metadata.name')] } },
        p: { projected: { sources: [{ configMap: { name: 'plain' } }] } },
      },
      { name: 'v', mountPath: '/etc/passwd', subPath: 'deep/level' },
      { name: 'v', mountPath: '/folder', subPath: 'deep' },
      { name: 's', mountPath: '/opt/user', subPath: 'user' },
      { name: 'd', mountPath: '/opt/name', subPath: 'name' },
      { name: 'p', mountPath: '/opt/mode', subPath: 'mode' },
    ),
    script: 'for f in /etc/passwd /folder/level /opt/user /opt/name /opt/mode; do cat $f; echo; done; ls /etc/group',
    says: ['debug', 'debug', 'admin', togetherName, 'a', '/etc/group'],
  },
  'sub-path-expr': {
    ...mounted(
      { work: { emptyDir: {} } },
      { name: 'work', mountPath: '/all' },
      { name: 'work', mountPath: '/mine', subPathExpr: 'logs/$(POD)-$(ONE)' },
    ),
    container: {
      env: [
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'ONE', value: '1' },
      ],
      volumeMounts: [
        { name: 'work', mountPath: '/all' },
        { name: 'work', mountPath: '/mine', subPathExpr: 'logs/$(POD)-$(ONE)' },
      ],
    },
    script: 'echo written > /mine/note; cat /all/logs/*/note; ls /all/logs',
    says: ['written', `${togetherName}-1`],
  },
};
