import type { ReadContainer } from './container.ts';
import type { Cursor } from './cursor.ts';
import { below, dirOf } from './cursor.ts';
import { NAMESPACE } from './defaults.ts';
import { resolvePath } from './host-path.ts';
import type { ReadPod } from './pod.ts';
import { fieldsOf, isFields, listOf, textOf, whereSet, wordOf } from './read.ts';
import { checkInside } from './relative-path.ts';
import type { Report } from './report.ts';
import { invalid } from './report.ts';
import type { Container, Pod } from './types.ts';
import { asWritten } from './written.ts';

/** How podrun makes an image. */
export interface Build {
  /** The folder that is sent to the builder: absolute, on podrun's machine. */
  readonly context: string;
  /** Relative to the context; unset: Dockerfile. */
  readonly dockerfile?: string;
  /** The stage to build; unset: the last. */
  readonly target?: string;
  /** The values of the Dockerfile's ARGs; they may be secret. */
  readonly args: Readonly<Record<string, string>>;
  /** As `linux/arm64`; unset: the engine's own. */
  readonly platform?: string;
}

/** The short form's `build`: a folder, or a folder and more. Its words are compose's, where they are most written. */
export function readBuild(value: unknown, at: Cursor, home: string | undefined, report: Report): Build | undefined {
  if (typeof value !== 'string' && !isFields(value)) return undefined;
  const fields = typeof value === 'string' ? { context: value } : value;
  const contextAt = typeof value === 'string' ? at : below(at, 'context');
  const resolved = resolvePath(dirOf(contextAt), textOf(fields['context']) ?? '.', home);
  if ('problem' in resolved) {
    report(contextAt, invalid(fields['context'], resolved.problem), { hint: 'write the path in full' });
    return undefined;
  }
  const dockerfile = wordOf(fields['dockerfile']);
  if (dockerfile !== undefined) checkInside(dockerfile, below(at, 'dockerfile'), report);
  return {
    context: resolved.path,
    args: readArgs(fields['args'], below(at, 'args')),
    ...whereSet({ dockerfile, target: wordOf(fields['target']) }),
  };
}

/** A map, or a list of `NAME=VALUE`; a later one wins. */
function readArgs(value: unknown, at: Cursor): Build['args'] {
  if (!Array.isArray(value)) {
    const entries = Object.entries(fieldsOf(value));
    return Object.fromEntries(entries.map(([name, content]) => [name, asWritten(content, below(at, name))]));
  }
  return Object.fromEntries(
    listOf(value).flatMap((item) => {
      const text = textOf(item) ?? '';
      const equals = text.indexOf('=');
      return equals < 1 ? [] : [[text.slice(0, equals), text.slice(equals + 1)]];
    }),
  );
}

/**
 * The Pods with the name of every image that is built, and with its build wherever a container of the project names the
 * image: an init container that runs what its Pod builds waits for it instead of asking a registry.
 */
export function nameBuilds(pods: readonly ReadPod[], project: string, report: Report): readonly Pod[] {
  const builds = new Map<string, Build>();
  for (const { pod, initContainers, containers } of pods)
    for (const read of [...initContainers, ...containers]) noteBuild(builds, pod, read, project, report);
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
  { container, nameAt }: ReadContainer,
  project: string,
  report: Report,
): void {
  const { build } = container;
  if (build === undefined) return;
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
