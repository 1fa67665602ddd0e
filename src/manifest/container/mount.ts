import type { Cursor } from '../yaml/cursor.ts';
import { below, dirOf } from '../yaml/cursor.ts';
import { hostVolumeName, resolvePath } from './host-path.ts';
import { checkInside } from './relative-path.ts';
import type { Fields } from '../yaml/read.ts';
import { fieldsOf, flagOf, oneOf, textOf, whereSet, wordOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import { suggest } from '../schema/suggest.ts';
import type { Volume } from '../../model/volume.ts';
import type { VolumeMount } from '../../model/container.ts';

/** The volumes that the mounts of one Pod may name, and where relative host paths start. */
export interface MountScope {
  /** The Pod's own volumes. */
  readonly podVolumes: readonly string[];
  /** The persistent volumes at the top of the file; none for a Kubernetes object. */
  readonly fileVolumes: ReadonlySet<string>;
  readonly home: string | undefined;
  /** Whether the container is privileged. */
  readonly isPrivileged: boolean;
}

export interface ReadMount {
  readonly mount: VolumeMount;
  /** The volume that the mount itself brings into the Pod. */
  readonly brings?: Volume;
}

/** One entry of `volumeMounts`: the Kubernetes object, or the short form's text. */
export function readMount(value: unknown, at: Cursor, scope: MountScope, report: Report): ReadMount | undefined {
  if (typeof value === 'string') return readShort(value, at, scope, report);
  const fields = fieldsOf(value);
  const name = textOf(fields['name']);
  const mountPath = textOf(fields['mountPath']);
  const options = readOptions(fields, at, scope, report);
  if (name === undefined || name === '' || mountPath === undefined || mountPath === '') return undefined;
  const mount = toMount(name, mountPath, flagOf(fields['readOnly']), below(at, 'mountPath'), report);
  const brings = bring(name, below(at, 'name'), scope, report);
  return {
    mount: { ...mount, ...options },
    ...(brings === undefined ? {} : { brings }),
  };
}

const HINT = 'write SOURCE:/path[:ro|rw], for example "./src:/app:ro" or "cache:/var/cache"';

function readShort(text: string, at: Cursor, scope: MountScope, report: Report): ReadMount | undefined {
  const [, source, target, mode = 'rw'] = /^([^:]+):(\/[^:]*)(?::([^:]*))?$/.exec(text) ?? [];
  if (source === undefined || target === undefined) {
    const rule = text.includes(':')
      ? 'must be SOURCE:/path with an absolute path in the container'
      : 'must say what is mounted where';
    report(at, invalid(text, rule), { hint: HINT });
    return undefined;
  }
  if (mode !== 'ro' && mode !== 'rw') {
    report(at, invalid(text, `${show(mode)} must be ro or rw`), { hint: HINT });
    return undefined;
  }
  const readOnly = mode === 'ro';
  if (!/^(\.{1,2}(\/|$)|\/|~)/.test(source)) {
    const mount = toMount(source, target, readOnly, at, report);
    const brings = bring(source, at, scope, report);
    return brings === undefined ? { mount } : { mount, brings };
  }
  const resolved = resolvePath(dirOf(at), source, scope.home);
  if ('problem' in resolved) {
    report(at, invalid(text, resolved.problem), { hint: 'write the folder in full' });
    return undefined;
  }
  const { path } = resolved;
  const name = hostVolumeName(path);
  return { mount: toMount(name, target, readOnly, at, report), brings: { name, hostPath: { path, type: '' } } };
}

function toMount(name: string, path: string, readOnly: boolean, at: Cursor, report: Report): VolumeMount {
  // The kubelet takes a relative path from the root.
  const mountPath = path.startsWith('/') ? path : `/${path}`;
  if (/^\/[/.]*$/.test(mountPath)) report(at, invalid(path, 'must not be the root of the container'));
  return { name, mountPath, readOnly };
}

/** Finds a mount's volume in the Pod or else in the file. */
function bring(name: string, at: Cursor, scope: MountScope, report: Report): Volume | undefined {
  const inPod = scope.podVolumes.includes(name);
  const inFile = scope.fileVolumes.has(name);
  if (inPod && inFile) {
    report(at, `${show(name)} is a volume of the Pod and of the file: which one is meant is not clear`, {
      hint: 'rename one of them',
    });
  } else if (inFile) return { name, persistentVolumeClaim: { claimName: name, readOnly: false } };
  else if (!inPod) report(at, `Not found: ${show(name)}`, { hint: hintFor(name, scope) });
  return undefined;
}

function hintFor(name: string, scope: MountScope): string {
  const near = suggest(name, [...scope.podVolumes, ...scope.fileVolumes]);
  if (near !== undefined) return `did you mean ${near}?`;
  if (name.includes('/')) return `a path of this machine begins with ./, ../, / or ~: ./${name}`;
  return `add ${name} to the volumes of the Pod`;
}

/** What only the Kubernetes object can say (ValidateVolumeMounts). */
function readOptions(
  fields: Fields,
  at: Cursor,
  { isPrivileged }: MountScope,
  report: Report,
): Omit<VolumeMount, 'name' | 'mountPath' | 'readOnly'> {
  const [subPath, subPathExpr] = [wordOf(fields['subPath']), wordOf(fields['subPathExpr'])];
  if (subPath !== undefined) checkInside(subPath, below(at, 'subPath'), report);
  if (subPathExpr !== undefined) checkInside(subPathExpr, below(at, 'subPathExpr'), report);
  if (subPath !== undefined && subPathExpr !== undefined)
    report(below(at, 'subPathExpr'), invalid(subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  const mountPropagation = oneOf(fields['mountPropagation'], ['HostToContainer', 'Bidirectional'] as const);
  if (mountPropagation === 'Bidirectional' && !isPrivileged) {
    const message = 'Forbidden: Bidirectional mount propagation is available only to privileged containers';
    report(below(at, 'mountPropagation'), message, { hint: 'add securityContext: {privileged: true}' });
  }
  const recursiveReadOnly = oneOf(fields['recursiveReadOnly'], ['IfPossible', 'Enabled'] as const);
  if (recursiveReadOnly !== undefined) {
    const here = below(at, 'recursiveReadOnly');
    if (!flagOf(fields['readOnly'])) report(here, 'Forbidden: may only be specified when readOnly is true');
    if (mountPropagation !== undefined)
      report(here, 'Forbidden: may only be specified when mountPropagation is None or not specified');
  }
  return whereSet({ subPath, subPathExpr, mountPropagation, recursiveReadOnly });
}
