/** Names one life of a Pod: a replaced Pod has the same name and another uid. */
export interface PodRef {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

/** `NAMESPACE/NAME`: what stays the same when a Pod is replaced. */
export function podKey(pod: { readonly name: string; readonly namespace: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

export function readPodKey(key: string): { readonly name: string; readonly namespace: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { name, namespace };
}

/** The Pod as a user names it: the namespace only where it is not `default`. */
export function podLabel(pod: { readonly name: string; readonly namespace: string }): string {
  return pod.namespace === 'default' ? pod.name : podKey(pod);
}
