import { describe, expect, test } from 'vitest';

import { messagesOf, parse, podOf } from '../parse.ts';

const container = (context: string): string =>
  `pods: {web: {containers: {app: {image: x, securityContext: ${context}}}}}`;
const pod = (fields: string): string => `pods: {web: {${fields}, containers: {app: {image: x}}}}`;

describe("a container's security context", () => {
  test.each([
    ['{}', undefined],
    [
      '{runAsUser: 1000, runAsGroup: 0, runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}',
      {
        runAsUser: 1000,
        runAsGroup: 0,
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      },
    ],
    [
      '{capabilities: {add: [CAP_NET_ADMIN, sys_time], drop: [all]}}',
      { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'], drop: ['ALL'] } },
    ],
    ['{capabilities: {}}', undefined],
    ['{seccompProfile: {type: RuntimeDefault}}', { seccompProfile: { type: 'RuntimeDefault' } }],
    [
      '{seccompProfile: {type: Unconfined}, appArmorProfile: {type: Localhost, localhostProfile: mine}}',
      {
        seccompProfile: { type: 'Unconfined' },
        appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' },
      },
    ],
    ['{seLinuxOptions: {level: "s0:c1", user: ""}}', { seLinuxOptions: { level: 's0:c1' } }],
    ['{procMount: Default, privileged: false}', { procMount: 'Default', privileged: false }],
  ])('%s', (written, context) => {
    expect(podOf(container(written)).spec.containers[0]?.securityContext).toEqual(context);
    expect(messagesOf(container(written))).toEqual([]);
  });

  test('privileged is told', () => {
    expect(messagesOf(container('{privileged: true}'))).toEqual([
      'warning pods.web.containers.app.securityContext.privileged: the container may do on this machine whatever its root may',
    ]);
    expect(podOf(container('{privileged: true}')).spec.containers[0]?.securityContext).toEqual({ privileged: true });
  });

  test.each([
    ['{runAsUser: -1}', 'runAsUser: Invalid value: -1: must be greater than or equal to 0'],
    ['{runAsUser: 2147483648}', 'runAsUser: Invalid value: 2147483648: must be less than or equal to 2147483647'],
    ['{runAsGroup: "0"}', 'runAsGroup: Invalid value: "0": must be a whole number'],
    ['{runAsNonRoot: 1}', 'runAsNonRoot: Invalid value: 1: must be true or false'],
    [
      '{privileged: true, allowPrivilegeEscalation: false}',
      'allowPrivilegeEscalation: Invalid value: false: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
    [
      '{capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false}',
      'allowPrivilegeEscalation: Invalid value: false: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
    ],
    [
      '{capabilities: {add: [net-admin]}}',
      'capabilities.add[0]: Invalid value: "net-admin": must be the name of a capability, such as NET_ADMIN',
    ],
    [
      '{seccompProfile: {type: Localhost}}',
      'seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
    ],
    [
      '{seccompProfile: {type: Unconfined, localhostProfile: a}}',
      'seccompProfile.localhostProfile: Invalid value: "a": can only be set when seccomp type is Localhost',
    ],
    [
      '{seccompProfile: {type: Localhost, localhostProfile: /a}}',
      'seccompProfile.localhostProfile: Invalid value: "/a": must be a relative path',
    ],
    [
      '{appArmorProfile: {type: Localhost}}',
      'appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost',
    ],
    [
      '{seccompProfile: {type: Default}}',
      'seccompProfile.type: Unsupported value: "Default": supported values: "RuntimeDefault", "Unconfined", "Localhost"',
    ],
    ['{seccompProfile: {}}', 'seccompProfile.type: Required value'],
    ['{procMount: unmasked}', 'procMount: Unsupported value: "unmasked": supported values: "Default", "Unmasked"'],
    ['{fsGroup: 1}', 'fsGroup: unknown field "fsGroup"'],
  ])('%s is refused', (written, message) => {
    const errors = messagesOf(container(written)).filter((found) => !found.startsWith('warning'));
    expect(errors).toEqual([`pods.web.containers.app.securityContext.${message}`]);
    expect(parse(container(written)).project).toBeUndefined();
  });
});

describe("a Pod's security context", () => {
  test.each([
    ['{}', undefined],
    [
      '{runAsUser: 1, runAsGroup: 2, fsGroup: 3, fsGroupChangePolicy: OnRootMismatch, supplementalGroups: [4, 5]}',
      { runAsUser: 1, runAsGroup: 2, fsGroup: 3, fsGroupChangePolicy: 'OnRootMismatch', supplementalGroups: [4, 5] },
    ],
    [
      '{sysctls: [{name: net.core.somaxconn, value: "1024"}, {name: net/ipv4/conf/eth0.1/rp_filter, value: ""}]}',
      {
        sysctls: [
          { name: 'net.core.somaxconn', value: '1024' },
          { name: 'net.ipv4.conf.eth0/1.rp_filter', value: '' },
        ],
      },
    ],
    ['{supplementalGroupsPolicy: Merge, supplementalGroups: []}', undefined],
  ])('%s', (written, context) => {
    expect(podOf(pod(`securityContext: ${written}`)).spec.securityContext).toEqual(context);
    expect(messagesOf(pod(`securityContext: ${written}`))).toEqual([]);
  });

  test.each([
    [
      'securityContext: {supplementalGroupsPolicy: Strict}',
      "warning pods.web.securityContext.supplementalGroupsPolicy: the groups of the image's /etc/group are added, as with Merge",
    ],
    [
      'securityContext: {windowsOptions: {runAsUserName: a}}',
      'warning pods.web.securityContext.windowsOptions: the containers are Linux containers',
    ],
    [
      'securityContext: {supplementalGroups: [-1]}',
      'pods.web.securityContext.supplementalGroups[0]: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'securityContext: {sysctls: [{name: a.b, value: "1"}, {name: a/b, value: "2"}]}',
      'pods.web.securityContext.sysctls[1].name: Duplicate value: "a/b"',
    ],
    [
      'securityContext: {sysctls: [{name: A, value: "1"}]}',
      "pods.web.securityContext.sysctls[0].name: Invalid value: \"A\": must be at most 253 lower-case letters, digits, '-' and '_' in parts with '.' or '/' between them",
    ],
    [
      'securityContext: {sysctls: [{name: a.b, value: 1}]}',
      'pods.web.securityContext.sysctls[0].value: Invalid value: 1: must be a text',
    ],
    [
      'hostNetwork: true, securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}]}',
      'pods.web.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when \'hostNetwork\' is true',
    ],
    [
      'hostIPC: true, securityContext: {sysctls: [{name: kernel/shmmax, value: "1"}]}',
      'pods.web.securityContext.sysctls[0].name: Invalid value: "kernel/shmmax": may not be specified when \'hostIPC\' is true',
    ],
    ['securityContext: {privileged: true}', 'pods.web.securityContext.privileged: unknown field "privileged"'],
  ])('%s is told', (fields, message) => {
    expect(messagesOf(pod(fields))).toEqual([message]);
  });
});

test('a seccomp profile of a kubelet’s own folder is the engine’s own profile here, with a warning', () => {
  const text = container('{seccompProfile: {type: Localhost, localhostProfile: a/b.json}}');
  expect(podOf(text).spec.containers[0]?.securityContext?.seccompProfile).toEqual({ type: 'RuntimeDefault' });
  expect(messagesOf(text)).toEqual([
    'warning pods.web.containers.app.securityContext.seccompProfile.localhostProfile: a kubelet has it in a folder of its own: the engine’s own profile is used here',
  ]);
});
