import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, textOf } from '../yaml/read.ts';
import { checkInside } from '../container/relative-path.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP =
  /^(seccomp\.security\.alpha\.kubernetes\.io\/pod$|container\.seccomp\.security\.alpha\.kubernetes\.io\/)/;
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const MIRROR = 'kubernetes.io/config.mirror';

/** The annotations of a Pod that Kubernetes itself reads (ValidatePodSpecificAnnotations). */
export function checkPodAnnotations(
  annotations: Readonly<Record<string, string>>,
  at: Cursor,
  spec: Fields,
  containers: readonly { readonly name: string; readonly fields: Fields }[],
  report: Report,
): void {
  for (const [key, value] of Object.entries(annotations)) {
    const here = below(at, key);
    if (key === MIRROR && textOf(spec['nodeName']) === undefined)
      report(here, invalid(value, 'must set spec.nodeName if mirror pod annotation is set'));
    else if (key === DELETION_COST && !isInt32(value)) report(here, invalid(value, 'must be a 32bit integer'));
    else if (SECCOMP.test(key)) checkSeccomp(value, here, report);
    else if (key.startsWith(APPARMOR)) {
      const name = key.slice(APPARMOR.length);
      const container = containers.find((each) => each.name === name);
      if (container === undefined) report(here, invalid(name, 'container not found'), { on: 'key' });
      checkAppArmor(value, here, profileOf(spec, container?.fields), report);
    }
  }
}

function isInt32(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31;
}

function checkSeccomp(profile: string, at: Cursor, report: Report): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith('localhost/')) checkInside(profile.slice('localhost/'.length), at, report);
  else report(at, invalid(profile, 'must be a valid seccomp profile'));
}

function profileOf(spec: Fields, container: Fields | undefined): Fields {
  const [own, pods] = [container, spec].map((each) => fieldsOf(each?.['securityContext'])['appArmorProfile']);
  return fieldsOf(own ?? pods);
}

/** The format of the annotation, and that a field beside it says the same. */
function checkAppArmor(profile: string, at: Cursor, { type, localhostProfile }: Fields, report: Report): void {
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith('localhost/'))
    report(at, invalid(profile, `invalid AppArmor profile name: "${profile}"`));
  const meant =
    type === 'Localhost'
      ? `localhost/${textOf(localhostProfile) ?? ''}`
      : { Unconfined: 'unconfined', RuntimeDefault: 'runtime/default' }[String(type)];
  if (meant !== undefined && meant !== profile)
    report(at, 'Forbidden: apparmor type in annotation and field must match', { hint: `write ${meant}, or remove it` });
}
