import type { Container, Event, Pod } from 'kubernetes-types/core/v1.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describePod } from '../../../src/output/describe/describe.ts';
import { nowMs } from '../pods.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const shown = (pod: Pod, events?: readonly Event[]) => describePod(pod, events, nowMs).join('\n');

const web: Pod = {
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: '1',
    labels: { tier: 'front', app: 'shop' },
    annotations: { 'podrun.dev/early-probes': 'false' },
  },
  spec: {
    nodeName: 'laptop',
    readinessGates: [{ conditionType: 'example.com/ready' }, { conditionType: 'example.com/other' }],
    initContainers: [{ name: 'setup', image: 'busybox', command: ['sh', '-c', 'one\ntwo'], args: ['x'] }],
    containers: [
      {
        name: 'app',
        image: 'shop/app:1',
        ports: [
          { containerPort: 8080, protocol: 'TCP', name: 'http', hostPort: 80 },
          { containerPort: 53, protocol: 'UDP' },
        ],
        env: [
          { name: 'PORT', value: '8080' },
          { name: 'LONG_NAME', value: 'a\nb' },
        ],
        livenessProbe: {
          httpGet: { path: '/healthz?full', port: 'http', scheme: 'HTTP' },
          initialDelaySeconds: 1,
          timeoutSeconds: 2,
          periodSeconds: 3,
          successThreshold: 4,
          failureThreshold: 5,
        },
        readinessProbe: { exec: { command: ['cat', '/tmp/ready'] } },
        startupProbe: { tcpSocket: { port: 8080 } },
        volumeMounts: [
          { name: 'cache', mountPath: '/var/cache', readOnly: true, subPath: 'web' },
          { name: 'data', mountPath: '/data' },
        ],
      },
      { name: 'side', image: 'side:1', livenessProbe: { grpc: { port: 9000, service: 'svc' } } },
    ],
    volumes: [
      { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'pg', readOnly: false } },
      { name: 'src', hostPath: { path: '/src', type: 'Directory' } },
    ],
  },
  status: {
    phase: 'Running',
    startTime: '2026-01-01T00:05:00Z',
    hostIP: '172.20.0.1',
    podIP: '172.20.0.2',
    podIPs: [{ ip: '172.20.0.2' }],
    qosClass: 'BestEffort',
    conditions: [
      { type: 'PodReadyToStartContainers', status: 'True' },
      { type: 'Ready', status: 'False' },
      { type: 'example.com/ready', status: 'True' },
    ],
    initContainerStatuses: [
      {
        name: 'setup',
        image: 'busybox',
        imageID: 'sha256:1',
        containerID: 'docker://1',
        ready: true,
        restartCount: 0,
        state: {
          terminated: {
            exitCode: 0,
            reason: 'Completed',
            startedAt: '2026-01-01T00:05:00Z',
            finishedAt: '2026-01-01T00:05:01Z',
          },
        },
      },
    ],
    containerStatuses: [
      {
        name: 'app',
        image: 'shop/app:1',
        imageID: 'sha256:2',
        containerID: 'docker://2',
        ready: true,
        restartCount: 1,
        state: { running: { startedAt: '2026-01-01T00:06:00Z' } },
        lastState: {
          terminated: {
            exitCode: 137,
            reason: 'OOMKilled',
            message: 'too\nmuch\n',
            startedAt: '2026-01-01T00:05:02Z',
            finishedAt: '2026-01-01T00:05:30Z',
          },
        },
      },
      {
        name: 'side',
        image: 'side:1',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'not shown' } },
      },
    ],
  },
};

const event = (over: Partial<Event>): Event => ({
  metadata: {},
  involvedObject: {},
  type: 'Normal',
  source: { component: 'podrun' },
  firstTimestamp: '2026-01-01T00:59:00Z',
  lastTimestamp: '2026-01-01T00:59:00Z',
  count: 1,
  ...over,
});

test('golden', () => {
  const events = [
    event({
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: no ',
      involvedObject: { fieldPath: 'spec.containers{app}' },
      count: 5,
      firstTimestamp: '2026-01-01T00:58:55Z',
      lastTimestamp: '2026-01-01T00:59:58Z',
    }),
    event({ reason: 'Scheduled', message: 'Successfully assigned default/web to laptop' }),
  ];
  expect(shown(web, events)).toBe(
    `
Name:         web
Namespace:    default
Node:         laptop/172.20.0.1
Start Time:   Thu, 01 Jan 2026 00:05:00 +0000
Labels:       app=shop
              tier=front
Annotations:  podrun.dev/early-probes: false
Status:       Running
IP:           172.20.0.2
IPs:
  IP:  172.20.0.2
Init Containers:
  setup:
    Container ID:  docker://1
    Image:         busybox
    Image ID:      sha256:1
    Port:          <none>
    Host Port:     <none>
    Command:
      sh
      -c
      one
      two
    Args:
      x
    State:          Terminated
      Reason:       Completed
      Exit Code:    0
      Started:      Thu, 01 Jan 2026 00:05:00 +0000
      Finished:     Thu, 01 Jan 2026 00:05:01 +0000
    Ready:          True
    Restart Count:  0
    Environment:    <none>
    Mounts:         <none>
Containers:
  app:
    Container ID:   docker://2
    Image:          shop/app:1
    Image ID:       sha256:2
    Ports:          8080/TCP (http), 53/UDP
    Host Ports:     80/TCP (http), 0/UDP
    State:          Running
      Started:      Thu, 01 Jan 2026 00:06:00 +0000
    Last State:     Terminated
      Reason:       OOMKilled
      Message:      too\\nmuch
      Exit Code:    137
      Started:      Thu, 01 Jan 2026 00:05:02 +0000
      Finished:     Thu, 01 Jan 2026 00:05:30 +0000
    Ready:          True
    Restart Count:  1
    Liveness:       http-get http://:http/healthz%3Ffull delay=1s timeout=2s period=3s successThreshold=4 failureThreshold=5
    Readiness:      exec [cat /tmp/ready] delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3
    Startup:        tcp-socket :8080 delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3
    Environment:
      PORT:       8080
      LONG_NAME:  a
                  b
    Mounts:
      /data from data (rw)
      /var/cache from cache (ro,path="web")
  side:
    Container ID:
    Image:          side:1
    Image ID:
    Port:           <none>
    Host Port:      <none>
    State:          Waiting
      Reason:       CrashLoopBackOff
    Ready:          False
    Restart Count:  0
    Liveness:       grpc <pod>:9000 svc delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3
    Environment:    <none>
    Mounts:         <none>
Readiness Gates:
  Type                Status
  example.com/ready   True
  example.com/other   <none>
Conditions:
  Type                        Status
  PodReadyToStartContainers   True
  Ready                       False
  example.com/ready           True
Volumes:
  cache:
    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:     Memory
    SizeLimit:  64Mi
  data:
    Type:       PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:  pg
    ReadOnly:   false
  src:
    Type:          HostPath (bare host directory volume)
    Path:          /src
    HostPathType:  Directory
QoS Class:         BestEffort
Node-Selectors:    <none>
Tolerations:       <none>
Events:
  Type     Reason     Age               From    Message
  ----     ------     ----              ----    -------
  Normal   Scheduled  60s               podrun  Successfully assigned default/web to laptop
  Warning  Unhealthy  2s (x5 over 65s)  podrun  spec.containers{app}: Readiness probe failed: no
`.trim(),
  );
});

describe('a Pod that', () => {
  const bare: Pod = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [] },
    status: { phase: 'Pending' },
  };

  test('is hardly there', () => {
    expect(shown(bare, [])).toBe(
      `
Name:         web
Namespace:    default
Node:         <none>
Labels:       <none>
Annotations:  <none>
Status:       Pending
IP:
IPs:          <none>
Containers: <none>
Volumes:         <none>
QoS Class:
Node-Selectors:  <none>
Tolerations:     <none>
Events:          <none>
`.trim(),
    );
  });

  test('is being deleted', () => {
    const { metadata, ...rest } = bare;
    const deletion = { deletionTimestamp: '2026-01-01T00:59:55Z', deletionGracePeriodSeconds: 30 };
    const going = { ...rest, metadata: { ...metadata, ...deletion } };
    expect(shown(going)).toMatch(/^Status: {20}Terminating \(lasts 5s\)\nTermination Grace Period: {2}30s$/m);
    expect(shown({ ...going, status: { phase: 'Succeeded' } })).toMatch(/^Status: {7}Succeeded$/m);
  });

  test('failed says why; events that are not asked for are left out', () => {
    const text = shown({ ...bare, status: { phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' } });
    expect(text).toMatch(/^Status: {7}Failed\nReason: {7}DeadlineExceeded\nMessage: {6}too long$/m);
    expect(text).not.toContain('Events');
  });

  test('has a long annotation', () => {
    const text = shown({ ...bare, metadata: { ...bare.metadata, annotations: { a: 'x'.repeat(200), b: 'one\ntwo' } } });
    expect(text).toContain(
      [
        'Annotations:  a:',
        `                ${'x'.repeat(138)}...`,
        '              b:',
        '                one',
        '                two',
      ].join('\n'),
    );
  });

  test('takes its environment and files from elsewhere: no secret is shown', () => {
    const app: Container = {
      name: 'app',
      image: 'app:1',
      envFrom: [{ configMapRef: { name: 'conf' } }, { secretRef: { name: 'db', optional: true }, prefix: 'DB_' }],
      env: [
        { name: 'KEY', valueFrom: { secretKeyRef: { key: 'k', name: 's' } } },
        { name: 'CONF', valueFrom: { configMapKeyRef: { key: 'k', name: 'c', optional: true } } },
        { name: 'ME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      ],
      resources: { limits: { memory: '64Mi' }, requests: { memory: '32Mi', cpu: '100m' } },
    };
    const volumes = [
      { name: 'conf', configMap: { name: 'conf' } },
      { name: 'keys', secret: { secretName: 'keys', optional: true } },
      { name: 'info', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      {
        name: 'all',
        projected: { sources: [{ secret: { name: 's' } }, { downwardAPI: {} }, { configMap: { name: 'c' } }] },
      },
    ];
    const text = shown({ ...bare, spec: { containers: [app], volumes } });
    expect(text.slice(text.indexOf('    Limits'), text.indexOf('QoS'))).toBe(
      `
    Limits:
      memory:  64Mi
    Requests:
      cpu:     100m
      memory:  32Mi
    Environment Variables from:
      conf  ConfigMap                 Optional: false
      db    Secret with prefix 'DB_'  Optional: true
    Environment:
      KEY:   <set to the key 'k' in secret 's'>      Optional: false
      CONF:  <set to the key 'k' of config map 'c'>  Optional: true
      ME:    web (v1:metadata.name)
      CPU:   node allocatable (limits.cpu)
    Mounts:  <none>
Volumes:
  conf:
    Type:      ConfigMap (a volume populated by a ConfigMap)
    Name:      conf
    Optional:  false
  keys:
    Type:        Secret (a volume populated by a Secret)
    SecretName:  keys
    Optional:    true
  info:
    Type:  DownwardAPI (a volume populated by information about the pod)
    Items:
      metadata.labels -> labels
  all:
    Type:           Projected (a volume that contains injected data from multiple sources)
    SecretName:     s
    Optional:       false
    DownwardAPI:    true
    ConfigMapName:  c
    Optional:       false
`.slice(1),
    );
  });
});
