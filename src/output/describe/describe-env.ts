/** A described container's environment: where a value comes from, and never what a Secret holds (describe.go). */
import type { Container, EnvVar, Pod, ResourceFieldSelector } from 'kubernetes-types/core/v1.js';
import { indent } from '../tables/tabbed.ts';

export function describeEnv(container: Container, pod: Pod): readonly string[] {
  const { env = [] } = container;
  if (env.length === 0) return ['Environment:\t<none>'];
  return [
    'Environment:',
    ...indent(
      1,
      env.flatMap((entry) => entryLines(entry, container, pod)),
    ),
  ];
}

export function describeEnvFrom({ envFrom = [] }: Container): readonly string[] {
  if (envFrom.length === 0) return [];
  const lines = envFrom.map(({ configMapRef, secretRef, prefix = '' }) => {
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    return `${name}\t${kind}${prefix === '' ? '' : ` with prefix '${prefix}'`}\tOptional: ${optional}`;
  });
  return ['Environment Variables from:', ...indent(1, lines)];
}

function entryLines({ name, value = '', valueFrom }: EnvVar, container: Container, pod: Pod): readonly string[] {
  if (valueFrom === undefined) return value.split('\n').map((text, i) => `${i === 0 ? `${name}:` : ''}\t${text}`);
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined)
    return [`${name}:\t${fieldValue(pod, fieldRef.fieldPath)} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`];
  if (resourceFieldRef !== undefined)
    return [`${name}:\t${resourceValue(container, resourceFieldRef)} (${resourceFieldRef.resource})`];
  if (secretKeyRef !== undefined)
    return [
      `${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>\tOptional: ${secretKeyRef.optional ?? false}`,
    ];
  if (configMapKeyRef !== undefined)
    return [
      `${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>\tOptional: ${configMapKeyRef.optional ?? false}`,
    ];
  return [`${name}:\t`];
}

/** The downward API's field of this Pod; kubectl leaves those of the status that it does not know empty. */
function fieldValue({ metadata, spec, status }: Pod, path: string): string {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map !== undefined) return (map === 'labels' ? metadata?.labels : metadata?.annotations)?.[key] ?? '';
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': metadata?.name,
    'metadata.namespace': metadata?.namespace,
    'metadata.uid': metadata?.uid,
    'spec.nodeName': spec?.nodeName,
    'spec.serviceAccountName': spec?.serviceAccountName,
    'status.hostIP': status?.hostIP,
    'status.podIP': status?.podIP,
  };
  return fields[path] ?? '';
}

function resourceValue({ resources }: Container, { resource }: ResourceFieldSelector): string {
  const [kind, name = ''] = resource.split('.', 2);
  const quantities = kind === 'limits' ? resources?.limits : resources?.requests;
  return quantities?.[name] ?? (kind === 'limits' ? 'node allocatable' : '0');
}
