/** Who a container runs as and what it may do (kuberuntime/security_context.go). */
import type { Container } from '../../model/container.ts';
import type { PodSpec } from '../../model/pod.ts';
import type { SecurityContext, SeccompProfile, SeLinuxOptions } from '../../model/security.ts';
import type { SecurityLaunch } from '../runtime/action.ts';
import { ConfigError } from './environment.ts';

/** The container's context over the Pod's, field by field. */
export function effectiveContext({ securityContext: pod = {} }: PodSpec, container: Container): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile, appArmorProfile, seLinuxOptions } = pod;
  const shared = { runAsUser, runAsGroup, runAsNonRoot, seccompProfile, appArmorProfile, seLinuxOptions };
  const given = Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined));
  return { ...given, ...container.securityContext };
}

/**
 * What the engine is told of a container's security. Throws a {@link ConfigError} where runAsNonRoot does not hold.
 * @param imageUser the user that the image names, '' for none
 * @param podText how messages name the Pod
 */
export function securityLaunch(
  spec: PodSpec,
  container: Container,
  imageUser: string,
  podText: string,
): SecurityLaunch {
  const context = effectiveContext(spec, container);
  checkNonRoot(context, container, imageUser, podText);
  const { runAsUser, runAsGroup, privileged = false, capabilities, readOnlyRootFilesystem, procMount } = context;
  const { supplementalGroups = [], fsGroup } = spec.securityContext ?? {};
  const groups = [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
  return {
    ...userOf(runAsUser, runAsGroup, imageUser),
    groups: groups.map(String),
    privileged,
    capAdd: capabilities?.add ?? [],
    capDrop: capabilities?.drop ?? [],
    readOnlyRoot: readOnlyRootFilesystem ?? false,
    unmasked: procMount === 'Unmasked',
    options: optionsOf(context),
  };
}

function userOf(user: number | undefined, group: number | undefined, imageUser: string): { readonly user?: string } {
  if (user === undefined && group === undefined) return {};
  const own = user === undefined ? (imageUser.split(':')[0] ?? '') : String(user);
  return { user: group === undefined ? own : `${own === '' ? '0' : own}:${group}` };
}

function checkNonRoot(
  { runAsNonRoot, runAsUser }: SecurityContext,
  { name }: Container,
  imageUser: string,
  pod: string,
): void {
  if (runAsNonRoot !== true) return;
  const where = `(pod: "${pod}", container: ${name})`;
  if (runAsUser === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (runAsUser !== undefined) return;
  const [user = ''] = imageUser.split(':');
  if (user === '' || Number(user) === 0)
    throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^\d+$/.test(user))
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
}

/** The engine's `SecurityOpt`. Unset is the engine's own seccomp profile, the safer one. */
function optionsOf(context: SecurityContext): readonly string[] {
  const { allowPrivilegeEscalation, seccompProfile, appArmorProfile, seLinuxOptions, privileged } = context;
  return [
    ...(allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
    ...(privileged === true ? [] : profileOption('seccomp', seccompProfile)),
    ...(privileged === true ? [] : profileOption('apparmor', appArmorProfile)),
    ...labelOptions(seLinuxOptions ?? {}),
  ];
}

function profileOption(name: 'seccomp' | 'apparmor', profile: SeccompProfile | undefined): readonly string[] {
  switch (profile?.type) {
    case undefined:
    case 'RuntimeDefault':
      return [];
    case 'Unconfined':
      return [`${name}=unconfined`];
    case 'Localhost':
      return [`${name}=${profile.localhostProfile ?? ''}`];
  }
}

const labelOptions = (options: SeLinuxOptions): readonly string[] =>
  (['user', 'role', 'type', 'level'] as const).flatMap((key) =>
    options[key] === undefined ? [] : [`label=${key}:${options[key]}`],
  );
