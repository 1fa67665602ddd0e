import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { booleanOf, fieldsOf, integerOf, isFields, oneOf, textsOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import { checkInside } from './relative-path.ts';
import type { CommonSecurityContext, SeccompProfile, SecurityContext } from '../../model/security.ts';

/** What the security contexts of a Pod and of a container have in common. */
export function readCommon(fields: Fields, at: Cursor, report: Report): CommonSecurityContext {
  const { user, role, type, level } = fieldsOf(fields['seLinuxOptions']);
  const label = whereSet({ user: wordOf(user), role: wordOf(role), type: wordOf(type), level: wordOf(level) });
  return whereSet({
    runAsUser: integerOf(fields['runAsUser']),
    runAsGroup: integerOf(fields['runAsGroup']),
    runAsNonRoot: booleanOf(fields['runAsNonRoot']),
    seccompProfile: readProfile(fields['seccompProfile'], below(at, 'seccompProfile'), 'seccomp', report),
    appArmorProfile: readProfile(fields['appArmorProfile'], below(at, 'appArmorProfile'), 'AppArmor', report),
    seLinuxOptions: Object.keys(label).length === 0 ? undefined : label,
  });
}

function readProfile(value: unknown, at: Cursor, of: string, report: Report): SeccompProfile | undefined {
  const fields = fieldsOf(value);
  const type = oneOf(fields['type'], ['RuntimeDefault', 'Unconfined', 'Localhost'] as const);
  if (type === undefined) return undefined;
  const here = below(at, 'localhostProfile');
  const localhostProfile = wordOf(fields['localhostProfile']);
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined)
      report(here, invalid(localhostProfile, `can only be set when ${of} type is Localhost`), { hint: 'remove it' });
    return { type };
  }
  if (localhostProfile === undefined)
    report(here, `Required value: must be set when ${of} type is Localhost`, { on: 'key' });
  else if (of === 'seccomp' && checkInside(localhostProfile, here, report)) {
    const message = 'a kubelet has it in a folder of its own: the engine’s own profile is used here';
    report(here, message, { on: 'key', severity: 'warning', approximates: true });
    return { type: 'RuntimeDefault' };
  }
  return { type, ...(localhostProfile === undefined ? {} : { localhostProfile }) };
}

/** A container's security context; nothing where nothing is set. */
export function readSecurity(
  value: unknown,
  at: Cursor,
  { hostUsers }: { readonly hostUsers: boolean },
  report: Report,
): SecurityContext | undefined {
  const fields = fieldsOf(value);
  const context: SecurityContext = {
    ...readCommon(fields, at, report),
    ...whereSet({
      privileged: booleanOf(fields['privileged']),
      allowPrivilegeEscalation: booleanOf(fields['allowPrivilegeEscalation']),
      readOnlyRootFilesystem: booleanOf(fields['readOnlyRootFilesystem']),
      capabilities: readCapabilities(fields['capabilities']),
      procMount: oneOf(fields['procMount'], ['Default', 'Unmasked'] as const),
    }),
  };
  const isPrivileged = context.privileged === true;
  if (isPrivileged) {
    const message = 'the container may do on this machine whatever its root may';
    report(below(at, 'privileged'), message, { on: 'key', severity: 'warning' });
  }
  if (context.procMount === 'Unmasked' && hostUsers)
    report(below(at, 'procMount'), invalid('Unmasked', '`hostUsers` must be false to use `Unmasked`'), {
      hint: 'write hostUsers: false in the Pod',
    });
  if (context.allowPrivilegeEscalation === false) {
    const { add } = fieldsOf(fields['capabilities']);
    const what = isPrivileged
      ? '`privileged` to true'
      : textsOf(add).includes('CAP_SYS_ADMIN') && '`capabilities.Add` CAP_SYS_ADMIN';
    if (what !== false)
      report(
        below(at, 'allowPrivilegeEscalation'),
        invalid(false, `cannot set \`allowPrivilegeEscalation\` to false and ${what}`),
      );
  }
  return Object.keys(context).length === 0 ? undefined : context;
}

function readCapabilities(value: unknown): SecurityContext['capabilities'] {
  if (!isFields(value)) return undefined;
  const names = (list: unknown): readonly string[] =>
    textsOf(list).map((name) => name.toUpperCase().replace(/^CAP_/, ''));
  const [add, drop] = [names(value['add']), names(value['drop'])];
  return add.length + drop.length === 0 ? undefined : { add, drop };
}
