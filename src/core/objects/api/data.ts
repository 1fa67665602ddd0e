/** ConfigMaps, Secrets and claims as the API serves them. */
import type { Claim, DataObject } from '../../../model/project.ts';
import { claimVolumeName } from '../../runtime/names.ts';
import { apiClaim, apiData } from '../../status/api-object.ts';
import type { ApiObject } from '../../status/api-object.ts';

/** A Secret's values are in base64, whatever way they were written. */
export function dataObject(object: DataObject): ApiObject {
  const { kind, data, binaryData } = object;
  const { stringData: _written, data: _encoded, ...served } = apiData(object) as ApiObject & Record<string, unknown>;
  if (kind === 'ConfigMap') return apiData(object);
  const encoded = Object.entries(data).map(([key, text]) => [key, base64(text)] as const);
  const values = { ...Object.fromEntries(encoded), ...binaryData };
  return {
    ...served,
    ...(Object.keys(values).length === 0 ? {} : { data: values }),
    type: object.type ?? 'Opaque',
  } as ApiObject;
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** @param there the claims' volumes that are on the engine, by name */
export function claimObject(project: string, claim: Claim, there: ReadonlySet<string>): ApiObject {
  const volume = claimVolumeName(project, claim);
  const isBound = there.has(volume);
  const object = apiClaim(claim) as ApiObject & { readonly spec: object };
  return {
    ...object,
    ...{ spec: { ...object.spec, ...(isBound ? { volumeName: volume } : {}), volumeMode: 'Filesystem' } },
    ...{ status: isBound ? { phase: 'Bound', accessModes: ['ReadWriteOnce'] } : { phase: 'Pending' } },
  };
}
