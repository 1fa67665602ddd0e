import type { Build } from '../../model/build.ts';
import type { DataObject, Project } from '../../model/project.ts';
import { findObject } from '../spec/environment.ts';

/**
 * The values of a build's secrets, as a part of its action; without one that is nowhere the builder does. They are asked
 * for as late as that, so that nothing else of a build has them.
 */
export function secretsFor(project: Pick<Project, 'objects'> | undefined, { secrets = [] }: Build) {
  const values = secrets.flatMap(({ id, source, namespace = '', key = '' }) => {
    const { data, binaryData } = findObject(project?.objects ?? [], 'Secret', namespace, source) ?? nothing;
    const value = Object.hasOwn(data, key) ? toBase64(data[key]) : binaryData[key];
    return value === undefined ? [] : [[id, value] as const];
  });
  return values.length === 0 ? {} : { secrets: Object.fromEntries(values) };
}

const nothing: Pick<DataObject, 'data' | 'binaryData'> = { data: {}, binaryData: {} };

const toBase64 = (text = ''): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
