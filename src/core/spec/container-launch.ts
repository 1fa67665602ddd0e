/** One instance of a Pod's container as the engine is to make it (kuberuntime_container.go generateContainerConfig). */
import type { Container } from '../../model/container.ts';
import type { DataObject } from '../../model/project.ts';
import type { Pod } from '../../model/pod.ts';
import type { ContainerLaunch } from '../runtime/action.ts';
import type { PodView } from './downward.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import { containerFacts } from '../runtime/facts.ts';
import { birthLabels, label, podLabels, projectLabels, supervisorLabel } from '../runtime/labels.ts';
import type { Birth } from '../runtime/labels.ts';
import { containerName } from '../runtime/names.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { containerMounts, messageFilePath } from './pod-volumes.ts';
import { cgroupOf } from './qos.ts';
import { securityLaunch } from './security.ts';
import type { Self } from '../state/self.ts';

export interface Attempt {
  readonly number: number;
  /** The crash back-off to stamp on it; 0 for none. */
  readonly backoffMs: number;
  /** When the Pod came to be. */
  readonly birth: Birth;
}

/** What an instance is made from, besides its own fields. */
export interface Surroundings {
  readonly view: PodView;
  readonly objects: readonly DataObject[];
  readonly infraId: string;
  /** The user that its image names. */
  readonly imageUser: string;
  /** The version that each config volume has. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Throws a {@link ConfigError} where the configuration cannot be made: the container waits in CreateContainerConfigError. */
export function containerLaunch(
  self: Self,
  pod: Pod,
  container: Container,
  ref: PodRef,
  attempt: Attempt,
  { view, objects, infraId, imageUser, versions }: Surroundings,
): ContainerLaunch {
  const name = containerName(self.project, ref, container.name, attempt.number);
  const { values, imported, linked } = environmentOf(container, view, objects);
  const { command, args, workingDir } = container;
  const { spec } = pod;
  const subPaths = new Map(container.volumeMounts.flatMap((mount) => subPathOf(mount, values)));
  return {
    role: 'container',
    name,
    image: container.image,
    labels: {
      ...projectLabels(self, 'container', name),
      ...podLabels(ref),
      [label.containerName]: container.name,
      [label.attempt]: String(attempt.number),
      [label.supervisor]: supervisorLabel(self),
      [label.facts]: JSON.stringify({
        ...containerFacts(container),
        ...(imported.length === 0 ? {} : { imported }),
        ...(linked.length === 0 ? {} : { linked }),
      }),
      ...birthLabels(attempt.birth),
      ...(attempt.backoffMs > 0 ? { [label.backoff]: String(attempt.backoffMs / 1000) } : {}),
    },
    infraId,
    ...(container.platform === undefined ? {} : { platform: container.platform }),
    sharePid: spec.shareProcessNamespace,
    hostPid: spec.hostPID === true,
    hostIpc: spec.hostIPC === true,
    security: securityLaunch(spec, container, imageUser, `${ref.name}_${ref.namespace}(${ref.uid})`),
    cgroup: cgroupOf(spec, container, self.node),
    stdin: container.stdin === undefined ? 'closed' : container.stdinOnce === undefined ? 'open' : 'once',
    tty: container.tty === true,
    // The files of the first attempts are made with the Pod.
    ...(attempt.number === 0 ? {} : { messageFile: messageFilePath(container.name, attempt.number) }),
    ...(command === undefined ? {} : { entrypoint: command.map((word) => expand(word, values)) }),
    ...(args === undefined ? {} : { cmd: args.map((word) => expand(word, values)) }),
    ...(workingDir === undefined ? {} : { workingDir }),
    env: [...values],
    mounts: containerMounts(self, pod, container, ref, attempt.number, { versions, subPaths }),
    stopGraceSeconds: spec.terminationGracePeriodSeconds,
  };
}

type Mount = Container['volumeMounts'][number];

/** subPathExpr takes only what is there and not empty (container/helpers.go ExpandContainerVolumeMounts, kubelet_pods.go makeMounts). */
function subPathOf(
  { mountPath, subPath, subPathExpr }: Mount,
  values: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  if (subPathExpr === undefined) return subPath === undefined ? [] : [[mountPath, subPath]];
  const names = [...subPathExpr.matchAll(/(?<!\$)\$\(([^)]*)\)/g)].map(([, name = '']) => name);
  const missing = [...new Set(names.filter((name) => !values.get(name)))].toSorted();
  if (missing.length > 0) throw new ConfigError(`missing value for ${missing.join(', ')}`);
  const path = expand(subPathExpr, values);
  if (path.startsWith('/')) throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..'))
    throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return [[mountPath, path]];
}
