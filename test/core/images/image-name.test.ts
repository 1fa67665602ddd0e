/** Cases of github.com/distribution/reference's own tests (reference_test.go, normalize_test.go). */
import { expect, test } from 'vitest';
import { imageNameProblem } from '../../../src/core/images/image-name.ts';

const hex = 'f'.repeat(64);

test.each([
  'busybox',
  'busybox:1.36',
  'library/busybox:latest',
  'docker.io/library/busybox',
  'test.com/repo:tag',
  'test:5000/repo',
  'test:5000/repo:Tag@sha256:' + hex,
  `busybox@sha256:${hex}`,
  `sha256:${hex}`,
  'localhost/app',
  'Registry.Example/app',
  'UPPER/app',
  '[2001:db8::1]:5000/repo:tag',
  'sub-dom1.foo.com/bar/baz__quux--x.y',
  'xn--n3h.com/myimage:xn--n3h.com',
])('%s is a name', (image) => {
  expect(imageNameProblem(image)).toBeUndefined();
});

const upper = (repository: string) => `invalid reference format: repository name (${repository}) must be lowercase`;
const format = 'invalid reference format';

test.each([
  ['UPPER/Case:::x', upper('Case')],
  ['Busybox', upper('library/Busybox')],
  ['docker.io/Foo/bar', upper('Foo/bar')],
  ['', format],
  [':justtag', format],
  ['a:::x', format],
  ['a b', format],
  ['-foo/bar', format],
  ['foo//bar', format],
  ['app:', format],
  [`app:${'t'.repeat(129)}`, format],
  ['https://registry.example/app', format],
  [`@sha256:${hex}`, format],
  ['repo@sha256:ffff', format],
  [`repo@sha256:${'f'.repeat(34)}`, 'invalid checksum digest length'],
  [`repo@sha256:${'F'.repeat(64)}`, 'invalid checksum digest format'],
  [`repo@unsupported:${hex}`, 'unsupported digest algorithm'],
  [hex, `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`],
  [`${'a/'.repeat(128)}a:tag`, 'repository name must not be more than 255 characters'],
])('%s: %s', (image, why) => {
  expect(imageNameProblem(image)).toBe(
    `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: ${why}`,
  );
});
