/** Edits of the file, one of every class (docs/decisions/what-an-edit-does.md). */
import type { Container } from '../../src/model/container.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { Project } from '../../src/model/project.ts';
import { claimsOf, containerNames, makeContainer, makeObjects, plainDraft, sorted } from './project.ts';

export const editKinds = [
  'label',
  'grace',
  'policy',
  'probe',
  'pullPolicy',
  'env',
  'image',
  'hostname',
  'hostPort',
  'volume',
  'initEnv',
  'deadline',
  'postStart',
  'resources',
  'object',
  'addContainer',
  'removeContainer',
  'addPod',
  'removePod',
  'revert',
  'nothing',
] as const;

export type EditKind = (typeof editKinds)[number];

/**
 * The project after an edit.
 * @param pick which Pod and which of its containers, by remainder
 * @param fresh a number that makes the new value differ from all before
 */
export function edit(original: Project, project: Project, kind: EditKind, pick: number, fresh: number): Project {
  if (kind === 'revert') return original;
  if (kind === 'nothing') return structuredClone(project);
  if (kind === 'object') return { ...project, objects: makeObjects(String(fresh)) };
  const index = project.pods.length === 0 ? -1 : pick % project.pods.length;
  const pod = project.pods[index];
  if (kind === 'addPod') {
    const absent = original.pods.filter((p) => !project.pods.some((q) => q.metadata.name === p.metadata.name));
    return withPods(project, [...project.pods, ...absent.slice(0, 1)]);
  }
  if (pod === undefined) return project;
  if (kind === 'removePod')
    return withPods(
      project,
      project.pods.filter((p) => p !== pod),
    );
  const edited = { ...editPod(pod, kind, Math.floor(pick / 7), fresh), ...dependenciesOf(pod) };
  return withPods(
    project,
    project.pods.map((p) => (p === pod ? edited : p)),
  );
}

function withPods(project: Project, pods: readonly Pod[]): Project {
  return { ...project, pods: sorted(pods.map((pod) => withoutMissing(pod, pods))), claims: claimsOf(pods) };
}

const dependenciesOf = ({ dependsOn }: Pod): Pick<Pod, 'dependsOn'> => (dependsOn === undefined ? {} : { dependsOn });

/** A file that asks for a Pod that it does not name is not valid. */
function withoutMissing({ dependsOn, ...pod }: Pod, pods: readonly Pod[]): Pod {
  const there = dependsOn?.filter(({ name }) => pods.some(({ metadata }) => metadata.name === name)) ?? [];
  return there.length === 0 ? pod : { ...pod, dependsOn: there };
}

function editPod(
  pod: Pod,
  kind: Exclude<EditKind, 'revert' | 'nothing' | 'object' | 'addPod' | 'removePod'>,
  pick: number,
  fresh: number,
): Pod {
  const { metadata, spec } = pod;
  const index = pick % spec.containers.length;
  const withContainer = (change: (container: Container) => Container): Pod => ({
    metadata,
    spec: { ...spec, containers: spec.containers.map((container, i) => (i === index ? change(container) : container)) },
  });
  switch (kind) {
    case 'label':
      return { metadata: { ...metadata, labels: { ...metadata.labels, edit: String(fresh) } }, spec };
    case 'grace':
      return { metadata, spec: { ...spec, terminationGracePeriodSeconds: fresh % 9 } };
    case 'policy': {
      const policies = ['Always', 'OnFailure', 'Never'] as const;
      return { metadata, spec: { ...spec, restartPolicy: policies[fresh % 3] ?? 'Always' } };
    }
    case 'probe':
      return withContainer(({ livenessProbe, ...rest }) => {
        const probe = {
          tcpSocket: { port: 80 },
          initialDelaySeconds: 0,
          timeoutSeconds: 1,
          periodSeconds: 4,
          successThreshold: 1,
          failureThreshold: 1,
        };
        return livenessProbe === undefined ? { ...rest, livenessProbe: probe } : rest;
      });
    case 'pullPolicy':
      return withContainer((c) => ({
        ...c,
        imagePullPolicy: c.imagePullPolicy === 'Always' ? 'IfNotPresent' : 'Always',
      }));
    case 'env':
      return withContainer((c) => ({ ...c, env: [...c.env.slice(0, 1), { name: 'EDIT', value: String(fresh) }] }));
    case 'image':
      return withContainer((c) => ({ ...c, image: `${c.image.split(':')[0] ?? ''}:${fresh}` }));
    case 'hostname':
      return { metadata, spec: { ...spec, hostname: `host-${fresh}` } };
    case 'hostPort': {
      const port = { containerPort: 80, protocol: 'TCP', hostPort: 9000 + fresh, hostIP: '127.0.0.1' } as const;
      return withContainer((c) => ({ ...c, ports: [port] }));
    }
    case 'volume':
      return {
        metadata,
        spec: { ...spec, volumes: [...spec.volumes, { name: `v${fresh}`, emptyDir: { medium: 'Memory' } }] },
      };
    case 'initEnv': {
      const init = spec.initContainers.map((c, i) =>
        i === pick % spec.initContainers.length ? { ...c, env: [{ name: 'EDIT', value: String(fresh) }] } : c,
      );
      return { metadata, spec: { ...spec, initContainers: init } };
    }
    case 'deadline': {
      const { activeDeadlineSeconds: _before, ...rest } = spec;
      const seconds = [undefined, 10, 40][fresh % 3];
      return { metadata, spec: { ...rest, ...(seconds === undefined ? {} : { activeDeadlineSeconds: seconds }) } };
    }
    case 'postStart':
      return withContainer(({ lifecycle, ...rest }) =>
        lifecycle === undefined ? { ...rest, lifecycle: { postStart: { exec: { command: ['hook'] } } } } : rest,
      );
    case 'resources': {
      // A first limit, another one, one taken away, none: in place, or by a replacement.
      const resources = [
        { requests: { cpu: '100m' }, limits: {} },
        { requests: { cpu: '100m' }, limits: { memory: `${64 + fresh}Mi` } },
        { requests: { cpu: '100m' }, limits: { cpu: '500m', memory: '64Mi' } },
      ][fresh % 4];
      return withContainer(({ resources: _before, ...rest }) =>
        resources === undefined ? rest : { ...rest, resources },
      );
    }
    case 'addContainer': {
      const name = containerNames.find((candidate) => !spec.containers.some((c) => c.name === candidate));
      if (name === undefined) return pod;
      const draft = { ...plainDraft, mounts: true } as const;
      return {
        metadata,
        spec: { ...spec, containers: [...spec.containers, makeContainer(name, metadata.name, draft, spec.volumes)] },
      };
    }
    case 'removeContainer':
      return spec.containers.length < 2
        ? pod
        : { metadata, spec: { ...spec, containers: spec.containers.filter((_, i) => i !== index) } };
  }
}
