/** Small projects for the simulator: each feature that makes the supervisor take another way is in some of them. */
import type { Container } from '../../src/model/container.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import type { Volume } from '../../src/model/volume.ts';
import type { Schedule } from './schedule.ts';
import { rules } from './disk.ts';

/** What is drawn of a container; the rest is defaults. */
export interface ContainerDraft {
  readonly probes: 'none' | 'liveness' | 'readiness' | 'both' | 'graceful';
  readonly pullPolicy: Container['imagePullPolicy'];
  readonly mounts: boolean;
  readonly startup: boolean;
  readonly postStart: boolean;
  readonly preStop: boolean;
  /** The folder of the simulated disk is synced into it, and its `restart` restarts it. */
  readonly synced?: boolean;
}

export const plainDraft: ContainerDraft = {
  probes: 'none',
  pullPolicy: 'IfNotPresent',
  mounts: false,
  startup: false,
  postStart: false,
  preStop: false,
};

export interface InitDraft extends ContainerDraft {
  readonly sidecar: boolean;
}

export interface PodDraft {
  readonly namespace: 'default' | 'other';
  readonly policy: Pod['spec']['restartPolicy'];
  readonly graceSeconds: number;
  readonly volumes: readonly ('emptyDir' | 'claim' | 'hostPath' | 'config')[];
  readonly hostPort: boolean;
  readonly sharePid: boolean;
  readonly containers: readonly ContainerDraft[];
  readonly init: readonly InitDraft[];
  readonly gate: boolean;
  readonly deadlineSeconds?: number;
}

export const podNames = ['web', 'db', 'job'] as const;
export const containerNames = ['app', 'proxy', 'side'] as const;
/** By position, and by kind: the scripts of the two differ. */
export const initNames = ['init0', 'init1', 'init2', 'init3'] as const;
export const sidecarNames = ['mesh0', 'mesh1', 'mesh2', 'mesh3'] as const;
export const gate = 'example.com/gate';

export function makeProject(drafts: readonly PodDraft[], waits: Schedule['waits'] = []): Project {
  const made = drafts.map((draft, i) => makePod(draft, podNames[i] ?? 'web', 8080 + i));
  const pods = made.map((pod, i): Pod => {
    const [before, condition] = [made[i - 1], waits[i]];
    return before === undefined || condition === undefined
      ? pod
      : { ...pod, dependsOn: [{ name: before.metadata.name, namespace: before.metadata.namespace, condition }] };
  });
  return { name: 'shop', dir: '/home/me/shop', pods: sorted(pods), claims: claimsOf(pods), objects: makeObjects('a') };
}

/** The ConfigMap that Pods mount, with that value, in each of their namespaces. */
export const makeObjects = (value: string): Project['objects'] =>
  ['default', 'other'].map((namespace) => ({
    ...{ kind: 'ConfigMap', name: 'settings', namespace, data: { value }, binaryData: {} },
  }));

/** The claims that Pods name, as the manifest room collects them. */
export function claimsOf(pods: readonly Pod[]): Project['claims'] {
  const claims = new Map<string, Project['claims'][number]>();
  for (const { metadata, spec } of pods)
    for (const { persistentVolumeClaim: source } of spec.volumes)
      if (source !== undefined)
        claims.set(`${metadata.namespace}/${source.claimName}`, {
          name: source.claimName,
          namespace: metadata.namespace,
        });
  return [...claims.values()];
}

export function makeContainer(name: string, pod: string, draft: ContainerDraft, volumes: readonly Volume[]): Container {
  const { probes } = draft;
  const timing = {
    initialDelaySeconds: 1,
    timeoutSeconds: 1,
    periodSeconds: 5,
    successThreshold: 1,
    failureThreshold: 2,
  };
  const check = { tcpSocket: { port: 80 }, ...timing };
  const liveness = probes === 'graceful' ? { ...check, terminationGracePeriodSeconds: 3 } : check;
  return {
    name,
    image: `${pod}-${name}:1`,
    imagePullPolicy: draft.pullPolicy,
    env: [{ name: 'MODE', value: 'a' }],
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    volumeMounts: draft.mounts
      ? volumes.map((volume) => ({
          ...{ name: volume.name, mountPath: `/mnt/${volume.name}`, readOnly: false },
          ...(volume.persistentVolumeClaim !== undefined && name !== 'app' ? { subPath: 'part' } : {}),
        }))
      : [],
    ...(['liveness', 'both', 'graceful'].includes(probes) ? { livenessProbe: liveness } : {}),
    ...(['readiness', 'both'].includes(probes) ? { readinessProbe: check } : {}),
    ...(draft.startup ? { startupProbe: { ...check, periodSeconds: 2, failureThreshold: 3 } } : {}),
    ...(draft.postStart || draft.preStop
      ? { lifecycle: { ...(draft.postStart ? { postStart: hook } : {}), ...(draft.preStop ? { preStop: hook } : {}) } }
      : {}),
    ...(draft.synced === true ? { onChange: rules } : {}),
  };
}

const hook = { exec: { command: ['hook'] } };

/** A plain init container has no probes and no hooks. */
function makeInit(draft: InitDraft, i: number, pod: string, volumes: readonly Volume[]): Container {
  const name = (draft.sidecar ? sidecarNames : initNames)[i] ?? 'init0';
  if (draft.sidecar) return { ...makeContainer(name, pod, draft, volumes), restartPolicy: 'Always' };
  const off = { startup: false, postStart: false, preStop: false, synced: false };
  const plain = { ...draft, ...off, probes: 'none' } as const;
  return makeContainer(name, pod, plain, volumes);
}

function makePod(draft: PodDraft, name: string, hostPort: number): Pod {
  const volumes = draft.volumes.map(makeVolume);
  const containers = draft.containers.map((container, i) =>
    makeContainer(containerNames[i] ?? 'app', name, container, volumes),
  );
  const published = { containerPort: 80, protocol: 'TCP', hostPort, hostIP: '127.0.0.1' } as const;
  return {
    metadata: { name, namespace: draft.namespace, labels: { app: name }, annotations: {} },
    spec: {
      restartPolicy: draft.policy,
      terminationGracePeriodSeconds: draft.graceSeconds,
      shareProcessNamespace: draft.sharePid,
      initContainers: draft.init.map((init, i) => makeInit(init, i, name, volumes)),
      readinessGates: draft.gate ? [{ conditionType: gate }] : [],
      ...(draft.deadlineSeconds === undefined ? {} : { activeDeadlineSeconds: draft.deadlineSeconds }),
      containers: containers.map((container, i) =>
        i === 0 && draft.hostPort ? { ...container, ports: [published] } : container,
      ),
      volumes,
    },
  };
}

function makeVolume(kind: PodDraft['volumes'][number]): Volume {
  if (kind === 'emptyDir') return { name: 'scratch', emptyDir: { medium: '' } };
  // One for all Pods of a namespace.
  if (kind === 'claim') return { name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: false } };
  if (kind === 'config')
    return { name: 'settings', configMap: { name: 'settings', optional: false, defaultMode: 0o644 } };
  return { name: 'host', hostPath: { path: '/srv', type: 'DirectoryOrCreate' } };
}

export function sorted(pods: readonly Pod[]): Pod[] {
  const key = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`;
  return pods.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
