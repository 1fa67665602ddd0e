import { describe, expect, test } from 'vitest';
import { clusterObjects, resolvedObjects } from '../../../src/output/json/objects.ts';
import { masked } from '../../../src/output/json/mask.ts';
import { findingsOf, messagesOf, parse, projectOf } from '../parse.ts';

const file = (ports: string, endpoints = '{}') =>
  `{pods: {db: {containers: {pg: {image: pg, ports: ${ports}}}}}, endpoints: ${endpoints}}`;

describe('automatic ports', () => {
  test('of the short form are an annotation in Kubernetes’ terms', () => {
    const text = file('["auto:5432", "auto:53/udp", 80]');
    const { project, written } = parse(text);
    if (project === undefined) throw new Error('no project');
    expect(project.pods[0]?.spec.containers[0]?.ports).toEqual([
      { containerPort: 5432, protocol: 'TCP', hostIP: '127.0.0.1', autoPort: true },
      { containerPort: 53, protocol: 'UDP', hostIP: '127.0.0.1', autoPort: true },
      { containerPort: 80, protocol: 'TCP' },
    ]);
    for (const [pod] of [resolvedObjects(project, written), clusterObjects(project, written)]) {
      expect(pod).toMatchObject({
        metadata: { annotations: { 'podrun.dev/auto-ports': 'pg:5432, pg:53/udp' } },
        spec: { containers: [{ ports: [{ containerPort: 5432 }, { containerPort: 53 }, { containerPort: 80 }] }] },
      });
      expect(JSON.stringify(pod)).not.toMatch(/autoPort|hostIP/);
      expect(projectOf(JSON.stringify(pod)).pods).toEqual(project.pods);
    }
  });

  test.each([
    ['["auto:x"]', 'Invalid value: "auto:x": must be a port or a mapping of ports'],
    ['["auto:70000"]', 'Invalid value: "auto:70000": each port must be between 1 and 65535'],
    ['["auto:80/sctp"]', 'Invalid value: "auto:80/sctp": a free port is found for tcp and udp alone'],
  ])('%s: %s', (ports, message) => {
    expect(messagesOf(file(ports))).toEqual([`pods.db.containers.pg.ports[0]: ${message}`]);
  });

  test('not on the machine’s own network', () => {
    const text = '{pods: {a: {hostNetwork: true, containers: {a: {image: a, ports: ["auto:80"]}}}}}';
    expect(messagesOf(text)).toEqual([
      expect.stringContaining('"auto:80": may not be automatic when `hostNetwork` is true'),
    ]);
  });

  test.each([
    ['pg:81', 'Not found: "pg:81": the container has no such port'],
    ['db:80', 'Not found: "db": the Pod has no container of that name'],
    ['pg', 'Invalid value: "pg": must be a container and one of its ports'],
    ['pg:90', 'Invalid value: "pg:90": the port has a hostPort'],
  ])('the annotation %s: %s', (value, message) => {
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: 'db', annotations: { 'podrun.dev/auto-ports': value } },
      spec: {
        containers: [
          { name: 'pg', image: 'pg:1', ports: [{ containerPort: 80 }, { containerPort: 90, hostPort: 90 }] },
        ],
      },
    };
    expect(messagesOf(JSON.stringify(pod))).toEqual([`metadata.annotations[podrun.dev/auto-ports]: ${message}`]);
  });
});

describe('endpoints', () => {
  const ports = '["auto:5432", {name: admin, containerPort: 99, hostPort: 99}, 80]';

  test('name ports by number, by number and protocol, and by name', () => {
    const { endpoints } = projectOf(file(ports, '{B: "x{db:5432}y{db:5432/tcp}", A: "{db:admin}", C: "{\\"a\\":1}"}'));
    const port = { namespace: 'default', pod: 'db', containerPort: 5432, protocol: 'TCP' };
    expect(endpoints).toEqual([
      { name: 'A', text: '{db:admin}', ports: { 'db:admin': { ...port, containerPort: 99 } } },
      { name: 'B', text: 'x{db:5432}y{db:5432/tcp}', ports: { 'db:5432': port, 'db:5432/tcp': port } },
      { name: 'C', text: '{"a":1}', ports: {} },
    ]);
  });

  test.each([
    ['{dv:5432}', 'Not found: {dv:5432}: no Pod of the project has the name dv'],
    ['{db:5433}', 'Not found: {db:5433}: db has no port 5433'],
    ['{db:80}', 'Invalid value: {db:80}: port 80 of db is not published'],
    ['{db}', 'Invalid value: "{db}": must be {POD:PORT}'],
  ])('%s: %s', (text, message) => {
    expect(messagesOf(file(ports, `{URL: "http://${text}/"}`))).toEqual([`endpoints.URL: ${message}`]);
  });

  test('an error is at its place, with what was meant', () => {
    const text = `pods:
  db: {containers: {pg: {image: pg, ports: ['auto:5432']}}}
endpoints:
  URL: 'http://{bd:5432}/'
`;
    expect(findingsOf(text)).toEqual([
      '4:8 endpoints.URL: Not found: {bd:5432}: no Pod of the project has the name bd',
    ]);
    expect(parse(text).diagnostics[0]?.hint).toBe('did you mean db?');
  });

  test('a name that is no variable’s is an error', () => {
    expect(messagesOf(file(ports, '{A-B: x}'))).toEqual([expect.stringContaining("must be letters, digits and '_'")]);
  });

  test('a workload’s name is its first Pod', () => {
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}, annotations: {podrun.dev/endpoints: '{"URL": "{web:80}"}', podrun.dev/auto-ports: 'app:80'}}
    spec: {containers: [{name: app, image: 'app:1', ports: [{containerPort: 80}]}]}
`;
    const { endpoints, pods } = projectOf(deployment);
    expect(endpoints?.[0]?.ports['web:80']?.pod).toBe(pods[0]?.metadata.name);
  });

  test('they are in no annotation of what runs, and config prints them again, without passwords', () => {
    const { project, written } = parse(file(ports, '{URL: "x://me:secret1@{db:5432}", API_TOKEN: tttttttt}'));
    if (project === undefined) throw new Error('no project');
    expect(JSON.stringify(project.pods)).not.toContain('secret1');
    const config = resolvedObjects(project, written);
    expect(projectOf(JSON.stringify(config[0]))).toEqual(project);
    expect(JSON.stringify(masked(config))).not.toMatch(/secret1|tttttttt/);
  });

  test('a second one of a name, in another document, is an error', () => {
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: 'x', annotations: { 'podrun.dev/endpoints': '{"A":"1"}' } },
    };
    const text = `${file(ports, '{A: "2"}')}\n---\n${JSON.stringify({ ...pod, spec: { containers: [{ name: 'x', image: 'x:1' }] } })}`;
    expect(messagesOf(text)).toEqual([expect.stringContaining('Duplicate value: "A"')]);
  });
});
