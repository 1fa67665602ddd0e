import type { Build } from '../../model/build.ts';
import type { ReadContainer } from '../container/container.ts';
import { NAMESPACE } from '../defaults.ts';
import type { ReadPod } from '../pod/pod.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { Container } from '../../model/container.ts';
import type { Pod } from '../../model/pod.ts';
import type { DataObject } from '../../model/project.ts';
import { withSecretKeys } from './build-secrets.ts';

/**
 * The Pods with the name of every image that is built, and with its build wherever a container of the project names the
 * image: an init container that runs what its Pod builds waits for it instead of asking a registry.
 */
export function nameBuilds(
  pods: readonly ReadPod[],
  project: string,
  objects: readonly DataObject[],
  report: Report,
): readonly Pod[] {
  const builds = new Map<string, Build>();
  for (const { pod, initContainers, containers } of pods)
    for (const read of [...initContainers, ...containers]) noteBuild(builds, pod, read, { project, objects }, report);
  return pods.map(({ pod }) => {
    if (builds.size === 0) return pod;
    const named = (container: Container): Container => {
      const image = imageOf(pod, container, project);
      const build = builds.get(image);
      return build === undefined ? container : { ...container, image, build };
    };
    const { initContainers, containers } = pod.spec;
    return {
      ...pod,
      spec: { ...pod.spec, initContainers: initContainers.map(named), containers: containers.map(named) },
    };
  });
}

function noteBuild(
  builds: Map<string, Build>,
  pod: Pod,
  { container, nameAt, buildAt }: ReadContainer,
  { project, objects }: { readonly project: string; readonly objects: readonly DataObject[] },
  report: Report,
): void {
  if (container.build === undefined) return;
  const build = withSecretKeys(container.build, pod.metadata.namespace, objects, buildAt, report);
  const image = imageOf(pod, container, project);
  const other = builds.get(image);
  if (other !== undefined && JSON.stringify(other) !== JSON.stringify(build))
    report(nameAt, invalid(image, 'another container builds this image in another way'), {
      on: 'key',
      hint: 'give one of them another image:',
    });
  if (image.includes('@'))
    report(nameAt, invalid(image, 'a digest cannot name what is built'), { on: 'key', hint: 'name it with a tag' });
  builds.set(image, build);
}

/** Ours: `PROJECT-POD-CONTAINER`, with the namespace where it is not the usual one. */
function imageOf({ metadata }: Pod, { image, name, build }: Container, project: string): string {
  if (image !== '' || build === undefined) return image;
  const namespace = metadata.namespace === NAMESPACE ? [] : [metadata.namespace];
  return [project, ...namespace, metadata.name, name].join('-').toLowerCase();
}
