import type { Build, BuildSecret } from '../../model/build.ts';
import type { DataObject } from '../../model/project.ts';
import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import type { Report } from '../yaml/report.ts';
import { show } from '../yaml/report.ts';

/** A build with the key of each of its secrets; one that is nowhere is told. */
export function withSecretKeys(
  build: Build,
  namespace: string,
  objects: readonly DataObject[],
  at: Cursor,
  report: Report,
): Build {
  const { secrets } = build;
  if (secrets === undefined) return build;
  return {
    ...build,
    secrets: secrets.map((secret, index): BuildSecret => {
      const key = keyOf(secret, namespace, objects, below(at, 'secrets', index), report);
      return { ...secret, namespace, ...(key === undefined ? {} : { key }) };
    }),
  };
}

function keyOf(
  { id, source, key }: BuildSecret,
  namespace: string,
  objects: readonly DataObject[],
  at: Cursor,
  report: Report,
): string | undefined {
  const secret = objects.find((each) => each.kind === 'Secret' && each.namespace === namespace && each.name === source);
  if (secret === undefined) {
    report(at, `Not found: ${show(source)}: there is no such Secret in the namespace ${namespace}`, {
      hint: 'a build takes its secrets from the Secrets of the file',
    });
    return undefined;
  }
  const keys = [...Object.keys(secret.data), ...Object.keys(secret.binaryData)];
  const found = key ?? (keys.includes(id) ? id : keys.length === 1 ? keys[0] : undefined);
  if (found !== undefined && keys.includes(found)) return found;
  report(
    at,
    key === undefined ? 'Required value: key' : `Not found: ${show(key)}: the Secret ${source} has no such key`,
    {
      hint: `${source} has ${keys.length === 0 ? 'no keys' : `the keys ${keys.join(', ')}`}`,
    },
  );
  return undefined;
}
