import { PLATFORM } from '../../model/annotations.ts';
import type { ReadContainer } from '../container/container.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { ReadPod } from './pod.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';

/** A container with the platform that its Pod's annotation names. */
export function withPlatform(read: ReadContainer, platform: string | undefined, report: Report): ReadContainer {
  if (platform === undefined) return read;
  const { build } = read.container;
  if (build?.platforms !== undefined && !build.platforms.includes(platform))
    report(below(read.buildAt, 'platforms'), `the Pod is for ${platform}, which is none of these`, {
      hint: `add it, or change the annotation ${PLATFORM}`,
    });
  const built = build === undefined ? {} : { build: { ...build, platform } };
  return { ...read, container: { ...read.container, platform, ...built } };
}

/** @param at where the annotation stands */
export function checkPlatform(platform: string | undefined, at: Cursor, report: Report): void {
  if (platform === undefined || /^linux\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(platform)) return;
  report(at, invalid(platform, 'must be linux/ARCHITECTURE'), { hint: 'for example linux/arm64' });
}

/** An engine has one image under a name, so all who run it must want the same. */
export function checkPlatforms(pods: readonly ReadPod[], report: Report): void {
  const first = new Map<string, { readonly platform: string | undefined; readonly pod: string }>();
  for (const { pod, initContainers, containers } of pods)
    for (const { container, nameAt } of [...initContainers, ...containers]) {
      const { image, platform } = container;
      const other = first.get(image);
      if (image === '' || other === undefined) first.set(image, { platform, pod: pod.metadata.name });
      else if (other.platform !== platform) {
        const [here, there] = [platform, other.platform].map((each) => each ?? 'the engine’s own platform');
        const message = `the image ${show(image)} is for ${here} here and for ${there} in Pod ${other.pod}`;
        report(nameAt, message, { on: 'key', hint: `give both Pods the annotation ${PLATFORM}, or name two images` });
      }
    }
}
