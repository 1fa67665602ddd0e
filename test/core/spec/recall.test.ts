/** What the labels keep of a Pod is enough to go on without its file. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { observe } from '../../../src/core/runtime/observed.ts';
import { recallPod } from '../../../src/core/spec/recall.ts';
import type { Container } from '../../../src/model/container.ts';
import type { Pod, PodSpec } from '../../../src/model/pod.ts';
import { infraOnEngine, makeContainer, makePod, makeProbe, onEngine } from '../make.ts';

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const map = fc.dictionary(word, word, { maxKeys: 3 });

/** Each field is there or not. */
const some = <T extends object>(fields: { [K in keyof T]?: fc.Arbitrary<Exclude<T[K], undefined>> }) =>
  fc.record(fields as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const containerFields = some<Container>({
  command: fc.array(word, { minLength: 1 }),
  args: fc.array(word, { minLength: 1 }),
  workingDir: word,
  imagePullPolicy: fc.constantFrom('Always', 'Never'),
  env: map.map((values) => Object.entries(values).map(([name, value]) => ({ name, value: `${value}$$(X)` }))),
  envFrom: fc.constant([{ prefix: 'A_', secretRef: { name: 's', optional: true } }]),
  volumeMounts: fc.constant([{ name: 'v', mountPath: '/v', readOnly: true, subPathExpr: '$(HOSTNAME)' }]),
  ports: fc.constant([{ name: 'http', containerPort: 80, protocol: 'TCP' as const }]),
  livenessProbe: fc.constant(makeProbe()),
  lifecycle: fc.constant({ preStop: { sleep: { seconds: 3 } }, stopSignal: 'SIGUSR1' }),
  resources: fc.constant({ requests: { cpu: '100m' }, limits: { memory: '64Mi' } }),
  securityContext: fc.constant({ runAsUser: 1000, capabilities: { add: ['NET_ADMIN'], drop: [] } }),
  terminationMessagePath: word.map((name) => `/${name}`),
  terminationMessagePolicy: fc.constant('FallbackToLogsOnError'),
  stdin: fc.constant(true),
  tty: fc.constant(true),
});

const specFields = some<PodSpec>({
  restartPolicy: fc.constantFrom('OnFailure', 'Never'),
  terminationGracePeriodSeconds: fc.nat(60),
  activeDeadlineSeconds: fc.integer({ min: 1, max: 60 }),
  hostname: word,
  subdomain: word,
  shareProcessNamespace: fc.boolean(),
  hostNetwork: fc.constant(true),
  hostAliases: fc.constant([{ ip: '10.0.0.1', hostnames: ['a', 'b'] }]),
  dnsPolicy: fc.constant('None'),
  dnsConfig: fc.constant({ nameservers: ['1.1.1.1'], searches: [], options: [{ name: 'ndots', value: '2' }] }),
  securityContext: fc.constant({ fsGroup: 5, sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '0' }] }),
  nodeSelector: map,
  readinessGates: fc.uniqueArray(word).map((types) => types.map((conditionType) => ({ conditionType }))),
  volumes: fc.constant([{ name: 'v', secret: { name: 's', optional: false, defaultMode: 0o400 } }]),
});

const pods: fc.Arbitrary<Pod> = fc
  .record({ app: containerFields, init: fc.option(containerFields, { nil: undefined }), spec: specFields, labels: map })
  .map(({ app, init, spec, labels }) => {
    const containers = [makeContainer('app', app)];
    const initContainers = init === undefined ? [] : [makeContainer('mesh', { ...init, restartPolicy: 'Always' })];
    const pod = makePod('web', { ...spec, containers, initContainers }, labels);
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' };
    return { ...pod, services: ['front'], aliases: ['front'], metadata: { ...pod.metadata, ownerReference: owner } };
  });

test('a Pod is recalled from its labels as the file had it', () => {
  fc.assert(
    fc.property(pods, (pod) => {
      const all = [...pod.spec.initContainers, ...pod.spec.containers];
      const expanded = all.map((container) => ({
        ...container,
        env: container.env.map(({ name, value }) => ({ name, value: value.replace('$$', '$') })),
      }));
      const containers = [
        infraOnEngine(pod),
        ...all.map((container, i) => ({ ...onEngine(container, 0), env: envOf(expanded[i]) })),
      ];
      const [observed] = observe({ containers, volumes: [], networks: [] }).pods;
      expect(observed && recallPod(observed)).toEqual(pod);
    }),
  );
});

const envOf = (container: Container | undefined): Record<string, string> =>
  Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
