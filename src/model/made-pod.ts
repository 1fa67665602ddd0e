import type { OwnerReference, Pod, PodSpec } from './pod.ts';

/** What one Pod has that its controller's template does not give. */
export interface MadePod {
  readonly name: string;
  readonly owner: OwnerReference;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Unset: the template's. */
  readonly spec?: PodSpec;
}

export function ofTemplate(template: Pod, made: MadePod): Pod {
  const { namespace, labels, annotations } = template.metadata;
  const metadata = {
    name: made.name,
    namespace,
    labels: { ...labels, ...made.labels },
    annotations: { ...annotations, ...made.annotations },
    ownerReference: made.owner,
  };
  return { ...template, metadata, spec: made.spec ?? template.spec };
}
