import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { fieldsOf, listOf, wordOf } from '../yaml/read.ts';
import type { Fields } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid, show } from '../yaml/report.ts';
import type { Volume } from '../../model/volume.ts';

/** The raw devices of a container beside its mounts (ValidateVolumeDevices). */
export function checkVolumeDevices(fields: Fields, volumes: readonly Volume[], at: Cursor, report: Report): void {
  const mounts = listOf(fields['volumeMounts']).map(fieldsOf);
  const [names, paths] = [new Set<string>(), new Set<string>()];
  listOf(fields['volumeDevices']).forEach((item, index) => {
    const here = below(at, 'volumeDevices', index);
    const [name, path] = [wordOf(fieldsOf(item)['name']), wordOf(fieldsOf(item)['devicePath'])];
    if (name !== undefined) {
      const volume = volumes.find((each) => each.name === name);
      const nameAt = below(here, 'name');
      if (names.has(name)) report(nameAt, invalid(name, 'must be unique'));
      if (volume === undefined) report(nameAt, `Not found: ${show(name)}`);
      else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
        const rule = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
        report(nameAt, invalid(name, rule));
      }
      if (mounts.some((mount) => mount['name'] === name))
        report(nameAt, invalid(name, 'must not already exist in volumeMounts'));
      names.add(name);
    }
    if (path === undefined) return;
    const pathAt = below(here, 'devicePath');
    if (paths.has(path)) report(pathAt, invalid(path, 'must be unique'));
    if (path.split('/').includes('..')) report(pathAt, invalid(path, "can not contain backsteps ('..')"));
    if (mounts.some((mount) => mount['mountPath'] === path))
      report(pathAt, invalid(path, 'must not already exist as a path in volumeMounts'));
    paths.add(path);
  });
}
