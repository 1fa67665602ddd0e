import { describe, expect, test } from 'vitest';

import type { Volume } from '../../../src/model/volume.ts';
import type { VolumeMount } from '../../../src/model/container.ts';
import { messagesOf, parse, podOf } from '../parse.ts';

const pod = (source: string): string => `pods: {web: {volumes: {v: ${source}}, containers: {app: {image: x}}}}`;
const kubernetes = (source: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {volumes: [{name: v, ${source}}], containers: [{name: app, image: x}]}\n`;
const volumeOf = (source: string): Volume | undefined => podOf(pod(source)).spec.volumes[0];

describe('a volume', () => {
  test.each([
    ['{configMap: {name: app}}', { configMap: { name: 'app', optional: false, defaultMode: 0o644 } }],
    [
      '{configMap: {name: app, optional: true, defaultMode: 0440, items: [{key: a, path: x/a, mode: 0o400}, {key: b, path: b, mode: 256}]}}',
      {
        configMap: {
          name: 'app',
          optional: true,
          defaultMode: 0o440,
          items: [
            { key: 'a', path: 'x/a', mode: 0o400 },
            { key: 'b', path: 'b', mode: 0o400 },
          ],
        },
      },
    ],
    [
      '{secret: {secretName: db, items: [], defaultMode: 0}}',
      { secret: { name: 'db', optional: false, defaultMode: 0 } },
    ],
    [
      `{downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: a/cpu, mode: 0600, resourceFieldRef: {containerName: app, resource: limits.cpu, divisor: 1m}}]}}`,
      {
        downwardAPI: {
          defaultMode: 0o644,
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            {
              path: 'a/cpu',
              mode: 0o600,
              resourceFieldRef: { containerName: 'app', resource: 'limits.cpu', divisor: '1m' },
            },
          ],
        },
      },
    ],
    ['{downwardAPI: {}}', { downwardAPI: { items: [], defaultMode: 0o644 } }],
    [
      '{projected: {defaultMode: 0400, sources: [{configMap: {name: a}}, {secret: {name: b, optional: true, items: [{key: k, path: p}]}}, {downwardAPI: {items: [{path: id, fieldRef: {fieldPath: metadata.name}}]}}]}}',
      {
        projected: {
          defaultMode: 0o400,
          sources: [
            { configMap: { name: 'a', optional: false } },
            { secret: { name: 'b', optional: true, items: [{ key: 'k', path: 'p' }] } },
            { downwardAPI: { items: [{ path: 'id', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
    ],
    [
      '{ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}',
      { ephemeral: {} },
    ],
    ['{image: {reference: shop/assets}}', { image: { reference: 'shop/assets', pullPolicy: 'IfNotPresent' } }],
    ['{image: {reference: a, pullPolicy: Never}}', { image: { reference: 'a', pullPolicy: 'Never' } }],
    ['{emptyDir: {sizeLimit: 1Gi}}', { emptyDir: { medium: '', sizeLimit: '1Gi' } }],
  ])('%s', (source, expected) => {
    expect(volumeOf(source)).toEqual({ name: 'v', ...expected });
    expect(messagesOf(pod(source))).toEqual([]);
    expect(messagesOf(kubernetes(source.slice(1, -1)))).toEqual([]);
  });

  test("an image of a Kubernetes Pod has Kubernetes' pull policy", () => {
    expect(podOf(kubernetes('image: {reference: shop/assets}')).spec.volumes[0]?.image?.pullPolicy).toBe('Always');
    expect(podOf(kubernetes('image: {reference: "shop/assets:1"}')).spec.volumes[0]?.image?.pullPolicy).toBe(
      'IfNotPresent',
    );
  });

  test('a mode that a variable holds is octal with a leading 0', () => {
    const text = pod('{configMap: {name: a, defaultMode: "${MODE}"}}');
    const modeOf = (mode: string): number | undefined =>
      podOf(text, { env: { MODE: mode } }).spec.volumes[0]?.configMap?.defaultMode;
    expect(modeOf('0440')).toBe(0o440);
    expect(modeOf('256')).toBe(0o400);
  });

  test('huge pages are a warning, and an ordinary folder', () => {
    for (const medium of ['HugePages', 'HugePages-2Mi'])
      expect(messagesOf(pod(`{emptyDir: {medium: ${medium}}}`))).toEqual([
        'warning pods.web.volumes.v.emptyDir.medium: there are no huge pages for it: an empty folder on the disk stands in its place',
      ]);
    expect(volumeOf('{emptyDir: {medium: HugePages}}')?.emptyDir).toEqual({ medium: '' });
  });

  test('sources that only a cluster has are a warning, and left out', () => {
    const source =
      '{projected: {sources: [{serviceAccountToken: {path: token}}, {clusterTrustBundle: {name: ca, path: ca}}]}}';
    expect(messagesOf(pod(source))).toEqual([
      'warning pods.web.volumes.v.projected.sources[0].serviceAccountToken: no token on one machine: the file is absent',
      'warning pods.web.volumes.v.projected.sources[1].clusterTrustBundle: no cluster on one machine: the file is absent',
    ]);
    expect(volumeOf(source)?.projected).toEqual({ sources: [], defaultMode: 0o644 });
  });

  test('a volume of a cloud counts as a source', () => {
    expect(messagesOf(pod('{nfs: {server: a, path: /b}, configMap: {name: a}}')).toSorted()).toEqual([
      'pods.web.volumes.v.nfs: Forbidden: may not specify more than 1 volume type',
      'warning pods.web.volumes.v.nfs: an empty folder that lives as long as the Pod stands in its place',
    ]);
  });

  test.each([
    ['{configMap: {}}', 'configMap.name: Required value'],
    ['{secret: {}}', 'secret.secretName: Required value'],
    ['{image: {}}', 'image.reference: Required value'],
    ['{ephemeral: {}}', 'ephemeral.volumeClaimTemplate: Required value'],
    [
      '{configMap: {name: a, defaultMode: 01000}}',
      'configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    [
      '{configMap: {name: a, defaultMode: 644}}',
      'configMap.defaultMode: Invalid value: 644: must be a number between 0 and 0777 (octal), both inclusive',
    ],
    [
      '{configMap: {name: a, defaultMode: "0644"}}',
      'configMap.defaultMode: Invalid value: "0644": must be a whole number',
    ],
    [
      '{secret: {secretName: a, defaultMode: -1}}',
      'secret.defaultMode: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['{configMap: {name: a, items: [{path: b}]}}', 'configMap.items[0].key: Required value'],
    ['{configMap: {name: a, items: [{key: b, path: ""}]}}', 'configMap.items[0].path: Required value'],
    [
      '{configMap: {name: a, items: [{key: b, path: /b}]}}',
      'configMap.items[0].path: Invalid value: "/b": must be a relative path',
    ],
    [
      '{secret: {secretName: a, items: [{key: b, path: c/../../d}]}}',
      'secret.items[0].path: Invalid value: "c/../../d": must not contain \'..\'',
    ],
    [
      '{secret: {secretName: a, items: [{key: b, path: ..data}]}}',
      'secret.items[0].path: Invalid value: "..data": must not start with \'..\'',
    ],
    [
      '{downwardAPI: {items: [{path: a}]}}',
      'downwardAPI.items[0]: Required value: one of fieldRef and resourceFieldRef is required',
    ],
    [
      '{downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}, resourceFieldRef: {containerName: app, resource: limits.cpu}}]}}',
      'downwardAPI.items[0].resourceFieldRef: Invalid value: fieldRef and resourceFieldRef can not be specified simultaneously',
    ],
    [
      '{downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu}}]}}',
      'downwardAPI.items[0].resourceFieldRef.containerName: Required value',
    ],
    [
      '{projected: {sources: [{configMap: {name: a, items: [{key: k, path: p}]}}, {secret: {name: b, items: [{key: k, path: p}]}}]}}',
      'projected.sources[1].secret.items[0].path: Invalid value: "p": conflicting duplicate paths',
    ],
    [
      '{projected: {sources: [{configMap: {name: a}, secret: {name: b}}]}}',
      'projected.sources[0].secret: Forbidden: may not specify more than 1 volume type per source',
    ],
  ])('%s is refused', (source, message) => {
    expect(messagesOf(pod(source))).toEqual([`pods.web.volumes.v.${message}`]);
  });

  test('a field of the Pod that a file cannot hold is refused', () => {
    const [found] = messagesOf(pod('{downwardAPI: {items: [{path: a, fieldRef: {fieldPath: status.podIP}}]}}'));
    expect(found).toContain(
      'downwardAPI.items[0].fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.name"',
    );
  });

  test('a decimal that was meant as octal gets a hint', () => {
    expect(parse(pod('{configMap: {name: a, defaultMode: 644}}')).diagnostics[0]?.hint).toBe(
      'write it with a leading 0: 0644',
    );
  });
});

describe('a mount', () => {
  const mounted = (fields: string, context = '{}'): string =>
    `pods: {web: {volumes: {v: {}}, containers: {app: {image: x, securityContext: ${context}, volumeMounts: [{name: v, mountPath: /v, ${fields}}]}}}}`;
  const mountOf = (fields: string, context?: string): VolumeMount | undefined =>
    podOf(mounted(fields, context)).spec.containers[0]?.volumeMounts[0];

  test.each([
    ['subPathExpr: logs/$(POD)', { subPathExpr: 'logs/$(POD)' }],
    ['subPathExpr: "", mountPropagation: None, recursiveReadOnly: Disabled', {}],
    ['mountPropagation: HostToContainer', { mountPropagation: 'HostToContainer' }],
    ['readOnly: true, recursiveReadOnly: IfPossible', { readOnly: true, recursiveReadOnly: 'IfPossible' }],
    [
      'readOnly: true, recursiveReadOnly: Enabled, mountPropagation: None',
      { readOnly: true, recursiveReadOnly: 'Enabled' },
    ],
  ])('with %s', (fields, expected) => {
    expect(mountOf(fields)).toEqual({ name: 'v', mountPath: '/v', readOnly: false, ...expected });
  });

  test('both ways, of a privileged container', () => {
    expect(mountOf('mountPropagation: Bidirectional', '{privileged: true}')?.mountPropagation).toBe('Bidirectional');
  });

  test.each([
    [
      'mountPropagation: Bidirectional',
      'mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
    ],
    ['subPath: a, subPathExpr: b', 'subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive'],
    ['subPathExpr: /a', 'subPathExpr: Invalid value: "/a": must be a relative path'],
    ['subPathExpr: ../a', 'subPathExpr: Invalid value: "../a": must not contain \'..\''],
    ['recursiveReadOnly: Enabled', 'recursiveReadOnly: Forbidden: may only be specified when readOnly is true'],
    [
      'readOnly: true, recursiveReadOnly: Enabled, mountPropagation: HostToContainer',
      'recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
    ],
    [
      'mountPropagation: shared',
      'mountPropagation: Unsupported value: "shared": supported values: "None", "HostToContainer", "Bidirectional"',
    ],
  ])('with %s is refused', (fields, message) => {
    expect(messagesOf(mounted(fields))).toEqual([`pods.web.containers.app.volumeMounts[0].${message}`]);
  });
});

describe('a volume that one machine does not have', () => {
  const INSTEAD = 'an empty folder that lives as long as the Pod stands in its place';

  test('may have all fields of its kind', () => {
    const source = 'nfs: {server: a, path: /, readOnly: true}';
    expect(messagesOf(kubernetes(source))).toEqual([`warning spec.volumes[0].nfs: ${INSTEAD}`]);
  });

  test.each([
    ['fc: {targetWWNs: [a], lun: <ADD LUN>}', 'fc.lun: Invalid value: "<ADD LUN>": must be a whole number'],
    ['rbd: {monitors: [a], image: b, imageformat: "2"}', 'rbd.imageformat: unknown field "imageformat"'],
    ['cephfs: {monitors: a}', 'cephfs.monitors: Invalid value: "a": must be a list'],
    ['flexVolume: {driver: a/b, options: {size: 1}}', 'flexVolume.options.size: Invalid value: 1: must be a text'],
    [
      'iscsi: {targetPortal: a, iqn: iqn.2001-04.com.example:disk, secretRef: {nme: a}}',
      'iscsi.secretRef.nme: unknown field "nme"',
    ],
  ])('%s is refused', (source, message) => {
    const errors = messagesOf(kubernetes(source)).filter((each) => !each.startsWith('warning'));
    expect(errors).toEqual([`spec.volumes[0].${message}`]);
  });
});
