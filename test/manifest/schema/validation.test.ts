/** What a cluster refuses is refused, in its words: a row a rule (pkg/apis/core/validation and its neighbours). */
import { describe, expect, test } from 'vitest';
import { messagesOf, parse } from '../parse.ts';

const errorsOf = (text: string): readonly string[] => messagesOf(text).filter((each) => !each.startsWith('warning'));

const pod = (fields: string, meta = ''): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: web${meta}}, spec: {containers: [{name: app, image: x}], ${fields}}}`;
const container = (fields: string, spec = ''): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {${spec}containers: [{name: app, image: x, ${fields}}]}}`;
const template = (policy: string, labels = '{app: web}', more = ''): string =>
  `template: {metadata: {labels: ${labels}}, spec: {restartPolicy: ${policy}, containers: [{name: app, image: x}]${more}}}`;
const object = (apiVersion: string, kind: string, spec: string, name = 'web'): string =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}}, spec: {${spec}}}`;
const apps = (kind: string, fields: string, name?: string): string =>
  object('apps/v1', kind, `selector: {matchLabels: {app: web}}, ${template('Always')}, ${fields}`, name);
const job = (fields: string, name?: string): string =>
  object('batch/v1', 'Job', `${template('Never')}, ${fields}`, name);
const indexed = (fields: string): string => job(`completionMode: Indexed, completions: 3, ${fields}`);
const service = (fields: string, ports = 'ports: [{port: 80}], '): string =>
  object('v1', 'Service', `selector: {app: web}, ${ports}${fields}`);
const claim = (spec: string): string => object('v1', 'PersistentVolumeClaim', spec, 'data');
const secret = (type: string, data = '', meta = ''): string =>
  `{apiVersion: v1, kind: Secret, metadata: {name: s${meta}}, type: ${type}, stringData: {${data}}}`;

type Row = readonly [fields: string, ...messages: string[]];

function refuses(what: string, write: (fields: string) => string, rows: readonly Row[]): void {
  describe(what, () => {
    test.each(rows)('{%s}', (fields, ...messages) => {
      expect(errorsOf(write(fields))).toEqual(messages);
    });
  });
}

refuses('tolerations', (fields) => pod(`tolerations: [{${fields}}]`), [
  ['key: gpu, operator: Exists, effect: NoSchedule'],
  ['operator: Exists'],
  ['key: gpu, value: a, effect: NoExecute, tolerationSeconds: 3'],
  ['key: a b', `spec.tolerations[0].key: Invalid value: "a b": ${name()}`],
  [
    'key: gpu, operator: In',
    'spec.tolerations[0].operator: Unsupported value: "In": supported values: "Equal", "Exists"',
  ],
  [
    'value: a',
    'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  [
    'key: gpu, operator: Exists, value: a',
    'spec.tolerations[0].value: Invalid value: "a": value must be empty when `operator` is \'Exists\'',
  ],
  ['key: gpu, value: a b', `spec.tolerations[0].value: Invalid value: "a b": ${labelValue()}`],
  [
    'key: gpu, effect: Never',
    'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [
    'key: gpu, effect: NoSchedule, tolerationSeconds: 3',
    'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ],
  ['key: gpu, operater: Exists', 'spec.tolerations[0].operater: unknown field "operater"'],
]);

refuses('the scheduling of a Pod', (fields) => pod(fields), [
  ['schedulingGates: [{name: a}, {name: b}]'],
  ['schedulingGates: [{name: a}, {name: a}]', 'spec.schedulingGates[1].name: Duplicate value: "a"'],
  ['schedulingGates: [{name: a b}]', `spec.schedulingGates[0].name: Invalid value: "a b": ${name()}`],
  [
    'nodeName: here, schedulingGates: [{name: a}]',
    'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
  ],
  [
    'preemptionPolicy: Often',
    'spec.preemptionPolicy: Unsupported value: "Often": supported values: "PreemptLowerPriority", "Never"',
  ],
  ['priorityClassName: A', expect.stringMatching(/^spec\.priorityClassName: Invalid value: "A": must be/) as string],
  ['runtimeClassName: A', expect.stringMatching(/^spec\.runtimeClassName: Invalid value: "A": must be/) as string],
  ['os: {}', 'spec.os.name: Required value'],
]);

refuses('an affinity', (fields) => pod(`affinity: {${fields}}`), [
  [
    'nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}',
  ],
  [
    'podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 5, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {a: b}}}}]}',
  ],
  [
    'nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}',
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value',
  ],
  ...(
    [
      ['{key: disk, operator: Like}', 'operator: Invalid value: "Like": not a valid selector operator'],
      ['{key: disk, operator: In}', "values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
      [
        '{key: disk, operator: Exists, values: [a]}',
        "values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      ],
      [
        '{key: disk, operator: Gt, values: ["1", "2"]}',
        "values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
      ],
      ['{key: disk, operator: In, values: [a b]}', `values[0]: Invalid value: "a b": ${labelValue()}`],
      ['{key: a b, operator: Exists}', `key: Invalid value: "a b": ${name()}`],
    ] as const
  ).map(([expression, message]): Row => [
    `nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [${expression}]}]}}`,
    `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].${message}`,
  ]),
  [
    'nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: spec.x, operator: In, values: [a, b]}]}]}}',
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key',
    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
  ],
  [
    'nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, preference: {}}]}',
    'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be less than or equal to 100',
  ],
  [
    'podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}',
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value',
  ],
  [
    'podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, matchLabelKeys: [a]}]}',
    'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
  ],
  [
    'podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {b: c}}, matchLabelKeys: [a, b], mismatchLabelKeys: [a]}]}',
    'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
    'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[1]: Invalid value: "b": exists in both matchLabelKeys and labelSelector',
  ],
]);

refuses('topologySpreadConstraints', (fields) => pod(`topologySpreadConstraints: [${fields}]`), [
  ['{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, minDomains: 2}'],
  [
    '{maxSkew: 0, topologyKey: "", whenUnsatisfiable: Never}',
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than or equal to 1',
    'spec.topologySpreadConstraints[0].topologyKey: Required value',
    'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
  ],
  [
    '{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, topologyKey: z, whenUnsatisfiable: DoNotSchedule}',
    'spec.topologySpreadConstraints[1].topologyKey: Duplicate value: "{z, DoNotSchedule}"',
  ],
  [
    '{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}',
    'spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
  ],
  [
    '{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Look}',
    'spec.topologySpreadConstraints[0].nodeTaintsPolicy: Unsupported value: "Look": supported values: "Honor", "Ignore"',
  ],
  [
    '{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a]}',
    'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
  ],
  [
    '{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [a]}',
    'spec.topologySpreadConstraints[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector',
  ],
]);

refuses('resources of a container', (fields) => container(`resources: ${fields}`), [
  ['{limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}'],
  ['{limits: {hugepages-2Mi: 4Mi}}', 'spec.containers[0].resources: Forbidden: HugePages require cpu or memory'],
  [
    '{limits: {cpu: 1, hugepages-2Mi: 3Mi}}',
    'spec.containers[0].resources.limits.hugepages-2Mi: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
  ],
  [
    '{claims: [{name: gpu}]}',
    'spec.containers[0].resources.claims[0]: Not found: "gpu": must be one of the names in pod.spec.resourceClaims which is empty',
  ],
]);

refuses(
  'claims of a Pod and its containers',
  (fields) => container(fields, 'resourceClaims: [{name: a, resourceClaimName: x}], '),
  [
    ['resources: {claims: [{name: a, request: one}, {name: a, request: two}]}'],
    ['resources: {claims: [{name: a}, {name: a}]}', 'spec.containers[0].resources.claims[1]: Duplicate value: "a"'],
    [
      'resources: {claims: [{name: a, request: one}, {name: a}]}',
      'spec.containers[0].resources.claims[1]: Duplicate value: "a"',
    ],
  ],
);

refuses('a Pod as a whole', (fields) => pod(fields), [
  ['resources: {limits: {cpu: 1}, requests: {cpu: 500m}}'],
  [
    'resources: {limits: {cpu: 1}, requests: {cpu: 2}}',
    'spec.resources.requests.cpu: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ],
  [
    'resources: {limits: {ephemeral-storage: 1Gi}}',
    'spec.resources.limits.ephemeral-storage: Unsupported value: "ephemeral-storage": supported values: "cpu", "memory", "hugepages-*"',
  ],
  [
    'resourceClaims: [{name: a}], resources: {claims: [{name: a}]}',
    'spec.resourceClaims[0]: Invalid value: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
    'spec.resources.claims: Forbidden: claims cannot be set for Resources at pod-level',
  ],
  [
    'resourceClaims: [{name: a, resourceClaimName: x, resourceClaimTemplateName: z}, {name: a, resourceClaimName: x}]',
    'spec.resourceClaims[0]: Invalid value: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
    'spec.resourceClaims[1].name: Duplicate value: "a"',
  ],
  ['overhead: {gpu: 1}', 'spec.overhead.limits.gpu: Invalid value: "gpu": must be a standard resource for containers'],
]);

refuses(
  'a Pod’s resources beside its containers’',
  (fields) => container('resources: {requests: {cpu: 2}, limits: {cpu: 3}}', `resources: ${fields}, `),
  [
    ['{requests: {cpu: 2}, limits: {cpu: 4}}'],
    [
      '{requests: {cpu: 1}, limits: {cpu: 4}}',
      'spec.resources.requests.cpu: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
    [
      '{requests: {cpu: 2}, limits: {cpu: 2}}',
      'spec.containers[0].resources.limits.cpu: Invalid value: "3": must be less than or equal to pod limits of 2',
    ],
  ],
);

refuses('a container', (fields) => container(fields), [
  [
    'securityContext: {procMount: Unmasked}',
    'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
  ],
  [
    'lifecycle: {stopSignal: SIGINT}',
    'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`',
  ],
  [
    'resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: NotRequired}]',
    'spec.containers[0].resizePolicy[1].resourceName: Duplicate value: "cpu"',
  ],
  [
    'resizePolicy: [{resourceName: disk, restartPolicy: NotRequired}]',
    'spec.containers[0].resizePolicy[0].resourceName: Unsupported value: "disk": supported values: "cpu", "memory"',
  ],
  [
    'envFrom: [{configMapRef: {name: A}}]',
    expect.stringMatching(/envFrom\[0\]\.configMapRef\.name: Invalid value: "A": must be/) as string,
  ],
  [
    'volumeDevices: [{name: v, devicePath: /dev/a}, {name: v, devicePath: /dev/a}]',
    'spec.containers[0].volumeDevices[0].name: Not found: "v"',
    'spec.containers[0].volumeDevices[1].name: Invalid value: "v": must be unique',
    'spec.containers[0].volumeDevices[1].name: Not found: "v"',
    'spec.containers[0].volumeDevices[1].devicePath: Invalid value: "/dev/a": must be unique',
  ],
]);

refuses('a container of a Pod that', (fields) => container(...(fields.split(' | ') as [string, string])), [
  ['securityContext: {procMount: Unmasked} | hostUsers: false, '],
  ['lifecycle: {stopSignal: SIGINT} | os: {name: linux}, '],
  [
    'resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}] | restartPolicy: Never, ',
    "spec.containers[0].resizePolicy[0].restartPolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
  ],
  [
    'volumeMounts: [{name: v, mountPath: /a}], volumeDevices: [{name: v, devicePath: /a/../b}] | volumes: [{name: v}], ',
    'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
    'spec.containers[0].volumeDevices[0].name: Invalid value: "v": must not already exist in volumeMounts',
    'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a/../b": can not contain backsteps (\'..\')',
  ],
]);

refuses('a volume', (fields) => pod(`volumes: [{name: v, ${fields}}]`), [
  ['nfs: {server: a, path: /b}'],
  ['nfs: {server: a}', 'spec.volumes[0].nfs.path: Required value'],
  [
    'nfs: {server: "", path: b}',
    'spec.volumes[0].nfs.server: Required value',
    'spec.volumes[0].nfs.path: Invalid value: "b": must be an absolute path',
  ],
  [
    'awsElasticBlockStore: {volumeID: a, partition: 256}',
    'spec.volumes[0].awsElasticBlockStore.partition: Invalid value: 256: must be less than or equal to 255',
  ],
  ['azureDisk: {diskName: a}', 'spec.volumes[0].azureDisk.diskURI: Required value'],
  [
    'azureDisk: {diskName: a, diskURI: b, kind: Managed}',
    'spec.volumes[0].azureDisk.diskURI: Unsupported value: "b": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.comp...',
  ],
  ['azureFile: {secretName: a}', 'spec.volumes[0].azureFile.shareName: Required value'],
  ['cephfs: {monitors: []}', 'spec.volumes[0].cephfs.monitors: Required value'],
  ['cinder: {volumeID: a, secretRef: {}}', 'spec.volumes[0].cinder.secretRef.name: Required value'],
  ['csi: {}', 'spec.volumes[0].csi.driver: Required value'],
  [
    'csi: {driver: a, nodePublishSecretRef: {name: ""}}',
    'spec.volumes[0].csi.nodePublishSecretRef.name: Required value',
  ],
  ['fc: {}', 'spec.volumes[0].fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both'],
  ['fc: {targetWWNs: [a]}', 'spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified'],
  [
    'fc: {targetWWNs: [a], wwids: [b], lun: 0}',
    'spec.volumes[0].fc.wwids: Invalid value: targetWWNs and wwids can not be specified simultaneously',
  ],
  [
    'flexVolume: {driver: a/b, options: {x.k8s.io/y: z}}',
    'spec.volumes[0].flexVolume.options[x.k8s.io/y]: Invalid value: "x.k8s.io/y": kubernetes.io and k8s.io namespaces are reserved',
  ],
  ['flocker: {}', 'spec.volumes[0].flocker: Required value: one of datasetName and datasetUUID is required'],
  ['flocker: {datasetName: a/b}', 'spec.volumes[0].flocker.datasetName: Invalid value: "a/b": must not contain \'/\''],
  [
    'flocker: {datasetName: a, datasetUUID: b}',
    'spec.volumes[0].flocker: Invalid value: datasetName and datasetUUID can not be specified simultaneously',
  ],
  ['gcePersistentDisk: {}', 'spec.volumes[0].gcePersistentDisk.pdName: Required value'],
  [
    'gitRepo: {repository: a, directory: ../b}',
    'spec.volumes[0].gitRepo.directory: Invalid value: "../b": must not contain \'..\'',
  ],
  ['glusterfs: {endpoints: a}', 'spec.volumes[0].glusterfs.path: Required value'],
  [
    'iscsi: {targetPortal: a, iqn: b}',
    'spec.volumes[0].iscsi.iqn: Invalid value: "b": must be valid format starting with iqn, eui, or naa',
  ],
  [
    'iscsi: {targetPortal: a, iqn: iqn.x, lun: 256}',
    'spec.volumes[0].iscsi.lun: Invalid value: 256: must be less than or equal to 255',
    'spec.volumes[0].iscsi.iqn: Invalid value: "iqn.x": must be valid format',
  ],
  [
    'iscsi: {targetPortal: a, iqn: iqn.2001-04.com.example:a, chapAuthSession: true}',
    'spec.volumes[0].iscsi.secretRef: Required value',
  ],
  ['photonPersistentDisk: {}', 'spec.volumes[0].photonPersistentDisk.pdID: Required value'],
  ['portworxVolume: {}', 'spec.volumes[0].portworxVolume.volumeID: Required value'],
  [
    'quobyte: {registry: a, volume: b}',
    'spec.volumes[0].quobyte.registry: Invalid value: "a": must be a host:port pair or multiple pairs separated by commas',
  ],
  ['rbd: {monitors: [a]}', 'spec.volumes[0].rbd.image: Required value'],
  ['scaleIO: {gateway: a, system: b}', 'spec.volumes[0].scaleIO.volumeName: Required value'],
  ['storageos: {}', 'spec.volumes[0].storageos.volumeName: Required value'],
  ['vsphereVolume: {}', 'spec.volumes[0].vsphereVolume.volumePath: Required value'],
  [
    'ephemeral: {volumeClaimTemplate: {spec: {}}}',
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value',
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources: Required value',
  ],
]);

test('what a cluster claims for an ephemeral volume is claimed by no other', () => {
  const spec = '{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}';
  const volumes = `[{name: a, ephemeral: {volumeClaimTemplate: {spec: ${spec}}}}, {name: b, persistentVolumeClaim: {claimName: web-a}}]`;
  expect(errorsOf(pod(`volumes: ${volumes}`))).toEqual([
    'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-a": must not reference a PVC that gets created for an ephemeral volume',
  ]);
});

refuses(
  'a source of a projected volume',
  (fields) => pod(`volumes: [{name: v, projected: {sources: [{${fields}}]}}]`),
  [
    ['serviceAccountToken: {path: token, expirationSeconds: 600}'],
    ...(
      [
        [
          'serviceAccountToken: {path: t, expirationSeconds: 599}',
          'serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        ],
        [
          'serviceAccountToken: {path: t, expirationSeconds: 4294967297}',
          'serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
        ],
        ['serviceAccountToken: {}', 'serviceAccountToken.path: Required value'],
        [
          'serviceAccountToken: {path: ../t}',
          'serviceAccountToken.path: Invalid value: "../t": must not contain \'..\'',
        ],
        [
          'clusterTrustBundle: {path: a}',
          'clusterTrustBundle: Required value: either name or signerName must be specified',
        ],
        [
          'clusterTrustBundle: {path: a, name: b, signerName: c/d}',
          'clusterTrustBundle: Invalid value: only one of name and signerName may be used',
        ],
        [
          'clusterTrustBundle: {path: a, name: b, labelSelector: {}}',
          'clusterTrustBundle.labelSelector: Invalid value: labelSelector must be unset if name is specified',
        ],
        [
          'podCertificate: {signerName: a/b, keyType: RSA}',
          'podCertificate.keyType: Unsupported value: "RSA": supported values: "ED25519", "ECDSAP256", "ECDSAP384", "ECDSAP521", "RSA3072", "RSA4096"',
          'podCertificate: Required value: specify at least one of credentialBundlePath, keyPath, certificateChainPath',
        ],
      ] as const
    ).map(([source, ...messages]): Row => [
      source,
      ...messages.map((each) => `spec.volumes[0].projected.sources[0].${each}`),
    ]),
  ],
);

refuses('annotations of a Pod', (fields) => pod('securityContext: {}', `, annotations: {${fields}}`), [
  ['controller.kubernetes.io/pod-deletion-cost: "-5"'],
  [
    'controller.kubernetes.io/pod-deletion-cost: "5.5"',
    'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "5.5": must be a 32bit integer',
  ],
  [
    'kubernetes.io/config.mirror: a',
    'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "a": must set spec.nodeName if mirror pod annotation is set',
  ],
  [
    'seccomp.security.alpha.kubernetes.io/pod: mine',
    'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: Invalid value: "mine": must be a valid seccomp profile',
  ],
  [
    'container.apparmor.security.beta.kubernetes.io/none: unconfined',
    'metadata.annotations[container.apparmor.security.beta.kubernetes.io/none]: Invalid value: "none": container not found',
  ],
  [
    'container.apparmor.security.beta.kubernetes.io/app: mine',
    'metadata.annotations[container.apparmor.security.beta.kubernetes.io/app]: Invalid value: "mine": invalid AppArmor profile name: "mine"',
  ],
]);

test('an AppArmor annotation and field say the same', () => {
  const text = pod(
    'securityContext: {appArmorProfile: {type: RuntimeDefault}}',
    ', annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}',
  );
  expect(errorsOf(text)).toEqual([
    'metadata.annotations[container.apparmor.security.beta.kubernetes.io/app]: Forbidden: apparmor type in annotation and field must match',
  ]);
});

test('annotations of any object are at most 256 KiB together', () => {
  const half = 'x'.repeat(131_072);
  const meta = `, annotations: {a: ${half}, b: ${half}}`;
  const message = 'metadata.annotations: Too long: may not be more than 262144 bytes';
  expect(errorsOf(pod('securityContext: {}', `, annotations: {a: ${half}}`))).toEqual([]);
  for (const text of [
    pod('securityContext: {}', meta),
    secret('Opaque', '', meta),
    job('backoffLimit: 1').replace('{name: web}', `{name: web${meta}}`),
    service('type: ClusterIP').replace('{name: web}', `{name: web${meta}}`),
    claim('accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}').replace(
      '{name: data}',
      `{name: data${meta}}`,
    ),
  ])
    expect(errorsOf(text)).toEqual([message]);
  expect(
    errorsOf(
      apps('Deployment', 'replicas: 1').replace('labels: {app: web}}, spec', `labels: {app: web}${meta}}, spec`),
    ),
  ).toEqual([`spec.template.${message}`]);
});

describe('a Secret', () => {
  const needs = (type: string, key: string): string =>
    `data${/^[\w-]+$/.test(key) ? `.${key}` : `[${key}]`}: Required value: a Secret of type ${type} needs it`;
  const tls = 'kubernetes.io/tls';
  const ssh = 'kubernetes.io/ssh-auth';
  const basic = 'kubernetes.io/basic-auth';
  const json = 'kubernetes.io/dockerconfigjson';
  test.each<[string, string, readonly string[]]>([
    ['example.com/mine', '', []],
    [tls, 'tls.crt: a, tls.key: ""', []],
    [tls, 'tls.crt: a', [needs(tls, 'tls.key')]],
    [tls, '', [needs(tls, 'tls.crt'), needs(tls, 'tls.key')]],
    [ssh, 'ssh-privatekey: a', []],
    [ssh, 'ssh-privatekey: ""', [needs(ssh, 'ssh-privatekey')]],
    [basic, 'password: a', []],
    [basic, 'user: a', [needs(basic, 'username'), needs(basic, 'password')]],
    [json, '.dockerconfigjson: "{}"', []],
    [json, '', [needs(json, '.dockerconfigjson')]],
    [json, '.dockerconfigjson: secret', ['data[.dockerconfigjson]: Invalid value: must be a map in JSON']],
    ['kubernetes.io/dockercfg', '', [needs('kubernetes.io/dockercfg', '.dockercfg')]],
    [
      'kubernetes.io/service-account-token',
      '',
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
  ])('of type %s with {%s}', (type, data, messages) => {
    expect(errorsOf(secret(type, data))).toEqual(messages);
  });
});

refuses('a claim', claim, [
  ['accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}'],
  ['volumeName: a', 'spec.accessModes: Required value', 'spec.resources: Required value'],
  [
    'accessModes: [], resources: {requests: {}}',
    'spec.accessModes: Required value',
    'spec.resources.requests.storage: Required value',
  ],
  [
    'accessModes: [ReadWriteOncePod, ReadOnlyMany], resources: {requests: {storage: 0}}',
    'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    'spec.resources.requests.storage: Invalid value: 0: must be greater than zero',
  ],
  [
    'accessModes: [Once], resources: {requests: {storage: x}}',
    'spec.accessModes[0]: Unsupported value: "Once": supported values: "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"',
    'spec.resources.requests.storage: Invalid value: "x": must be a quantity',
  ],
]);

refuses('a Deployment', (fields) => apps('Deployment', fields), [
  ['strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}'],
  [
    'strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}',
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    'strategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 0}}',
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ],
  [
    'strategy: {rollingUpdate: {maxUnavailable: 101%}}',
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ],
  [
    'strategy: {rollingUpdate: {maxSurge: half}}',
    "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"half\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%' or '93%')",
  ],
  [
    'minReadySeconds: 5, progressDeadlineSeconds: 5',
    'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
  ],
  ['minReadySeconds: 600', 'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
]);

refuses('a DaemonSet', (fields) => apps('DaemonSet', `updateStrategy: {${fields}}`), [
  ['rollingUpdate: {maxSurge: 1, maxUnavailable: 0}'],
  [
    'rollingUpdate: {maxSurge: 1}',
    'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
  ],
  [
    'rollingUpdate: {maxUnavailable: 0}',
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ],
]);

refuses('a StatefulSet', (fields) => apps('StatefulSet', fields), [
  ['updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1, maxUnavailable: 50%}}'],
  [
    'updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}',
    "spec.updateStrategy.rollingUpdate: Invalid value: only allowed for updateStrategy 'RollingUpdate'",
  ],
  [
    'updateStrategy: {rollingUpdate: {partition: -1}}',
    'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'updateStrategy: {rollingUpdate: {maxUnavailable: 0}}',
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
  ],
  [
    'persistentVolumeClaimRetentionPolicy: {whenScaled: Drop}',
    'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Drop": supported values: "Retain", "Delete"',
  ],
]);

test('a StatefulSet’s name is that of hosts, and a Job’s a label', () => {
  expect(errorsOf(apps('StatefulSet', 'replicas: 1', 'a.b'))).toEqual([
    expect.stringMatching(/^metadata\.name: Invalid value: "a\.b": must be at most 63/),
  ]);
  expect(errorsOf(job('backoffLimit: 1', 'x'.repeat(64)))).toEqual([
    expect.stringContaining('must be no more than 63 characters'),
  ]);
  expect(errorsOf(job('completionMode: Indexed, completions: 11', 'x'.repeat(61)))).toEqual([
    expect.stringContaining('will not able to create pod with invalid DNS label'),
  ]);
});

refuses('a Job', job, [
  ['manualSelector: false'],
  [
    'selector: {matchLabels: {app: web}}',
    'spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: `selector` not auto-generated',
  ],
  ['manualSelector: true', 'spec.selector: Required value'],
  ['manualSelector: true, selector: {matchLabels: {app: web}}'],
  [
    'manualSelector: true, selector: {matchLabels: {app: db}}',
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  ],
  ['backoffLimitPerIndex: 1', 'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
  [
    'managedBy: mine',
    'spec.managedBy: Invalid value: "mine": must be a domain-prefixed path (such as "acme.io/foo") of at most 63 characters',
  ],
  [
    'successPolicy: {rules: [{succeededCount: 1}]}',
    'spec.successPolicy: Invalid value: requires indexed completion mode',
  ],
  [
    'podFailurePolicy: {rules: []}, podReplacementPolicy: TerminatingOrFailed',
    'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
  ],
]);

test('the labels that a Job gives its Pods are written as it gives them, or not', () => {
  const labelled = (labels: string, meta = ''): string =>
    object('batch/v1', 'Job', template('Never', `{${labels}}`)).replace('{name: web}', `{name: web${meta}}`);
  expect(errorsOf(labelled('job-name: web'))).toEqual([]);
  expect(errorsOf(labelled('job-name: other'))).toEqual([
    'spec.template.metadata.labels.job-name: Invalid value: "other": must be \'web\'',
  ]);
  expect(errorsOf(labelled('controller-uid: abc'))).toEqual([
    'spec.template.metadata.labels.controller-uid: Invalid value: "abc": must be the uid that a cluster makes',
  ]);
  expect(errorsOf(labelled('controller-uid: abc', ', uid: abc'))).toEqual([]);
});

test('a podFailurePolicy is for Pods that are not restarted', () => {
  const text = object('batch/v1', 'Job', `${template('OnFailure')}, podFailurePolicy: {rules: []}`);
  expect(errorsOf(text)).toEqual([
    'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
  ]);
});

refuses('a rule of a podFailurePolicy', (fields) => job(`podFailurePolicy: {rules: [{${fields}}]}`), [
  ['action: FailJob, onExitCodes: {containerName: app, operator: In, values: [1, 42]}'],
  ['action: Ignore, onPodConditions: [{type: DisruptionTarget}]'],
  ...(
    [
      [
        'action: Stop, onPodConditions: [{type: a}]',
        'action: Unsupported value: "Stop": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
      ],
      [
        'action: FailIndex, onPodConditions: [{type: a}]',
        'action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
      ],
      ['action: Count', 'Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
      [
        'action: Count, onExitCodes: {operator: In, values: [1]}, onPodConditions: [{type: a}]',
        'Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
      ],
      [
        'action: Count, onExitCodes: {operator: In, values: [0]}',
        'onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator',
      ],
      ['action: Count, onExitCodes: {operator: NotIn, values: [2, 2]}', 'onExitCodes.values[1]: Duplicate value: 2'],
      [
        'action: Count, onExitCodes: {operator: NotIn, values: [2, 1]}',
        'onExitCodes.values: Invalid value: must be ordered',
      ],
      [
        'action: Count, onExitCodes: {containerName: db, operator: In, values: [2]}',
        'onExitCodes.containerName: Invalid value: "db": must be one of the container or initContainer names in the pod template',
      ],
    ] as const
  ).map(([rule, message]): Row => [
    rule,
    `spec.podFailurePolicy.rules[0]${message.startsWith('Invalid') ? ': ' : '.'}${message}`,
  ]),
]);

refuses('an Indexed Job', indexed, [
  ['backoffLimitPerIndex: 1, maxFailedIndexes: 3'],
  ['maxFailedIndexes: 2', 'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified'],
  [
    'backoffLimitPerIndex: 1, maxFailedIndexes: 4',
    'spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions',
  ],
  [
    'parallelism: 100001',
    'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
  ],
  ['successPolicy: {rules: [{succeededIndexes: "0,2", succeededCount: 1}]}'],
  [
    'successPolicy: {rules: [{}]}',
    'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
  ],
  [
    'successPolicy: {rules: [{succeededCount: 4}]}',
    'spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)',
  ],
  [
    'successPolicy: {rules: [{succeededIndexes: "0-1", succeededCount: 3}]}',
    'spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
  ],
  [
    'successPolicy: {rules: [{succeededIndexes: "2-1"}]}',
    'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "2-1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
  ],
  [
    'successPolicy: {rules: [{succeededIndexes: "a"}]}',
    'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"',
  ],
]);

refuses(
  'the Jobs of a CronJob',
  (fields) =>
    object('batch/v1', 'CronJob', `schedule: "@daily", jobTemplate: {spec: {${template('Never')}, ${fields}}}`),
  [
    [
      'selector: {matchLabels: {app: web}}',
      'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"app":"web"}}: `selector` will be auto-generated',
    ],
    [
      'manualSelector: true',
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ],
  ],
);

refuses('a Service', (fields) => service(fields), [
  [
    'type: NodePort, externalTrafficPolicy: Local, sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}',
  ],
  ['clusterIP: None, clusterIPs: [None]'],
  [
    'type: LoadBalancer, clusterIP: None',
    'spec.clusterIP: Invalid value: "None": may not be set to \'None\' for LoadBalancer services',
  ],
  [
    'type: NodePort, clusterIP: None',
    'spec.clusterIP: Invalid value: "None": may not be set to \'None\' for NodePort services',
  ],
  [
    'clusterIP: nope',
    'spec.clusterIP: Invalid value: "nope": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  ['clusterIPs: [10.0.0.1]', 'spec.clusterIPs: Invalid value: must be empty when `clusterIP` is not specified'],
  ['clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]', 'spec.clusterIPs: Invalid value: first value must match `clusterIP`'],
  [
    'clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2]',
    'spec.clusterIPs: Invalid value: may specify no more than one IP for each IP family',
  ],
  [
    'clusterIP: None, clusterIPs: [None, 10.0.0.1]',
    "spec.clusterIPs: Invalid value: 'None' must be the first and only value",
  ],
  ['ipFamilies: [IPv4, IPv4]', 'spec.ipFamilies[1]: Duplicate value: "IPv4"'],
  ['ipFamilies: [IPv5]', 'spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"'],
  [
    'clusterIP: 10.0.0.1, ipFamilies: [IPv6]',
    'spec.clusterIP: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
  ],
  [
    'sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}',
    'spec.sessionAffinityConfig: Forbidden: must not be set when session affinity is None',
  ],
  [
    'sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}',
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be less than or equal to 86400',
  ],
  [
    'externalIPs: [127.0.0.1]',
    'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  ],
  [
    'externalIPs: [web]',
    'spec.externalIPs[0]: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'externalTrafficPolicy: Local',
    'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
  ],
  [
    'type: NodePort, healthCheckNodePort: 30000',
    "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
  ],
  ['loadBalancerClass: a/b', "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
  [
    'allocateLoadBalancerNodePorts: false',
    "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
  ],
  [
    'type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0]',
    'spec.loadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ],
  [
    'trafficDistribution: Far',
    'spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
  ],
]);

refuses('a Service for what is outside', (fields) => service(fields, 'type: ExternalName, '), [
  ['externalName: db.example.com.'],
  ['ports: []', 'spec.externalName: Required value'],
  [
    'externalName: a, clusterIP: 10.0.0.1, ipFamilies: [IPv4]',
    'spec.clusterIP: Forbidden: may not be set for ExternalName services',
    'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
  ],
]);

refuses('ports of a Service', (fields) => service(`ports: [${fields}]`, ''), [
  ['{port: 80, nodePort: 30080}', "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ['{port: 80, appProtocol: a b}', `spec.ports[0].appProtocol: Invalid value: "a b": ${name()}`],
]);

test('node ports are the range’s, and each one Service’s once', () => {
  const ports = (...numbers: readonly number[]): string =>
    service(
      `type: NodePort, ports: [${numbers.map((port, index) => `{name: p${index}, port: ${index + 1}, nodePort: ${port}}`).join(', ')}]`,
      '',
    );
  expect(errorsOf(ports(30_080, 30_081))).toEqual([]);
  expect(errorsOf(ports(30_080, 30_080))).toEqual(['spec.ports[1].nodePort: Duplicate value: 30080']);
  expect(errorsOf(ports(80))).toEqual([
    'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  ]);
});

test('all that is wrong is told at once, each where it stands', () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: app, image: x}]
  tolerations:
    - {key: gpu, effect: Never}
  schedulingGates: [{name: a}, {name: a}]
  volumes:
    - {name: v, nfs: {server: a}}
`;
  const errors = parse(text).diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ line, col }) => [line, col]).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
    [7, 26],
    [8, 39],
    [10, 17],
  ]);
});

function name(): string {
  return "must be a name of at most 63 letters, digits, '-', '_' and '.', after an optional DNS prefix and '/'";
}

function labelValue(): string {
  return "must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";
}
