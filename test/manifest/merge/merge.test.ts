/** Several files: what a later one says goes over what an earlier one does, as `kubectl patch` merges. */
import { describe, expect, test } from 'vitest';

import type { Project } from '../../../src/model/project.ts';
import { DIR, findingsOf, parse, projectOf } from '../parse.ts';

interface File {
  readonly text: string;
  readonly layer?: number;
  readonly dir?: string;
}

function sourcesOf(files: readonly (string | File)[]) {
  return files.map((file, index) => {
    const { text, layer = index, dir = DIR } = typeof file === 'string' ? { text: file } : file;
    return { path: `${index}.yaml`, text, dir, layer };
  });
}

const merged = (...files: (string | File)[]): Project => projectOf('', { sources: sourcesOf(files) });

const errorsOf = (...files: (string | File)[]): readonly string[] =>
  parse('', { sources: sourcesOf(files) }).diagnostics.map(
    ({ file, line, col, path, message }) => `${file}:${line}:${col} ${path}: ${message}`,
  );

/** The spec of the Pod `web` of two files that say these of it. */
function specOf(kind: 'short' | 'Pod', below: string, above: string) {
  const write = (spec: string) =>
    kind === 'short' ? `pods: {web: ${spec}}` : `{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: ${spec}}`;
  return merged(write(below), write(above)).pods[0]?.spec;
}

const containerOf = (kind: 'short' | 'Pod', below: string, above: string) =>
  specOf(kind, `{containers: [{name: a, image: x, ${below}}]}`, `{containers: [{name: a, ${above}}]}`)?.containers[0];

describe('lists of named members', () => {
  test.each([
    [
      'env',
      '{env: [{name: A, value: "1"}, {name: B, value: "2"}]}',
      '{env: [{name: C, value: "3"}, {name: A, value: "0"}]}',
      [
        ['A', '0'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    [
      'env, a map over a list',
      '{env: [{name: A, value: "1"}, {name: B, value: "2"}]}',
      '{env: {A: 0, C: 3}}',
      [
        ['A', '0'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    [
      'env, a list over a map',
      '{env: {A: 1, B: 2}}',
      '{env: [{name: B, value: "0"}]}',
      [
        ['A', '1'],
        ['B', '0'],
      ],
    ],
    ['env, one taken away', '{env: {A: 1, B: 2}}', '{env: {A: null}}', [['B', '2']]],
    [
      'env, one deleted',
      '{env: [{name: A, value: "1"}, {name: B}]}',
      '{env: [{name: A, $patch: delete}]}',
      [['B', '']],
    ],
    [
      'env, all replaced',
      '{env: [{name: A, value: "1"}]}',
      '{env: [{$patch: replace}, {name: B, value: "2"}]}',
      [['B', '2']],
    ],
  ])('%s', (_, below, above, values) => {
    const env = containerOf('short', below.slice(1, -1), above.slice(1, -1))?.env;
    expect(env?.map(({ name, value }) => [name, value])).toEqual(values);
  });

  test('ports by number and protocol, mounts by path', () => {
    const container = containerOf(
      'short',
      'ports: ["8080:80", "53:53/udp", {containerPort: 53, hostPort: 54}], volumeMounts: ["./a:/a", {name: v, mountPath: /v/}]}], volumes: {v: {}}, initContainers: [{name: i, image: x',
      'ports: ["9090:80", {containerPort: 53, name: dns}], volumeMounts: ["./b:/a:ro", {name: v, mountPath: /v, readOnly: true}, "v:/w"]',
    );
    expect(
      container?.ports.map(({ containerPort, protocol, name, hostPort }) => [containerPort, protocol, name, hostPort]),
    ).toEqual([
      [80, 'TCP', undefined, 9090],
      [53, 'UDP', undefined, 53],
      [53, 'TCP', 'dns', 54],
    ]);
    expect(container?.volumeMounts.map(({ mountPath, readOnly }) => [mountPath, readOnly])).toEqual([
      ['/a', true],
      ['/v', true],
      ['/w', false],
    ]);
  });

  test('containers by name, in the order of the first file, new ones behind', () => {
    const spec = specOf(
      'Pod',
      '{containers: [{name: a, image: x}, {name: b, image: x}]}',
      '{containers: [{name: c, image: z}, {name: b, image: u}], initContainers: [{name: i, image: w}]}',
    );
    expect(spec?.containers.map(({ name, image }) => `${name} ${image}`)).toEqual(['a x', 'b u', 'c z']);
    expect(spec?.initContainers.map(({ name }) => name)).toEqual(['i']);
  });

  test('aliases by address, pull secrets by name; other lists are replaced', () => {
    const container = '{containers: [{name: a, image: x, command: [a, b]}]';
    const spec = specOf(
      'Pod',
      `${container}, hostAliases: [{ip: 10.0.0.1, hostnames: [a]}, {ip: 10.0.0.2, hostnames: [b]}], imagePullSecrets: [{name: a}], readinessGates: [{conditionType: a}]}`,
      '{containers: [{name: a, command: [c]}], hostAliases: [{ip: 10.0.0.2, hostnames: [c]}], imagePullSecrets: [{name: b}], readinessGates: [{conditionType: b}]}',
    );
    expect(spec).toMatchObject({
      containers: [{ name: 'a', image: 'x', command: ['c'] }],
      hostAliases: [
        { ip: '10.0.0.1', hostnames: ['a'] },
        { ip: '10.0.0.2', hostnames: ['c'] },
      ],
      imagePullSecrets: [{ name: 'a' }, { name: 'b' }],
      readinessGates: [{ conditionType: 'b' }],
    });
  });

  test('a volume has one source: another takes its place', () => {
    const volumes = (below: string, above: string) =>
      specOf(
        'Pod',
        `{containers: [{name: a, image: x}], volumes: [{name: v, ${below}}]}`,
        `{volumes: [{name: v, ${above}}]}`,
      )?.volumes;
    expect(volumes('hostPath: {path: /a}', 'emptyDir: {}')).toEqual([{ name: 'v', emptyDir: { medium: '' } }]);
    expect(volumes('emptyDir: {medium: Memory}', 'emptyDir: {sizeLimit: 1Mi}')).toEqual([
      { name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
    ]);
  });
});

describe('maps', () => {
  test('are merged, null takes a field away, $patch: replace the rest', () => {
    const container = containerOf(
      'Pod',
      'livenessProbe: {httpGet: {path: /, port: 80}}, readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}, resources: {limits: {cpu: 1, memory: 1Gi}}',
      'livenessProbe: null, readinessProbe: {$patch: replace, exec: {command: [a]}}, resources: {limits: {cpu: 2}}',
    );
    expect(container).not.toHaveProperty('livenessProbe');
    expect(container?.readinessProbe).toMatchObject({ exec: { command: ['a'] }, periodSeconds: 10 });
    expect(container?.readinessProbe).not.toHaveProperty('tcpSocket');
    expect(container?.resources?.limits).toEqual({ cpu: '2', memory: '1Gi' });
  });

  test('by name in the short form: a Pod, a container, a volume more or less', () => {
    const project = merged(
      'name: a\npods: {web: {containers: {app: {image: x}, proxy: {image: y}}}, db: {containers: {a: {image: x}}}}\nvolumes: {data: {}, old: {}}\nconfigMaps: {c: {data: {A: "1", B: "2"}}}',
      'name: b\npods: {web: {containers: {app: {image: z}, proxy: null}}, db: {$patch: delete}, job: {containers: {a: {image: w}}}}\nvolumes: {data:, old: null, new: }\nconfigMaps: {c: {data: {A: , B: null}}}',
    );
    expect(project.name).toBe('b');
    expect(
      project.pods.map(({ metadata, spec }) => [metadata.name, ...spec.containers.map(({ image }) => image)]),
    ).toEqual([
      ['web', 'z'],
      ['job', 'w'],
    ]);
    expect(project.claims.map(({ name }) => name)).toEqual(['data', 'new']);
    expect(project.objects[0]?.data).toEqual({ A: '' });
  });

  test('a container that stands in a list goes over one that stands in a map', () => {
    const spec = specOf(
      'short',
      '{containers: {a: {image: x, env: {A: 1}}}, volumes: [{name: v, emptyDir: {}}]}',
      '{containers: [{name: a, image: y}, {name: b, image: z}], volumes: {v: {emptyDir: {medium: Memory}}}}',
    );
    expect(spec?.containers).toMatchObject([{ name: 'a', image: 'y', env: [{ name: 'A' }] }, { name: 'b' }]);
    expect(spec?.volumes).toEqual([{ name: 'v', emptyDir: { medium: 'Memory' } }]);
  });

  test('an anchor that both files use stays what it is elsewhere', () => {
    const project = merged(
      'x-a: &a {image: x, env: {A: 1}}\npods: {db: {containers: {c: *a}}, web: {containers: {c: {<<: *a, args: [b]}}}}',
      'x-a: &a {B: 2}\npods: {web: {containers: {c: {env: *a}}}}',
    );
    const envs = project.pods.map(({ spec }) => spec.containers[0]?.env.map(({ name }) => name));
    expect(envs).toEqual([['A'], ['A', 'B']]);
    expect(project.pods[1]?.spec.containers[0]).toMatchObject({ image: 'x', args: ['b'] });
  });
});

describe('which object goes over which', () => {
  const map = (data: string, namespace = 'default') =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: ${namespace}}, data: ${data}}`;
  const pod = '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: x}]}}';

  test('kind, namespace and name decide, also of the items of Lists', () => {
    const project = merged(
      `---\n${pod}\n---\n{apiVersion: v1, kind: List, items: [${map('{A: a}')}, ${map('{A: a}', 'other')}]}`,
      `{apiVersion: v1, kind: List, items: [${map('{B: b}', 'other')}, ${map('{C: c}', 'new')}]}`,
      map('{D: d}').replace('metadata: {name: c, namespace: default}', 'metadata: {name: c}'),
    );
    expect(project.objects.map(({ namespace, data }) => [namespace, Object.keys(data).join()])).toEqual([
      ['default', 'A,D'],
      ['new', 'C'],
      ['other', 'A,B'],
    ]);
  });

  test('an object is taken away by a directive', () => {
    const away = `{$patch: delete, ${map('{}').slice(1)}`;
    expect(merged(`---\n${pod}\n---\n${map('{}')}`, away).objects).toEqual([]);
    expect(merged(`{apiVersion: v1, kind: List, items: [${map('{}')}, ${pod}]}`, away).objects).toEqual([]);
  });

  test('each entry goes to the document of the short form that has it', () => {
    const project = merged(
      'pods: {a: {containers: {c: {image: x}}}}\n---\npods: {b: {containers: {c: {image: x}}}}',
      'pods: {a: {containers: {c: {image: y}}}, b: {containers: {c: {image: z}}}, d: {containers: {c: {image: w}}}}',
    );
    expect(project.pods.map(({ spec }) => spec.containers[0]?.image)).toEqual(['y', 'w', 'z']);
  });

  test('files of one layer add up, and the same object twice is refused', () => {
    const over = { text: map('{B: b}'), layer: 0 };
    expect(errorsOf(`${pod}\n---\n${map('{A: a}')}`, over)).toEqual([
      '1.yaml:1:52 metadata.name: Duplicate value: ConfigMap default/c is already at 0.yaml:3 (metadata.name)',
    ]);
  });

  test('the two dialects are not merged', () => {
    expect(errorsOf(pod, 'pods: {a: {containers: {a: {image: x}}}}')).toEqual([
      '1.yaml:1:8 pods.a: Duplicate value: Pod default/a is already at 0.yaml:1 (metadata.name)',
    ]);
  });
});

describe('a finding is shown in the file that it is about', () => {
  const base = 'pods:\n  web:\n    containers:\n      app:\n        image: x\n        ports: ["8080:80"]\n';

  test('what either file says, what both together say, and what is missing', () => {
    expect(
      errorsOf(
        `${base}        volumeMounts: [{name: cash, mountPath: /c}]\n`,
        'pods:\n  web:\n    containers:\n      app: {imag: y, ports: ["8080:90"]}\n      more: {}\n',
      ),
    ).toEqual([
      '1.yaml:4:13 pods.web.containers.app.imag: unknown field "imag"',
      '1.yaml:5:7 pods.web.containers.more.image: Required value',
      '0.yaml:7:31 pods.web.containers.app.volumeMounts[0].name: Not found: "cash"',
      '1.yaml:4:30 pods.web.containers.app.ports[1]: host port TCP/8080 is published twice, also on 0.yaml:6',
    ]);
  });

  test('a directive that there is not', () => {
    expect(errorsOf(base, 'pods: {web: {$patch: remove}}')).toEqual([
      '1.yaml:1:14 pods.web.$patch: unknown field "$patch"',
    ]);
  });

  test('a relative path starts from the folder of the file that it stands in', () => {
    const project = merged(base, {
      text: 'pods: {web: {containers: {app: {build: ./b, volumeMounts: ["./src:/src"]}}}}',
      dir: '/over',
    });
    expect(project.pods[0]?.spec).toMatchObject({
      containers: [{ build: { context: '/over/b' } }],
      volumes: [{ hostPath: { path: '/over/src' } }],
    });
  });

  test('variables are put in before the merge, and numbers are numbers after it', () => {
    const { project } = parse('', {
      sources: sourcesOf([base, 'pods: {web: {hostname: "${H}", terminationGracePeriodSeconds: "${N}"}}']),
      env: { H: 'h', N: '7' },
    });
    expect(project?.pods[0]?.spec).toMatchObject({ hostname: 'h', terminationGracePeriodSeconds: 7 });
  });
});

test('keys that begin with x- are nobody’s, and YAML’s own merge keys work in the order of their lists', () => {
  const text = `x-one: &one {A: "1", B: "1"}
x-two: &two {B: "2", C: "2"}
pods:
  web:
    x-note: {anything: [1]}
    containers:
      app: {image: x, x-tool: yes, env: {C: "0", <<: [*one, *two]}}
`;
  expect(findingsOf(text)).toEqual([]);
  expect(projectOf(text).pods[0]?.spec.containers[0]?.env).toEqual([
    { name: 'C', value: '0' },
    { name: 'A', value: '1' },
    { name: 'B', value: '1' },
  ]);
});
