/** Images that podrun builds: asked for at the start, at each reload and for `--build`, and what a new one replaces. */
import type { Build } from '../../model/build.ts';
import type { Container } from '../../model/container.ts';
import type { Project } from '../../model/project.ts';
import { secretsFor } from './build-secrets.ts';
import { allContainers } from '../runtime/facts.ts';
import type { Watched } from '../state/files.ts';
import { withoutEntries } from '../state/entries.ts';
import type { State } from '../state/state.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { Reason } from '../runtime/reason.ts';
import type { Instance } from '../runtime/observed.ts';
import { want } from '../state/planner.ts';
import type { PodPlanner } from '../state/planner.ts';
import type { PodRef } from '../runtime/pod-ref.ts';
import { loginsOf } from './pull-secrets.ts';
import { askedBy, hasEnded, isOver, policyOf } from '../pod/restart.ts';

/** The image and how it is made: an edit of either is another question. */
export const buildKey = (image: string, build: Build): string => `${image} ${JSON.stringify(build)}`;

/** The image that a key is of; no image's name has a space. */
export const imageOfKey = (key: string): string => key.slice(0, key.indexOf(' '));

/**
 * True when the image is there as its context is; else that is asked, and what differs is built. A build that failed is
 * tried again when its context is another; where the cause may be outside of it, when its back-off is over.
 */
export function ensureBuilt(p: PodPlanner, pod: PodRef, { name, image }: Container, build: Build): boolean {
  const { built, rebuilt, retries } = p.shared;
  const key = buildKey(image, build);
  if (built.has(key)) return true;
  const differs = retries.get(`inspectBuild ${image}`)?.failure.kind === 'noImage';
  const isForced = p.self.rebuild === true && !rebuilt.has(key);
  const verb = isForced || differs || retries.has(`buildImage ${image}`) ? 'buildImage' : 'inspectBuild';
  const kind = verb === 'inspectBuild' ? 'build' : isForced ? 'buildForced' : 'buildDiffers';
  const because = p.shared.rebuilds.get(image) ?? [{ kind, container: name }];
  const given = verb === 'buildImage' ? { ...loginsOf(p, image, pod), ...secretsFor(p.project, build) } : {};
  want(p, { action: { verb, target: image, image, build, ...given }, because, pod, container: name });
  return false;
}

/**
 * What of {@link SharedMemory.built} stays so in another version of the file. An image into whose containers files are
 * synced differs from its context by these: an edit of something else has not asked for another one.
 */
export function keptBuilds(built: ReadonlyMap<string, string>, project: Project): ReadonlyMap<string, string> {
  const synced = new Set(
    specsOf(project)
      .flatMap(allContainers)
      .flatMap(({ image, build, onChange = [] }) => {
        const isSynced = build !== undefined && onChange.some(({ action }) => action === 'sync');
        return isSynced ? [buildKey(image, build)] : [];
      }),
  );
  return withoutEntries(built, (key) => !synced.has(key));
}

/** What builds have failed of that is as it was then, by image: an edit of it has them tried again. */
export function failedContexts({
  project,
  shared,
}: Pick<State, 'project' | 'shared'>): ReadonlyMap<string, readonly Watched[]> {
  const failed = specsOf(project)
    .flatMap(allContainers)
    .flatMap(({ image, build }) => {
      const isLasting = shared.retries.get(`buildImage ${image}`)?.failure.lasting === true;
      return build === undefined || !isLasting ? [] : [[image, contextOf(build)] as const];
    });
  return new Map(failed);
}

/** The builder takes the Dockerfile and .dockerignore also where the latter names them. */
const contextOf = ({ context, dockerfile = 'Dockerfile' }: Build): readonly Watched[] =>
  [context, `${context}/${dockerfile}`, `${context}/.dockerignore`].map((path) => ({ path, ignoredBy: context }));

const specsOf = (project: Project | undefined): readonly PodSpec[] =>
  [...(project?.pods ?? []), ...(project?.cronJobs ?? []).map(({ template }) => template)].map(({ spec }) => spec);

/** Why an instance is to be replaced: its image is another by now. What has ended for good is not run again for it. */
export function buildChanges(
  p: PodPlanner,
  spec: PodSpec,
  container: Container,
  instance: Instance,
): readonly Reason[] {
  const { name, image, build } = container;
  const now = build === undefined ? undefined : p.shared.built.get(buildKey(image, build));
  const { container: actual } = instance;
  // A plan that is only shown does not know what a container that it makes runs from.
  if (now === undefined || actual.imageId === '' || plain(actual.imageId) === plain(now)) return [];
  if (hasEnded(actual) && isOver(policyOf(spec, container), actual, askedBy(p.memory))) return [];
  const [from, to] = [plain(actual.imageId), plain(now)];
  return [...(p.shared.rebuilds.get(image) ?? []), { kind: 'imageBuilt', container: name, from, to }];
}

/** Not every engine writes the digest's kind before it everywhere. */
const plain = (imageId: string): string => imageId.replace(/^sha256:/, '');
