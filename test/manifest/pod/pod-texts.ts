/** Valid Pods of both dialects as a file may write them, of the whole breadth of what podrun reads. */
import fc from 'fast-check';

type Json = Readonly<Record<string, unknown>>;

/** Each field is there or not. */
const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Json> =>
  fc.record(fields, { requiredKeys: [] });

const word = fc.stringMatching(/^[a-z]([a-z0-9]{0,6}[a-z0-9])?$/).filter((text) => text.length > 1);
const variable = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,6}$/);
/** Texts that YAML might take for something else, that hold what stands for variables, or are empty. */
const text = fc.oneof(
  word,
  fc.constantFrom(
    '',
    'yes',
    '0644',
    '1:30',
    'a: b',
    '# c',
    ' x ',
    '- y',
    '$(A) $$',
    'two\nlines\n',
    'ü',
    'null',
    '~',
    '"',
  ),
);
const small = fc.integer({ min: 1, max: 60 });
const port = fc.integer({ min: 1, max: 65_535 });
const path = word.map((name) => `/${name}`);
const relative = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const labels = fc.dictionary(word, word, { maxKeys: 2 });
const command = fc.array(text, { minLength: 1, maxLength: 3 });
const mode = fc.constantFrom(0, 0o400, 0o644, 0o777);
const items = fc.uniqueArray(fc.record({ key: word, path: relative }), {
  minLength: 1,
  maxLength: 2,
  selector: (item) => item.path,
});

const httpGet = fc.record(
  {
    port,
    path,
    host: fc.constant('127.0.0.1'),
    scheme: fc.constantFrom('HTTP', 'HTTPS'),
    httpHeaders: fc.array(fc.record({ name: word, value: text }), { maxLength: 2 }),
  },
  { requiredKeys: ['port'] },
);
const exec = fc.record({ command });
const handlers = fc.oneof(
  fc.record({ exec }),
  fc.record({ httpGet }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ grpc: fc.record({ port, service: word }, { requiredKeys: ['port'] }) }),
);
const timing = { initialDelaySeconds: small, timeoutSeconds: small, periodSeconds: small, failureThreshold: small };
const joined = (...parts: fc.Arbitrary<Json>[]) =>
  fc.tuple(...parts).map((all): Json => Object.assign({}, ...all) as Json);
const killing = joined(handlers, some({ ...timing, terminationGracePeriodSeconds: small }));
const readiness = joined(handlers, some({ ...timing, successThreshold: small }));
const hook = fc.oneof(fc.record({ exec }), fc.record({ httpGet }), fc.constant({ sleep: { seconds: 0 } }));

const common = {
  runAsUser: fc.nat(70_000),
  runAsGroup: fc.nat(70_000),
  runAsNonRoot: fc.boolean(),
  seccompProfile: fc.constantFrom({ type: 'RuntimeDefault' }, { type: 'Unconfined' }),
  seLinuxOptions: fc.constant({ level: 's0:c1' }),
};
const securityContext = some({
  ...common,
  readOnlyRootFilesystem: fc.boolean(),
  capabilities: fc.record({ add: fc.constantFrom(['NET_ADMIN'], ['CAP_KILL'], []), drop: fc.constant(['ALL']) }),
});
const podSecurity = some({
  ...common,
  fsGroup: fc.nat(1000),
  fsGroupChangePolicy: fc.constantFrom('Always', 'OnRootMismatch'),
  supplementalGroups: fc.array(fc.nat(1000), { maxLength: 2 }),
});

const valueFrom = fc.oneof(
  fc.constant({ fieldRef: { fieldPath: 'metadata.name' } }),
  fc.constant({ resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } }),
  fc.record({ configMapKeyRef: fc.record({ name: word, key: word, optional: fc.boolean() }) }),
  fc.record({ secretKeyRef: fc.record({ name: word, key: word }) }),
);
const env = fc.uniqueArray(
  fc.oneof(fc.record({ name: variable, value: text }), fc.record({ name: variable, valueFrom })),
  { maxLength: 4, selector: ({ name }) => name },
);
const envFrom = fc.array(
  fc.oneof(
    fc.record({ prefix: variable, configMapRef: fc.record({ name: word }) }),
    fc.record({ secretRef: fc.record({ name: word, optional: fc.boolean() }) }),
  ),
  { maxLength: 2 },
);
const resources = fc.constantFrom(
  {},
  { limits: { cpu: 1, memory: '64Mi' } },
  { requests: { cpu: '0.5' }, limits: { cpu: '1500m' } },
  { requests: { memory: '1Gi', 'ephemeral-storage': '2Gi' } },
);
const ports = fc.uniqueArray(
  fc.record(
    { name: word, containerPort: port, protocol: fc.constantFrom('TCP', 'UDP') },
    { requiredKeys: ['containerPort'] },
  ),
  { maxLength: 2, selector: (each) => each.name ?? each.containerPort },
);
const mounts = fc.constantFrom(
  [],
  [{ name: 'dir', mountPath: '/dir', readOnly: true }],
  [
    { name: 'dir', mountPath: '/a', subPath: 'x/y' },
    { name: 'map', mountPath: '/b', subPathExpr: '$(A)/z' },
  ],
  [{ name: 'dir', mountPath: '/a', mountPropagation: 'HostToContainer' }],
  [{ name: 'map', mountPath: '/b', readOnly: true, recursiveReadOnly: 'IfPossible' }],
);

const basics = {
  imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never'),
  command,
  args: command,
  workingDir: path,
  env,
  envFrom,
  resources,
  ports,
  volumeMounts: mounts,
  securityContext,
  terminationMessagePath: path,
  terminationMessagePolicy: fc.constantFrom('File', 'FallbackToLogsOnError'),
  stdin: fc.boolean(),
  stdinOnce: fc.boolean(),
  tty: fc.boolean(),
};
const care = {
  livenessProbe: killing,
  startupProbe: killing,
  readinessProbe: readiness,
  lifecycle: some({ postStart: hook, preStop: hook, stopSignal: fc.constant('SIGUSR1') }),
};
const image = fc.constantFrom(
  'busybox',
  'nginx:latest',
  'shop/api:1.10',
  'r.example.com:5000/x@sha256:' + 'a'.repeat(64),
);
const named = (name: fc.Arbitrary<string>, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.tuple(name, image, some(fields)).map(([own, from, rest]): Json => ({ name: own, image: from, ...rest }));
const containers = fc
  .tuple(
    named(fc.constant('app'), { ...basics, ...care }),
    fc.array(named(fc.constant('side'), { ...basics, ...care }), { maxLength: 1 }),
  )
  .map(([first, more]) => [first, ...more]);
const initContainers = fc
  .tuple(
    fc.array(named(fc.constant('init'), basics), { maxLength: 1 }),
    fc.array(
      named(fc.constant('mesh'), { ...basics, ...care }).map((each): Json => ({ ...each, restartPolicy: 'Always' })),
      { maxLength: 1 },
    ),
  )
  .map((lists) => lists.flat());

const projected = fc.record({
  sources: fc.uniqueArray(
    fc.oneof(
      fc.record({ configMap: fc.record({ name: word }) }),
      fc.record({ secret: fc.record({ name: word, optional: fc.boolean() }) }),
      fc.constant({
        downwardAPI: {
          items: [{ path: 'p', resourceFieldRef: { containerName: 'app', resource: 'requests.memory' } }],
        },
      }),
    ),
    { maxLength: 3, selector: (source) => Object.keys(source)[0] },
  ),
  defaultMode: mode,
});
const source = fc.oneof(
  fc.constant({}),
  fc.record({ emptyDir: some({ medium: fc.constantFrom('', 'Memory'), sizeLimit: fc.constant('64Mi') }) }),
  fc.record({ hostPath: fc.record({ path, type: fc.constantFrom('', 'Directory', 'DirectoryOrCreate', 'File') }) }),
  fc.record({ persistentVolumeClaim: fc.record({ claimName: word, readOnly: fc.boolean() }) }),
  fc.record({
    configMap: fc.record({ name: word, items, defaultMode: mode, optional: fc.boolean() }, { requiredKeys: ['name'] }),
  }),
  fc.record({ secret: fc.record({ secretName: word, items, defaultMode: mode }, { requiredKeys: ['secretName'] }) }),
  fc.constant({
    downwardAPI: { items: [{ path: 'a/b', fieldRef: { fieldPath: "metadata.labels['x']" }, mode: 0o400 }] },
  }),
  fc.record({ projected }),
  fc.constant({ image: { reference: 'busybox:1', pullPolicy: 'Never' } }),
  fc.constant({
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  }),
);
const volumes = fc.tuple(source, source).map(([dir, map]): readonly Json[] => [
  { name: 'dir', ...dir },
  { name: 'map', ...map },
]);

const namespaces = fc.constantFrom<Json>(
  {},
  { hostNetwork: true },
  { hostPID: true },
  { hostIPC: true },
  { shareProcessNamespace: true },
  { securityContext: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '0' }] } },
);
const podFields = joined(
  namespaces,
  some({
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    terminationGracePeriodSeconds: fc.integer({ min: 0, max: 60 }),
    activeDeadlineSeconds: small,
    securityContext: podSecurity,
    hostname: word,
    subdomain: word,
    setHostnameAsFQDN: fc.boolean(),
    hostAliases: fc.constant([
      { ip: '10.0.0.1', hostnames: ['a', 'b'] },
      { ip: '::1', hostnames: ['c'] },
    ]),
    dnsPolicy: fc.constantFrom('ClusterFirst', 'Default', 'ClusterFirstWithHostNet'),
    dnsConfig: fc.constant({
      nameservers: ['1.1.1.1'],
      searches: ['a.b'],
      options: [{ name: 'ndots', value: '2' }, { name: 'x' }],
    }),
    imagePullSecrets: fc.constant([{ name: 'pull' }]),
    nodeSelector: labels,
    nodeName: word,
    serviceAccountName: word,
    readinessGates: fc.constant([{ conditionType: 'example.com/warm' }]),
    affinity: fc.constant({ podAffinity: {} }),
    tolerations: fc.constant([{ operator: 'Exists' }]),
    priorityClassName: word,
    enableServiceLinks: fc.boolean(),
  }),
);

/** One Pod named `web` as Kubernetes has it; its neighbour `db` is there in either dialect. */
const specs = fc.tuple(podFields, containers, initContainers, volumes).map(([fields, main, init, sources]): Json => ({
  ...fields,
  // A cluster asks for it where there is a stop signal.
  os: { name: 'linux' },
  containers: main,
  initContainers: init,
  volumes: sources,
}));
const metas = fc.record({ labels, annotations: fc.dictionary(word, text, { maxKeys: 2 }) });
const asked = fc.constantFrom<Json>({}, { db: null }, { db: { condition: 'Started' } });
const profiles = fc.constantFrom<readonly string[]>([], ['default'], ['tools', 'default']);

const byName = (list: unknown): unknown => {
  const members = (Array.isArray(list) ? list : []) as readonly Json[];
  return Object.fromEntries(members.map(({ name, ...rest }) => [String(name), rest]));
};

/** The same as the short form may write it: maps by name, and fields that Kubernetes has not. */
const shortPods = fc
  .tuple(metas, specs, asked, profiles, fc.boolean(), fc.boolean())
  .map(([meta, spec, dependsOn, own, maps, builds]): Json => {
    const built = builds
      ? {
          build: {
            ...{ context: './app', args: { A: 'b', TOKEN: 'not to be seen' }, network: 'none' },
            ...{ ssh: ['default', 'mine=./agent'], cache_from: ['shop/web'], cache_to: ['type=inline'] },
          },
          onChange: [
            { paths: ['./app/src', '../shared'], action: 'sync', target: '/srv/app/' },
            { paths: ['app/package.json'], action: 'rebuild' },
          ],
        }
      : {};
    const [app, ...others] = spec['containers'] as readonly Json[];
    const name = String(app?.['image']).includes('@') ? { image: 'own:1' } : {};
    const list = [{ ...app, ...built, ...(builds ? name : {}) }, ...others];
    const shaped = maps
      ? { containers: byName(list), initContainers: byName(spec['initContainers']), volumes: byName(spec['volumes']) }
      : { containers: list };
    return { ...spec, ...meta, ...shaped, dependsOn, profiles: own };
  });

const dollars = (value: unknown): string => JSON.stringify(value).replaceAll('$', '$$$$');

/** A file of the short form, with more in it than the Pod. */
export const shortFiles: fc.Arbitrary<string> = shortPods.map(
  (web) =>
    `${dollars({
      pods: {
        web,
        db: { containers: { a: { image: 'x', volumeMounts: ['data:/d', './here:/h:ro'], ports: ['8080:80/udp'] } } },
      },
      volumes: { data: {}, unused: {} },
      configMaps: { conf: { data: { A: 'yes', B: 'two\nlines' } } },
      secrets: { keys: { data: { K: 'hunter2-and-more' } } },
    })}\n`,
);

/** A stream of Kubernetes objects. */
export const objectFiles: fc.Arbitrary<string> = fc.tuple(metas, specs).map(([metadata, spec]) =>
  [
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', ...metadata }, spec },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'far' },
      data: { bin: '/w==', text: 'aGk=' },
      immutable: true,
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front' },
      spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
    },
  ]
    .map((object) => JSON.stringify(object))
    .join('\n---\n'),
);
