/** Each field of a compose service: what it becomes in its Pod, or why it has no equal. */
import { describe, expect, test } from 'vitest';
import { convertCompose } from '../../../src/manifest/compose/convert.ts';
import { isCompose } from '../../../src/manifest/compose/recognize.ts';
import { toYaml } from '../../../src/output/json/yaml.ts';
import { messagesOf } from '../parse.ts';

const convert = (text: string) => convertCompose({ path: 'compose.yaml', text, dir: '/shop', layer: 0 });

/** What a service with these fields becomes: its Pod, without what is written out for all of them, and its container. */
function podOf(fields: string) {
  const { document, notes } = convert(`services: {web: {image: nginx, ${fields}}}`);
  const { containers, restartPolicy, terminationGracePeriodSeconds, ...pod } = (
    document as { pods: Record<string, Record<string, unknown>> }
  ).pods['web'] as Record<string, unknown>;
  expect(terminationGracePeriodSeconds === 10 || fields.includes('stop_grace_period')).toBe(true);
  const { image, ...container } = (containers as Record<string, Record<string, unknown>>)['web'] ?? {};
  expect(image).toBe('nginx');
  return {
    ...(restartPolicy === 'Never' ? {} : { restartPolicy: restartPolicy ?? 'Always' }),
    ...(terminationGracePeriodSeconds === 10 ? {} : { terminationGracePeriodSeconds }),
    ...pod,
    ...container,
    notes: notes.filter(({ path }) => path !== 'ports').map(({ path }) => path.replace('services.web.', '')),
  };
}

const nothing = { notes: [] };

describe('a field that has an equal', () => {
  test.each([
    ['command: npm start', { args: ['npm', 'start'] }],
    ['command: \'sh -c "a  b" c\\ d ${X:-e f}\'', { args: ['sh', '-c', 'a  b', 'c d', '${X:-e f}'] }],
    ['command: [a, b c]', { args: ['a', 'b c'] }],
    ['command: null', {}],
    ['entrypoint: [sh]', { command: ['sh'] }],
    ['environment: [A=1, B, C=x=y]', { env: { A: '1', B: '${B:-}', C: 'x=y' } }],
    ['environment: {A: 1.10, B: , C: true, D: $$(E)}', { env: { A: '1.10', B: '${B:-}', C: 'true', D: '$$$$(E)' } }],
    ['env_file: a.env', { envFile: ['a.env'] }],
    ['env_file: [a.env, {path: b.env}]', { envFile: ['a.env', 'b.env'] }],
    ["ports: ['8080:80', '127.0.0.1:53:53/udp']", { ports: ['8080:80', '127.0.0.1:53:53/udp'] }],
    ["ports: ['7000-7001:80-81']", { ports: ['7000:80', '7001:81'] }],
    ["ports: ['${PORT:-8080}:80']", { ports: ['${PORT:-8080}:80'] }],
    ["ports: [{target: 80, published: '8080', host_ip: 0.0.0.0, protocol: udp}]", { ports: ['0.0.0.0:8080:80/udp'] }],
    ["expose: ['80']", {}],
    ["volumes: ['./src:/app:ro,z', '.:/all']", { volumeMounts: ['./src:/app:ro', './:/all'] }],
    ["volumes: ['/cache']", { volumeMounts: ['cache:/cache'], volumes: { cache: {} } }],
    ['volumes: [{type: bind, source: ./a, target: /a, read_only: true}]', { volumeMounts: ['./a:/a:ro'] }],
    [
      'tmpfs: /run:size=64m',
      { volumeMounts: ['run:/run'], volumes: { run: { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } } } },
    ],
    [
      'shm_size: 1gb',
      {
        volumeMounts: ['dev-shm:/dev/shm'],
        volumes: { 'dev-shm': { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } } },
      },
    ],
    ['restart: always', { restartPolicy: 'Always' }],
    ['restart: on-failure', { restartPolicy: 'OnFailure' }],
    ["restart: 'no'", {}],
    ["user: '1000:50'", { securityContext: { runAsUser: 1000, runAsGroup: 50 } }],
    ['user: 1000', { securityContext: { runAsUser: 1000 } }],
    [
      'cap_add: [CAP_NET_ADMIN], cap_drop: [ALL], read_only: true',
      { securityContext: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, readOnlyRootFilesystem: true } },
    ],
    ['privileged: false', {}],
    ["security_opt: ['no-new-privileges:true']", { securityContext: { allowPrivilegeEscalation: false } }],
    ['stop_grace_period: 1m30s', { terminationGracePeriodSeconds: 90 }],
    ['stop_signal: SIGINT', { lifecycle: { stopSignal: 'SIGINT' } }],
    ['working_dir: /app, tty: true, stdin_open: true', { workingDir: '/app', tty: true, stdin: true }],
    ['hostname: box', { hostname: 'box' }],
    ['profiles: [debug]', { profiles: ['debug'] }],
    ['pull_policy: always', { imagePullPolicy: 'Always' }],
    ['network_mode: host', { hostNetwork: true }],
    ["extra_hosts: ['a:1.2.3.4', 'b=1.2.3.4']", { hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] }],
    ['labels: {a.b/c: true}', { annotations: { 'a.b/c': 'true' } }],
    ['sysctls: [a.b=1]', { securityContext: { sysctls: [{ name: 'a.b', value: '1' }] } }],
    ['mem_limit: 512m, cpus: 0.50', { resources: { limits: { memory: '512Mi', cpu: '0.50' } } }],
    [
      "deploy: {replicas: 1, resources: {limits: {cpus: '2'}, reservations: {memory: 20M}}}",
      { resources: { limits: { cpu: '2' }, requests: { memory: '20Mi' } } },
    ],
    [
      'healthcheck: {test: [CMD, ok], interval: 1m, retries: 2}',
      { readinessProbe: { exec: { command: ['ok'] }, periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 2 } },
    ],
    [
      'healthcheck: {test: curl x, timeout: 500ms}',
      { readinessProbe: { exec: { command: ['/bin/sh', '-c', 'curl x'] }, timeoutSeconds: 1 } },
    ],
    ['healthcheck: {disable: true}', {}],
    ['build: ./app', { build: './app' }],
    [
      'build: {context: ., target: dev, args: [A=1, B]}',
      { build: { context: '.', target: 'dev', args: { A: '1', B: '${B:-}' } } },
    ],
    [
      'build: {context: ., network: host, cache_from: [a], cache_to: [type=inline], platforms: [linux/amd64]}',
      {
        build: {
          ...{ context: '.', network: 'host', cache_from: ['a'], cache_to: ['type=inline'] },
          platforms: ['linux/amd64'],
        },
      },
    ],
    [
      'build: {context: ., secrets: [plain, db_password, {source: plain, target: id}], ssh: [default, mine=./a]}',
      {
        build: {
          context: '.',
          secrets: ['plain', { source: 'db-password', target: 'db_password' }, { source: 'plain', target: 'id' }],
          ssh: ['default', 'mine=./a'],
        },
        notes: ['secrets.plain', 'secrets.db_password'],
      },
    ],
    [
      'develop: {watch: [{path: src, action: sync, target: /app}, {path: a.json, action: sync+restart, target: /b}]}',
      {
        onChange: [
          { paths: ['src'], action: 'sync', target: '/app' },
          { paths: ['a.json'], action: 'sync', target: '/b' },
          { paths: ['a.json'], action: 'restart' },
        ],
      },
    ],
    ['depends_on: [db_1]', { dependsOn: { 'db-1': { condition: 'Started' } } }],
    [
      'depends_on: {db: {condition: service_healthy}, m: {condition: service_completed_successfully}}',
      { dependsOn: { db: { condition: 'Ready' }, m: { condition: 'Succeeded' } } },
    ],
    ['x-mine: 1', {}],
  ])('%s', (fields, expected) => {
    expect(podOf(fields)).toEqual({ ...nothing, ...expected });
  });
});

describe('a field without an equal is listed', () => {
  test.each([
    ['container_name: a', ['container_name']],
    ['gpus: all', ['gpus']],
    ['logging: {}', ['logging']],
    ['user: node', ['user']],
    ["restart: 'on-failure:3'", ['restart']],
    ['deploy: {replicas: 2, placement: {}}', ['deploy.replicas', 'deploy.placement']],
    ['deploy: {resources: {limits: {pids: 1}}}', ['deploy.resources.limits.pids']],
    ["network_mode: 'service:db'", ['network_mode']],
    ["extra_hosts: ['a:host-gateway']", ['extra_hosts']],
    ["ports: ['80']", ['ports']],
    ['build: {context: ., no_cache: true}', ['build.no_cache']],
    ['build: {context: ., secrets: [{source: a, mode: 0400}]}', ['build.secrets', 'secrets.a']],
    ['healthcheck: {interval: 5s}', ['healthcheck']],
    ['env_file: {path: a, required: false}', ['env_file']],
    ['networks: {front: {aliases: [a]}}', ['networks.front.aliases']],
    ["stop_grace_period: '${GRACE}'", ['stop_grace_period']],
    ['depends_on: {db: {restart: true}}', ['depends_on.db.restart']],
  ])('%s', (fields, notes) => {
    expect(podOf(fields).notes).toEqual(notes);
  });
});

const whole = `
x-base: &base {restart: unless-stopped}
name: shop
services:
  web_app:
    <<: *base
    image: nginx
    secrets: [db_password]
    configs: [{source: conf, target: /etc/conf}]
    volumes: ['pg_data:/data']
  db: {image: 'postgres:17', depends_on: [web_app], volumes: [{type: volume, source: pg_data, target: /d, volume: {subpath: x}}]}
volumes: {pg_data: {driver: local}, other: {external: true}}
secrets: {db_password: {environment: DB_PASSWORD}}
configs: {conf: {content: a=1}}
networks: {front: {}}
`;

test('a whole file is a valid short form, with the names that Kubernetes takes', () => {
  const { document, notes, diagnostics } = convert(whole);
  expect(diagnostics).toEqual([]);
  expect(messagesOf(toYaml(document), { env: { DB_PASSWORD: 'x' } })).toEqual([]);
  expect(document).toMatchObject({
    name: 'shop',
    pods: { 'web-app': { containers: { 'web-app': { image: 'nginx' } } }, db: { dependsOn: { 'web-app': {} } } },
    secrets: { 'db-password': { env: { db_password: 'DB_PASSWORD' } } },
    configMaps: { conf: { data: { conf: 'a=1' } } },
    volumes: { 'pg-data': {}, other: {} },
  });
  expect(notes.map(({ path }) => path)).toEqual(['services.web_app', 'volumes.other', 'networks']);
});

test('what is no YAML, and what is no compose file, is no document', () => {
  expect(convert('services: [')).toMatchObject({ notes: [], diagnostics: [{ severity: 'error' }] });
  expect(convert('services: {front: {selector: {}}}')).toEqual({ notes: [], diagnostics: [] });
});

test.each([
  ['{services: {a: {image: x}}}', true],
  ['{services: {a: {build: .}}, volumes: {}}', true],
  ['{services: {a: {selector: {}}}}', false],
  ['{services: {a: {image: x}}, pods: {}}', false],
  ['{services: {a: {image: x}}, kind: X}', false],
  ['{services: null}', false],
])('%s is a compose file: %s', (text, expected) => {
  expect(convert(text).document !== undefined).toBe(expected);
});

test('a list is no compose file', () => {
  expect(isCompose([])).toBe(false);
});
