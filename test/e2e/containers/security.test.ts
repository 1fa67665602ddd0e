/** Who containers run as and what they may do (docs/pod-lifecycle.md#security). */
import { expect, test } from 'vitest';
import { makeImage } from '../support/foreign.ts';
import { makeProject } from '../support/harness.ts';
import { expectSaid, onceEach, refusalOfPrivileged, saidBy, sh, type Once } from '../support/inside.ts';
import { idle, listPods, readyLine, shell, shortForm } from '../support/look.ts';

const ids = 'echo "$(id -u):$(id -g)"';
const line = (name: string) => `sed -n "s/^${name}:[[:space:]]*//p" /proc/self/status`;
const secured = (securityContext: object) => ({ container: { securityContext } });
const podSecured = (securityContext: object) => ({ pod: { securityContext } });
const mountTmpfs = 'mkdir -p /mine && mount -t tmpfs none /mine 2>&1 && grep -c " /mine tmpfs " /proc/mounts || true';

/** A program that becomes root where it may: a busybox of root's, setuid. */
const withSetuid = (securityContext: object) => ({
  pod: {
    volumes: { bin: { emptyDir: {} } },
    initContainers: {
      setup: shell('cp /bin/busybox /bin-of-root/busybox; chmod 4755 /bin-of-root/busybox', {
        volumeMounts: ['bin:/bin-of-root'],
      }),
    },
  },
  container: { securityContext, volumeMounts: ['bin:/bin-of-root'] },
});
/** crontab refuses to work for who has not become root. */
const becomeRoot =
  '/bin-of-root/busybox crontab -l 2>&1 | grep -q "must be suid" && echo "still $(id -u)" || echo root';

const cases: Readonly<Record<string, Once>> = {
  'user-of-the-image': { script: ids, says: ['0:0'] },
  user: { ...secured({ runAsUser: 65534 }), script: ids, says: ['65534:65534'] },
  'user-unknown-to-the-image': { ...secured({ runAsUser: 1234 }), script: ids, says: ['1234:0'] },
  'user-and-group-of-the-pod': {
    ...podSecured({ runAsUser: 1001, runAsGroup: 2002 }),
    script: ids,
    says: ['1001:2002'],
  },
  'user-and-group': {
    ...podSecured({ runAsUser: 1, runAsGroup: 2 }),
    ...secured({ runAsUser: 1001, runAsGroup: 2002 }),
    script: ids,
    says: ['1001:2002'],
  },
  'group-alone': { ...secured({ runAsGroup: 2002 }), script: ids, says: ['0:2002'] },
  'more-groups': {
    ...podSecured({ runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [1234, 5678], fsGroup: 2001 }),
    script: 'id -G | tr " " "\\n" | sort -n',
    says: ['1234', '2001', '3000', '5678'],
  },
  'owner-of-an-empty-dir': {
    pod: {
      securityContext: { runAsUser: 1000, fsGroup: 2001 },
      volumes: { v: { emptyDir: {} }, m: { emptyDir: { medium: 'Memory' } } },
    },
    container: { volumeMounts: ['v:/v', 'm:/m'] },
    script: 'stat -c "%a %g" /v /m; touch /v/x /m/x; stat -c %g /v/x /m/x',
    says: ['2777 2001', '2777 2001', '2001', '2001'],
  },
  'non-root': { ...secured({ runAsNonRoot: true, runAsUser: 1000 }), script: ids, says: ['1000:0'] },
  'non-root-by-the-pod': { ...podSecured({ runAsNonRoot: true, runAsUser: 1000 }), script: ids, says: ['1000:0'] },
  unprivileged: {
    ...secured({ privileged: false }),
    script: mountTmpfs,
    says: ['mount: permission denied (are you root?)'],
  },
  'capabilities-of-the-engine': { script: line('CapEff'), says: ['00000000a80425fb'] },
  'capabilities-added': {
    ...secured({ capabilities: { add: ['NET_ADMIN'] } }),
    script: `${line('CapEff')}; ip link set lo mtu 60000 && cat /sys/class/net/lo/mtu`,
    says: ['00000000a80435fb', '60000'],
  },
  'capabilities-dropped': {
    ...secured({ capabilities: { drop: ['CHOWN'] } }),
    script: `${line('CapEff')}; chown 1 /tmp 2>&1 || true`,
    says: ['00000000a80425fa', 'chown: /tmp: Operation not permitted'],
  },
  'all-capabilities-dropped': {
    ...secured({ capabilities: { drop: ['ALL'] } }),
    script: line('CapEff'),
    says: ['0000000000000000'],
  },
  'all-dropped-but-one': {
    ...secured({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
    script: line('CapEff'),
    says: ['0000000000000400'],
  },
  escalation: {
    ...withSetuid({ allowPrivilegeEscalation: true, runAsUser: 1000 }),
    script: `${line('NoNewPrivs')}; ${becomeRoot}`,
    says: ['0', 'root'],
  },
  'no-escalation': {
    ...withSetuid({ allowPrivilegeEscalation: false, runAsUser: 1000 }),
    script: `${line('NoNewPrivs')}; ${becomeRoot}`,
    says: ['1', 'still 1000'],
  },
  'seccomp-unset': { script: line('Seccomp'), says: ['2'] },
  'seccomp-default': {
    ...secured({ seccompProfile: { type: 'RuntimeDefault' } }),
    script: line('Seccomp'),
    says: ['2'],
  },
  'seccomp-unconfined': {
    ...secured({ seccompProfile: { type: 'Unconfined' } }),
    script: line('Seccomp'),
    says: ['0'],
  },
  'seccomp-of-the-pod': {
    ...podSecured({ seccompProfile: { type: 'Unconfined' } }),
    script: line('Seccomp'),
    says: ['0'],
  },
  'seccomp-over-the-pod': {
    ...podSecured({ seccompProfile: { type: 'Unconfined' } }),
    ...secured({ seccompProfile: { type: 'RuntimeDefault' } }),
    script: line('Seccomp'),
    says: ['2'],
  },
  'proc-default': { script: '[ $(grep -c " /proc/" /proc/mounts) -gt 2 ] && echo masked', says: ['masked'] },
  'proc-unmasked': {
    pod: { hostUsers: false },
    ...secured({ procMount: 'Unmasked' }),
    script: 'grep -c " /proc/" /proc/mounts || true',
    says: ['0'],
  },
  'read-only-root': {
    pod: { volumes: { v: { emptyDir: {} } } },
    container: { securityContext: { readOnlyRootFilesystem: true }, volumeMounts: ['v:/v'] },
    script:
      'touch /x 2>&1; touch /v/x /dev/shm/x && echo > /dev/termination-log && echo 10.9.9.9 far >> /etc/hosts && ' +
      'ping -c 1 -W 1 far | head -1; echo the rest',
    says: ['touch: /x: Read-only file system', 'PING far (10.9.9.9): 56 data bytes', 'the rest'],
  },
  'writable-root': {
    ...secured({ readOnlyRootFilesystem: false }),
    script: 'touch /x && echo written',
    says: ['written'],
  },
  sysctls: {
    ...podSecured({
      sysctls: [
        { name: 'kernel.shm_rmid_forced', value: '1' },
        { name: 'net/ipv4/ip_local_port_range', value: '20000 20100' },
        { name: 'net.ipv4.ip_unprivileged_port_start', value: '1000' },
      ],
    }),
    script: 'cd /proc/sys; cat kernel/shm_rmid_forced net/ipv4/ip_local_port_range net/ipv4/ip_unprivileged_port_start',
    says: ['1', '20000\t20100', '1000'],
  },
};

test('each container is who and may do what its contexts say, the container’s over the Pod’s', async () => {
  const project = await makeProject({ 'pods.yaml': onceEach(cases, {}, shortForm) });

  const { code, stdout, stderr } = await project.run('up');

  expect(code, stderr).toBe(0);
  expectSaid(stdout, cases);
});

test('privileged is asked of the engine for that container alone, warned of, and plain in diff and describe', async () => {
  const containers = {
    app: shell(`${mountTmpfs}; ${line('Seccomp')}; ls -d /dev/kmsg`, { securityContext: { privileged: true } }),
  };
  const project = await makeProject({ 'pods.yaml': shortForm({ web: { restartPolicy: 'Never', containers } }) });
  const refusal = await refusalOfPrivileged(project);
  expect((await project.run('diff')).stdout).toMatch(/privileged/i);
  const up = project.start('up');
  await up.waitFor(/warning: pods\.web\.containers\.app\.securityContext\.privileged: /);

  if (refusal === undefined) {
    const { stdout } = await up.waitEnd();
    expect(saidBy(stdout)['web/app']).toEqual(['1', '0', '/dev/kmsg']);
  } else {
    await up.waitFor(/^podrun: 0 of 1 Pod ready/);
    const [pod] = await listPods(project);
    expect(pod?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'RunContainerError',
      message: refusal,
    });
  }
  const details = await Promise.all((await project.engine.containers()).map(({ Id }) => project.engine.inspect(Id)));
  expect(details.map(({ HostConfig }) => HostConfig['Privileged']).toSorted()).toEqual([false, true]);
  expect((await project.run('describe', 'web')).stdout).toMatch(/privileged/i);
});

test('runAsNonRoot refuses root, said and unsaid, and users that are only a name; an edit mends it', async () => {
  const of = (container: object, securityContext: object, pod: object = {}) => ({
    ...{ securityContext: pod },
    containers: { app: shell(idle, { ...container, securityContext }) },
  });
  const project = await makeProject({});
  const image = await makeImage(`${project.name}-named`, 'USER nobody');
  const file = (user: object) =>
    shortForm({
      explicit: of({}, { runAsNonRoot: true, runAsUser: 0, ...user }),
      implicit: of({}, user, { runAsNonRoot: true }),
      named: of({ image }, { runAsNonRoot: true, ...user }),
    });
  await project.write({ 'pods.yaml': file({}) });
  const up = project.start('up');
  await up.waitFor(/^podrun: 0 of 3 Pods ready/);

  const causes = {
    explicit: /^container's runAsUser breaks non-root policy \(pod: "explicit_default\(.+\)", container: app\)$/,
    implicit:
      /^container has runAsNonRoot and image will run as root \(pod: "implicit_default\(.+\)", container: app\)$/,
    named: /^container has runAsNonRoot and image has non-numeric user \(nobody\), cannot verify user is non-root \(/,
  };
  const statuses = new Map((await listPods(project)).map(({ metadata, status }) => [metadata?.name, status]));
  const events = (await project.run('events')).stdout;
  for (const [pod, message] of Object.entries(causes)) {
    const waiting = { reason: 'CreateContainerConfigError', message: expect.stringMatching(message) as string };
    expect(statuses.get(pod)).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting } }] });
    expect(events).toMatch(
      new RegExp(`Warning +Failed +pod/${pod} +Error: ${message.source.slice(1).replace(/\$$/, '')}`),
    );
  }
  await project.write({ 'pods.yaml': file({ runAsUser: 1000 }) });

  await up.waitFor(/^podrun: reloaded: all 3 Pods ready/);
});

test('a sysctl that is not safe: the Pod is Failed, SysctlForbidden, and nothing of it is made, unless it is allowed', async () => {
  const sysctls = [{ name: 'kernel.msgmax', value: '65536' }];
  const project = await makeProject({
    'pods.yaml': shortForm({ web: { securityContext: { sysctls }, containers: { app: shell(idle) } } }),
  });

  const { code, stderr } = await project.run('up');

  expect(code, stderr).toBe(1);
  const made = await project.engine.containers();
  expect(made.filter(({ Labels }) => Labels['io.kubernetes.pod.name'] === 'web')).toEqual([]);
  expect(stderr).toMatch(/^web: SysctlForbidden/m);
  expect((await project.run('events')).stdout).toMatch(
    /Warning +SysctlForbidden +pod\/web +forbidden sysctl: "kernel\.msgmax" not allowlisted/,
  );

  const allowed = project.start('up', '--allow-sysctl', 'kernel.msg*');
  await allowed.waitFor(readyLine);
  expect(await sh(project, 'web', 'app', 'cat /proc/sys/kernel/msgmax')).toBe('65536');
});
