/** What configMap, secret, downwardAPI and projected volumes hold (pkg/volume/configmap, projected). */
import type { DataObject } from '../../model/project.ts';
import type { DownwardItem, ObjectFiles, Volume } from '../../model/volume.ts';
import type { ContentFile } from '../runtime/action.ts';
import { fieldValue, resourceValue } from './downward.ts';
import type { PodView } from './downward.ts';
import { ConfigError, findObject, notFound } from './environment.ts';

/** True for a volume whose content podrun writes. */
export const isConfigVolume = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  configMap !== undefined || secret !== undefined || downwardAPI !== undefined || projected !== undefined;

/** The files of such a volume, in the order of their paths. Throws a {@link ConfigError} where something is missing. */
export function contentOf(volume: Volume, view: PodView, objects: readonly DataObject[]): readonly ContentFile[] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const { fsGroup } = view.pod.spec.securityContext ?? {};
  const mode = (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? 0o644;
  const sources = projected?.sources ?? [{ configMap, secret, downwardAPI }];
  const files = sources.flatMap((source) => [
    ...(source.configMap === undefined ? [] : objectFiles('ConfigMap', source.configMap, view, objects)),
    ...(source.secret === undefined ? [] : objectFiles('Secret', source.secret, view, objects)),
    ...(source.downwardAPI?.items ?? []).map((item) => downwardFile(item, view)),
  ]);
  const byPath = new Map(files.map((file) => [file.path, file]));
  // With an fsGroup the group may read whatever the mode says.
  const widen = (bits: number) => (fsGroup === undefined ? bits : bits | 0o440);
  return [...byPath.values()]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => ({ ...file, mode: widen(file.mode ?? mode) }));
}

type Draft = Omit<ContentFile, 'mode'> & { readonly mode?: number };

function objectFiles(
  kind: DataObject['kind'],
  { name, items, optional }: ObjectFiles,
  { pod }: PodView,
  objects: readonly DataObject[],
): readonly Draft[] {
  const object = findObject(objects, kind, pod.metadata.namespace, name);
  if (object === undefined) {
    if (optional) return [];
    throw new ConfigError(notFound(kind, name));
  }
  const keys = [...Object.keys(object.data), ...Object.keys(object.binaryData)];
  const wanted = items ?? keys.map((key) => ({ key, path: key }));
  return wanted.flatMap((item): Draft[] => {
    const mode = 'mode' in item && item.mode !== undefined ? { mode: item.mode } : {};
    const text = object.data[item.key];
    if (text !== undefined) return [{ path: item.path, text, ...mode }];
    const base64 = object.binaryData[item.key];
    if (base64 !== undefined) return [{ path: item.path, base64, ...mode }];
    if (optional) return [];
    const what = kind === 'ConfigMap' ? 'config' : 'secret';
    throw new ConfigError(`references non-existent ${what} key: ${item.key}`);
  });
}

function downwardFile({ path, mode, fieldRef, resourceFieldRef }: DownwardItem, view: PodView): Draft {
  const text =
    resourceFieldRef === undefined
      ? fieldValue(view, fieldRef?.fieldPath ?? '')
      : resourceValue(view, resourceFieldRef, undefined);
  return { path, text, ...(mode === undefined ? {} : { mode }) };
}
