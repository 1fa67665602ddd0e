/** What waits for an image, and how it says so: of a container, and of a volume that it mounts (test/e2e_node/image_volume.go). */
import { expect, test } from 'vitest';
import { makeProject } from '../support/harness.ts';
import { idle, onHost, readPod, shell } from '../support/look.ts';
import { podWhen } from '../support/pod-watch.ts';
import { sh } from '../support/inside.ts';
import { statusOf } from '../support/status.ts';

const absent = '127.0.0.1:1/none:1';
const volume = (reference: string) => ({ tools: { image: { reference, pullPolicy: 'IfNotPresent' } } });
const mounted = (subPath?: string) =>
  shell(idle, {
    volumeMounts: [{ name: 'tools', mountPath: '/tools', ...(subPath === undefined ? {} : { subPath }) }],
  });

test('an image volume holds up those that mount it, with the reason of its image', async () => {
  const project = await makeProject({
    'pods.yaml': onHost({
      missing: { volumes: volume(absent), containers: { app: mounted(), other: shell(idle) } },
      unused: { volumes: volume(absent), containers: { app: shell(idle) } },
      unnamed: { volumes: volume('a:::x'), containers: { app: mounted() } },
      own: { containers: { app: shell(idle, { image: 'UPPER/Case:::x' }) } },
      part: { volumes: volume('busybox'), containers: { app: mounted('bin'), none: mounted('no/such') } },
    }),
  });
  project.start('up');

  const waits = async (pod: string, container: string, reason: string) => {
    const is = await podWhen(project, pod, (shown) => statusOf(shown, container).state?.waiting?.reason === reason);
    return statusOf(is, container).state?.waiting?.message;
  };
  const runs = (pod: string, container: string) =>
    podWhen(project, pod, (shown) => statusOf(shown, container).state?.running !== undefined);
  expect(await waits('missing', 'app', 'ImagePullBackOff')).toMatch(
    `Back-off pulling image "${absent}": ErrImagePull: `,
  );
  await runs('missing', 'other');
  await runs('unused', 'app');
  expect(await waits('unnamed', 'app', 'InvalidImageName')).toMatch(/couldn't parse image name "a:::x"/);
  expect(await waits('own', 'app', 'InvalidImageName')).toMatch(/must be lowercase$/);
  expect(await waits('part', 'none', 'CreateContainerError')).toMatch(/subPath "no\/such" .*: it is not there$/);
  await runs('part', 'app');
  expect(await sh(project, 'part', 'app', 'ls /tools/busybox')).toBe('/tools/busybox');
  expect((await readPod(project, 'missing')).status?.phase).toBe('Pending');
});
