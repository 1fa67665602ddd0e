/** What a service mounts: volumes, folders of this machine, memory, secrets and configs. */
import { fieldsOf, isFields, wordOf } from '../yaml/read.ts';
import type { Draft } from './draft.ts';
import { bytes, many, text } from './values.ts';

export function readVolumes(value: unknown, draft: Draft): void {
  for (const each of many(value)) {
    if (isFields(each)) longVolume(each, draft);
    else shortVolume(text(each), draft);
  }
}

export function readTmpfs(value: unknown, draft: Draft): void {
  for (const each of many(value)) {
    const [path = '', options = ''] = text(each).split(':');
    const [, size] = /(?:^|,)size=([^,]+)/.exec(options) ?? [];
    addMemory(path, size, draft);
  }
}

export function addMemory(path: string, size: unknown, draft: Draft): void {
  const limit = size === undefined ? {} : { sizeLimit: bytes(size) };
  addOwn(path, { emptyDir: { medium: 'Memory', ...limit } }, draft);
}

/** The secrets, or configs, of a service: files of its own, below /run/secrets or at the root. */
export function readGrants(kind: 'secrets' | 'configs'): (value: unknown, draft: Draft) => void {
  return (value, draft) => {
    for (const each of many(value)) {
      const { source = each, target } = fieldsOf(each);
      const from = text(source);
      const name = draft.named(from);
      const path = wordOf(target) ?? from;
      const mountPath = path.startsWith('/') ? path : `${kind === 'secrets' ? '/run/secrets' : ''}/${path}`;
      draft.uses[kind].add(from);
      draft.volumes[name] = kind === 'secrets' ? { secret: { secretName: name } } : { configMap: { name } };
      draft.mounts.push({ name, mountPath, subPath: from, readOnly: true });
      for (const field of ['uid', 'gid', 'mode'])
        if (fieldsOf(each)[field] !== undefined)
          draft.note(
            `${kind}.${from}.${field}`,
            "the volume's defaultMode, and the Pod's fsGroup, say it for all of its files",
          );
    }
  };
}

function shortVolume(volume: string, draft: Draft): void {
  const [first = '', ...rest] = volume.includes('${') ? [volume] : volume.split(':');
  if (volume.includes('${')) draft.mounts.push(volume);
  else if (rest.length === 0) addOwn(first, {}, draft);
  else {
    const [target = '', options = ''] = rest;
    const readOnly = options.split(',').includes('ro') ? ':ro' : '';
    draft.mounts.push(`${sourceOf(first, draft)}:${target}${readOnly}`);
  }
}

function longVolume(volume: unknown, draft: Draft): void {
  const { type, source, target, read_only: readOnly, tmpfs, bind, volume: more } = fieldsOf(volume);
  const mountPath = text(target ?? '');
  if (type === 'tmpfs') return addMemory(mountPath, fieldsOf(tmpfs)['size'], draft);
  if (type !== 'bind' && type !== 'volume')
    return draft.note('volumes', `a mount of the type ${text(type)}, at ${mountPath}, is left out`);
  if (fieldsOf(bind)['propagation'] !== undefined)
    draft.note('volumes', `${mountPath}: write mountPropagation into a volumeMount in Kubernetes' form`);
  if (source === undefined) return addOwn(mountPath, {}, draft);
  const { subpath } = fieldsOf(more);
  if (subpath !== undefined) {
    const name = sourceOf(text(source), draft);
    draft.mounts.push({ name, mountPath, subPath: text(subpath), ...(readOnly === true ? { readOnly } : {}) });
  } else draft.mounts.push(`${sourceOf(text(source), draft)}:${mountPath}${readOnly === true ? ':ro' : ''}`);
}

/** A path of this machine as it is; else a volume of the file. */
function sourceOf(source: string, draft: Draft): string {
  if (/^[./~]/.test(source)) return source === '.' || source === '..' ? `${source}/` : source;
  draft.uses.volumes.add(source);
  return draft.named(source);
}

/** A volume that is the Pod's own and goes with it. */
function addOwn(path: string, volume: object, draft: Draft): void {
  const base =
    path
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'volume';
  let name = base;
  for (let i = 2; name in draft.volumes; i += 1) name = `${base}-${i}`;
  draft.volumes[name] = volume;
  draft.mounts.push(`${name}:${path}`);
}
