/** Keeps configMap, secret, downwardAPI and projected volumes at what they are to hold (pkg/volume/util/atomic_writer.go). */
import { callsFor } from '../state/planned.ts';
import { volumeKey } from '../state/part-key.ts';
import type { Volume } from '../../model/volume.ts';
import type { ContentFile, VolumeContent } from '../runtime/action.ts';
import type { Reason } from '../runtime/reason.ts';
import { orMissing } from '../pod/configure.ts';
import { contentOf, isConfigVolume } from '../spec/content.ts';
import { objectsOf, viewOf } from '../pod/life.ts';
import type { Contents, Life } from '../pod/life.ts';
import { reason } from '../runtime/reason.ts';
import { want } from '../state/planner.ts';
import { infraMountPath } from '../spec/pod-volumes.ts';
import type { KnownContent } from '../state/pod-memory.ts';
import { versionName } from '../runtime/time.ts';

/**
 * Writes what differs. An infra of an earlier podrun is asked what its volumes hold; one of our own is new, and so are
 * its volumes or what is in them.
 */
export function planContents(life: Life): Contents {
  const { p, pod, infra } = life;
  const volumes = pod.spec.volumes.filter(isConfigVolume);
  const { id, name: target } = infra.container;
  if (volumes.length === 0) return { isReady: true, versions: new Map() };
  const known = p.memory.contents.get(id) ?? (infra.supervisor?.id === p.self.id ? [] : undefined);
  if (known === undefined) {
    const paths = volumes.map(({ name }) => infraMountPath(name));
    const action = { verb: 'readVolumes', target, id, paths } as const;
    want(p, { action, because: reason('otherFilled'), pod: life.observed });
    return { isReady: false, versions: new Map() };
  }
  const wanted = volumes.map((volume) => wantedContent(life, volume, known));
  const changed = wanted.flatMap((each) => (each === undefined || each.because.length === 0 ? [] : [each]));
  if (changed.length > 0) {
    const action = { verb: 'fillVolumes', target, id, volumes: changed.map(({ content }) => content) } as const;
    want(p, { action, because: changed.flatMap(({ because }) => because), pod: life.observed });
  }
  const versions = volumes.flatMap(({ name }) => {
    const version = known.find(({ path }) => path === infraMountPath(name))?.version;
    return version === undefined ? [] : [[name, version] as const];
  });
  // Also what an edit wants no more: a copy for a subPath is made once.
  const isWriting = callsFor(p.state.inFlight, p.key).some(
    ({ action }) => action.verb === 'fillVolumes' && action.id === id,
  );
  const isWhole = changed.length === 0 && wanted.every((each) => each !== undefined);
  return { isReady: isWhole && !isWriting, versions: new Map(versions) };
}

interface Wanted {
  readonly content: VolumeContent;
  /** What differs, by file; empty where nothing does. */
  readonly because: readonly Reason[];
}

/** Undefined where something is missing and nothing was written before: what is there stays otherwise. */
function wantedContent(
  { p, pod, observed, infra }: Life,
  volume: Volume,
  known: readonly KnownContent[],
): Wanted | undefined {
  const path = infraMountPath(volume.name);
  const before = known.find((each) => each.path === path);
  const files = orMissing(p, volumeKey(observed, volume.name), () =>
    contentOf(volume, viewOf(p, pod, observed, infra), objectsOf(p)),
  );
  if (files === undefined) return before && { content: before, because: [] };
  const { fsGroup } = pod.spec.securityContext ?? {};
  const gid = fsGroup === undefined ? {} : { gid: fsGroup };
  const replaces = before === undefined ? {} : { replaces: before.version };
  return {
    content: { path, version: versionName(p.nowMs), ...replaces, files, ...gid },
    because:
      before === undefined || before.isUnsure === true
        ? [{ kind: 'unfilled', volume: volume.name }]
        : changes(volume.name, before.files, files),
  };
}

/** Which files differ; what they hold is nobody's business. */
function changes(volume: string, before: readonly ContentFile[], after: readonly ContentFile[]): readonly Reason[] {
  const find = (files: readonly ContentFile[], path: string) => files.find((file) => file.path === path);
  return [...new Set([...before, ...after].map(({ path }) => path))].flatMap((path) => {
    const [old, now] = [find(before, path), find(after, path)];
    if (JSON.stringify(normal(old)) === JSON.stringify(normal(now))) return [];
    const what = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ kind: 'contentFile', volume, file: path, what }];
  });
}

const normal = (file: ContentFile | undefined) => file && [file.mode, file.text ?? '', file.base64 ?? ''];
