import { describe, expect, test } from 'vitest';
import type { Pod as KubernetesPod } from 'kubernetes-types/core/v1.js';
import { podTable } from '../../../src/output/tables/pod-table.ts';
import { ended, makePod, makeStatus, nowMs, running, waiting } from '../pods.ts';

const plain = { wide: false, allNamespaces: false, noHeaders: false, showLabels: false, nowMs };
const web = makePod({
  phase: 'Running',
  podIP: '172.18.0.3',
  podIPs: [{ ip: '172.18.0.2' }],
  conditions: [
    { type: 'a.dev/x', status: 'True' },
    { type: 'a.dev/y', status: 'False' },
  ],
  containerStatuses: [
    makeStatus('app', running, { ready: true, restartCount: 1, lastState: ended(1, 'Error') }),
    makeStatus('log', running),
  ],
});
const job = makePod(
  { phase: 'Pending', containerStatuses: [makeStatus('app', waiting('ImagePullBackOff'))] },
  { name: 'migrate', namespace: 'shop' },
);

describe('podTable', () => {
  test('golden', () => {
    expect(podTable([web, job], plain).join('\n')).toBe(
      [
        'NAME      READY   STATUS             RESTARTS       AGE',
        'web       1/2     Running            1 (5m2s ago)   55m',
        'migrate   0/1     ImagePullBackOff   0              55m',
      ].join('\n'),
    );
  });

  test('published ports have a column of their own', () => {
    const ports = [
      { containerPort: 80, hostPort: 8080, hostIP: '127.0.0.1', protocol: 'TCP' },
      { containerPort: 53, hostPort: 53, hostIP: '::1', protocol: 'UDP' },
      { containerPort: 9000 },
    ];
    const open = { ...job, spec: { containers: [{ name: 'app', ports }] } };
    expect(podTable([open, job], { ...plain, ports: true })).toEqual([
      'NAME      READY   STATUS             RESTARTS   AGE   PORTS',
      'migrate   0/1     ImagePullBackOff   0          55m   127.0.0.1:8080->80/tcp, [::1]:53->53/udp',
      'migrate   0/1     ImagePullBackOff   0          55m',
    ]);
  });

  test('what became of each has a column of its own', () => {
    expect(podTable([job], { ...plain, events: ['DELETED'] })).toEqual([
      'EVENT     NAME      READY   STATUS             RESTARTS   AGE',
      'DELETED   migrate   0/1     ImagePullBackOff   0          55m',
    ]);
  });

  test('wide, all namespaces, labels', () => {
    const gated = {
      ...web,
      metadata: { ...web.metadata, labels: { tier: 'web', app: 'shop' } },
      spec: {
        containers: [],
        ...web.spec,
        nodeName: 'laptop',
        readinessGates: [{ conditionType: 'a.dev/x' }, { conditionType: 'a.dev/y' }],
      },
    };
    const lines = podTable([gated, job], { ...plain, wide: true, allNamespaces: true, showLabels: true });
    expect(lines.join('\n')).toBe(
      [
        'NAMESPACE   NAME      READY   STATUS             RESTARTS       AGE   IP           NODE     NOMINATED NODE   READINESS GATES   LABELS',
        'default     web       1/2     Running            1 (5m2s ago)   55m   172.18.0.2   laptop   <none>           1/2               app=shop,tier=web',
        'shop        migrate   0/1     ImagePullBackOff   0              55m   <none>       <none>   <none>           <none>            <none>',
      ].join('\n'),
    );
  });

  test('no header, and the columns as narrow as the rows', () => {
    expect(podTable([job], { ...plain, noHeaders: true })).toEqual(['migrate   0/1   ImagePullBackOff   0     55m']);
  });

  test('a Pod that is not made has no age', () => {
    const { metadata, ...coming } = job;
    expect(podTable([{ ...coming, metadata: { name: metadata?.name ?? '' } }], plain)[1]).toMatch(/<unknown>$/);
  });

  test('ports that a terminal has no room for are told in short', () => {
    const ports = [80, 443].map((port) => ({ containerPort: port, hostPort: 18_000 + port, hostIP: '127.0.0.1' }));
    const pod: KubernetesPod = { ...web, spec: { containers: [{ name: 'app', ports }] } };
    const at = (columns?: number) =>
      podTable([pod], { ...plain, ports: true, columns })[1]
        ?.split(/ {3,}/)
        .at(-1);
    expect(at()).toBe('127.0.0.1:18080->80/tcp, 127.0.0.1:18443->443/tcp');
    expect(at(80)).toBe('18080->80, 18443->443');
    expect(at(60)).toBe('2 ports');
    const open: KubernetesPod = {
      ...web,
      spec: {
        containers: [{ name: 'app', ports: [{ containerPort: 53, hostPort: 53, hostIP: '0.0.0.0', protocol: 'UDP' }] }],
      },
    };
    const lines = podTable([open], { ...plain, ports: true, columns: 60 });
    expect(lines[1]).toMatch(/ 0\.0\.0\.0:53->53\/udp$/);
  });

  test('no Pod, no line', () => {
    expect(podTable([], plain)).toEqual([]);
  });
});
