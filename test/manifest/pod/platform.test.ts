import { describe, expect, test } from 'vitest';
import { messagesOf, podOf } from '../parse.ts';

const pod = (name: string, platform: string | undefined, image = 'x:1'): string =>
  JSON.stringify({
    ...(platform === undefined ? {} : { annotations: { 'podrun.dev/platform': platform } }),
    containers: { app: { image } },
  }).replace(/^/, `${name}: `);
const pods = (...each: readonly string[]): string => `pods: {${each.join(', ')}}`;

describe('podrun.dev/platform', () => {
  test('is what the images of all containers are for, and what is built', () => {
    const { spec } = podOf(
      `pods: {web: {annotations: {podrun.dev/platform: linux/arm64}, initContainers: {a: {image: x}}, containers: {b: {build: .}}}}`,
    );
    expect(spec.initContainers[0]).toMatchObject({ platform: 'linux/arm64' });
    expect(spec.containers[0]).toMatchObject({ platform: 'linux/arm64', build: { platform: 'linux/arm64' } });
  });

  test.each(['arm64', 'windows/amd64', 'linux/', 'linux/ARM'])('as %s is refused', (platform) => {
    expect(messagesOf(pods(pod('a', platform)))).toEqual([
      `pods.a.annotations[podrun.dev/platform]: Invalid value: "${platform}": must be linux/ARCHITECTURE`,
    ]);
  });

  test('is one for an image: two Pods that want two are told', () => {
    expect(messagesOf(pods(pod('a', 'linux/arm64'), pod('b', undefined)))).toEqual([
      'pods.b.containers.app: the image "x:1" is for the engine’s own platform here and for linux/arm64 in Pod a',
    ]);
    expect(messagesOf(pods(pod('a', 'linux/arm64'), pod('b', 'linux/arm64'), pod('c', 'linux/amd64', 'x:2')))).toEqual(
      [],
    );
  });
});
