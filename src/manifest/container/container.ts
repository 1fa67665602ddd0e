import { readBuild } from './build.ts';
import type { Cursor, Sited } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { pullPolicyOf, SHORT_FORM_PULL_POLICY, TERMINATION_MESSAGE_PATH } from '../defaults.ts';
import type { Entry } from '../yaml/entry.ts';
import { readEnv, readEnvFile, readEnvFrom } from './env.ts';
import { readLifecycle } from './lifecycle.ts';
import type { MountScope } from './mount.ts';
import { readMount } from './mount.ts';
import type { NamedFiles } from '../variables/named-file.ts';
import type { OnChange } from '../../model/on-change.ts';
import { readOnChange } from './on-change.ts';
import type { PortScope } from './port.ts';
import { readPort } from './port.ts';
import { readProbes } from './probe.ts';
import type { Fields } from '../yaml/read.ts';
import { isFields, listOf, onlyTrue, oneOf, textOf, textsOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { duplicate, invalid } from '../yaml/report.ts';
import { readResources } from './resources.ts';
import { readRestart } from './restart.ts';
import { readSecurity } from './security.ts';
import type { Container, ContainerPort, VolumeMount } from '../../model/container.ts';
import type { Volume } from '../../model/volume.ts';

/** A value with the place it was read from. */
export interface ReadContainer {
  readonly container: Container;
  readonly nameAt: Cursor;
  /** Where its build stands. */
  readonly buildAt: Cursor;
  readonly ports: readonly Sited<ContainerPort>[];
  /** Its own `onChange`. */
  readonly rules: readonly Sited<OnChange>[];
  /** The volumes that its mounts bring into the Pod. */
  readonly brings: readonly Volume[];
}

/** Which of a Pod's lists a container stands in. */
export type Role = 'init' | 'main';

export interface ContainerScope extends Omit<MountScope, 'isPrivileged'>, PortScope {
  /** Decides the defaults that differ between the dialects. */
  readonly isShort: boolean;
  /** The Pod's grace, which no hook may outlast. */
  readonly graceSeconds: number;
  /** It uses the machine's user namespace. */
  readonly hostUsers: boolean;
  /** The Pod says which system it is for, as a cluster asks where there is a stop signal. */
  readonly hasOs: boolean;
  readonly files: NamedFiles;
}

/** One container of either dialect. */
export function readContainer(entry: Entry, role: Role, scope: ContainerScope, report: Report): ReadContainer {
  const { at, fields, name } = entry;
  const isKeyed = entry.nameAt === at;
  if (isKeyed && fields['name'] !== undefined && fields['name'] !== name) {
    report(below(at, 'name'), invalid(fields['name'], `must be ${name}, the key it stands under`), {
      hint: 'remove it',
    });
  }
  const image = textOf(fields['image']) ?? '';
  // In a Kubernetes object the schema has told of a text.
  const isRead = (value: unknown): boolean => scope.isShort || isFields(value);
  const ports = readEach(fields['ports'], below(at, 'ports'), (value, here) =>
    isRead(value) ? readPort(value, here, scope, report) : undefined,
  );
  const securityContext = readSecurity(fields['securityContext'], below(at, 'securityContext'), scope, report);
  const mountScope = { ...scope, isPrivileged: securityContext?.privileged === true };
  const mounts = readEach(fields['volumeMounts'], below(at, 'volumeMounts'), (value, here) =>
    isRead(value) ? readMount(value, here, mountScope, report) : undefined,
  );
  checkPortNames(ports, report);
  checkMountPaths(
    mounts.map((each) => ({ at: each.at, value: each.value.mount })),
    report,
  );
  const plainPorts = ports.map((port) => port.value);
  const restart = readRestart(fields, at, role, report);
  const policy = oneOf(fields['imagePullPolicy'], ['Always', 'IfNotPresent', 'Never'] as const);
  const container: Container = {
    name,
    image,
    imagePullPolicy: policy ?? (scope.isShort ? SHORT_FORM_PULL_POLICY : pullPolicyOf(image)),
    // An empty list is no list, as Kubernetes' own encoding makes it.
    ...(listOf(fields['command']).length === 0 ? {} : { command: textsOf(fields['command']) }),
    ...(listOf(fields['args']).length === 0 ? {} : { args: textsOf(fields['args']) }),
    env: [
      ...readEnvFile(fields['envFile'], below(at, 'envFile'), scope.files, report),
      ...readEnv(fields['env'], below(at, 'env'), report),
    ],
    ports: plainPorts,
    volumeMounts: mounts.map((each) => each.value.mount),
    ...whereSet({
      build: readBuild(fields['build'], below(at, 'build'), scope.home, report),
      workingDir: wordOf(fields['workingDir']),
      envFrom: readEnvFrom(fields['envFrom'], below(at, 'envFrom'), report),
      resources: readResources(fields['resources'], below(at, 'resources'), report),
      securityContext,
    }),
    ...readIo(fields),
    // The schema refuses probes and hooks of an init container that runs to its end.
    ...(role === 'init' && restart.restartPolicy !== 'Always' ? {} : readCare(fields, at, plainPorts, scope, report)),
    ...restart,
  };
  return {
    container,
    nameAt: entry.nameAt,
    buildAt: below(at, 'build'),
    ports,
    rules: readOnChange(fields['onChange'], below(at, 'onChange'), scope.home, report),
    brings: mounts.flatMap((each) => each.value.brings ?? []),
  };
}

/** What a container that keeps running may have: probes and hooks. */
function readCare(
  fields: Fields,
  at: Cursor,
  ports: readonly ContainerPort[],
  { graceSeconds, hasOs }: ContainerScope,
  report: Report,
): Partial<Container> {
  const lifecycle = readLifecycle(fields['lifecycle'], below(at, 'lifecycle'), { ports, graceSeconds, hasOs }, report);
  return { ...readProbes(fields, at, ports, report), ...(lifecycle === undefined ? {} : { lifecycle }) };
}

function readEach<T>(
  value: unknown,
  at: Cursor,
  read: (item: unknown, at: Cursor) => T | undefined,
): readonly Sited<T>[] {
  return listOf(value).flatMap((item, index) => {
    const here = below(at, index);
    const found = read(item, here);
    return found === undefined ? [] : [{ value: found, at: here }];
  });
}

/** Standard input, terminal and termination message; Kubernetes' defaults are left out. */
function readIo(fields: Fields): Partial<Container> {
  const path = wordOf(fields['terminationMessagePath']);
  return whereSet({
    stdin: onlyTrue(fields['stdin']),
    stdinOnce: onlyTrue(fields['stdinOnce']),
    tty: onlyTrue(fields['tty']),
    terminationMessagePath: path === TERMINATION_MESSAGE_PATH ? undefined : path,
    terminationMessagePolicy: oneOf(fields['terminationMessagePolicy'], ['FallbackToLogsOnError'] as const),
  });
}

function checkPortNames(ports: readonly Sited<ContainerPort>[], report: Report): void {
  const seen = new Set<string>();
  for (const { at, value } of ports) {
    if (value.name === undefined) continue;
    if (seen.has(value.name)) report(below(at, 'name'), duplicate(value.name));
    seen.add(value.name);
  }
}

function checkMountPaths(mounts: readonly Sited<VolumeMount>[], report: Report): void {
  const seen = new Set<string>();
  for (const { at, value } of mounts) {
    // As a text, as ValidateVolumeMounts has it: `/a/` is another one than `/a`, and goes over it.
    if (seen.has(value.mountPath)) report(below(at, 'mountPath'), invalid(value.mountPath, 'must be unique'));
    seen.add(value.mountPath);
  }
}
